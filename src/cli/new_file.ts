/** Files that are written whole or not at all, by text. @module */

import { utf8 } from "../base/bytes.ts";
import { writeAll } from "../base/io.ts";
import { isRefusal } from "../base/lenient_fs.ts";

/**
 * Writes a file that must not exist before, and has it flushed: a share that is full says so then, and Deno hears nothing
 * of what it says later. What cannot be written leaves none. Throws what the system says.
 */
export function writeNewFile(path: string, text: string, mode?: number): void {
  const options = { write: true, createNew: true, ...(mode === undefined ? {} : { mode }) };
  const file = Deno.openSync(path, options);
  try {
    try {
      writeAll({ write: (bytes) => file.writeSync(bytes) }, utf8(text));
      flush(file);
    } finally {
      file.close();
    }
  } catch (error) {
    removeQuietly(path);
    throw error;
  }
}

/** Writes `part` and puts it in the place of `path`, which stays as it is where that fails. */
export function replaceByPart(
  { part, path, mode }: { part: string; path: string; mode?: number },
  text: string,
): void {
  writeNewFile(part, text, mode);
  try {
    Deno.renameSync(part, path);
  } catch (error) {
    removeQuietly(part);
    throw error;
  }
}

/** A disk that flushes nothing at all (some that are programs) keeps what it was given as well as it can. */
function flush(file: Pick<Deno.FsFile, "syncSync">): void {
  try {
    file.syncSync();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // the error before this one is the one to tell
  }
}
