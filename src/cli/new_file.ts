/** A file that must not exist before, written whole or not at all. @module */

import { utf8 } from "../base/bytes.ts";

/** Writes it and has it flushed; what cannot be written leaves none. Throws what the system says. */
export async function writeNewFile(path: string, text: string, mode?: number): Promise<void> {
  const options = { write: true, createNew: true, ...(mode === undefined ? {} : { mode }) };
  const file = await Deno.open(path, options);
  try {
    try {
      const bytes = utf8(text);
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
      await file.sync();
    } finally {
      file.close();
    }
  } catch (error) {
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}
