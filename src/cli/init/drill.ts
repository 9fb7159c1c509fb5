/** A restore of one file, so that the first backup is also the first one that was tried. @module */

import { join } from "@std/path";
import { text } from "../../text/text.ts";
import { askChild } from "../child.ts";
import type { Context } from "../command.ts";

/** A file larger than this is no drill, in bytes. */
const LARGEST = 16 << 20;

/** Restores one file of the newest backup and compares it; gives what to say of it. */
export async function drill(context: Context, source: string, vault: string): Promise<string> {
  const entries = await askChild(context, ["ls", vault]);
  const file =
    entries.filter((e) =>
      e.message_type === "entry" && e.type === "file" && Number(e.size) <= LARGEST
    ).sort((a, b) => Number(b.size) - Number(a.size))[0];
  if (file === undefined) return text("init.drill-nothing");
  const path = String(file.path);
  const dir = Deno.makeTempDirSync({ prefix: "hikae-drill-" });
  try {
    await askChild(context, ["restore", vault, `./${path}`, "--to", dir]);
    const same = isSame(join(dir, path), join(source, path));
    return text(same ? "init.drill" : "init.drill-differs", { path });
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

function isSame(a: string, b: string): boolean {
  try {
    const [one, other] = [Deno.readFileSync(a), Deno.readFileSync(b)];
    return one.length === other.length && one.every((byte, i) => byte === other[i]);
  } catch {
    return false;
  }
}
