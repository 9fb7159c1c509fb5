/** What an entry is, in words: "a {what} stands where …". @module */

import { text } from "./text.ts";

/** The word for a type of entry (`file`, `dir`, `link`, or what else a disk may hold). */
export function kindText(type: string): string {
  if (type === "file") return text("kind.file");
  if (type === "dir" || type === "directory") return text("kind.dir");
  if (type === "link") return text("kind.link");
  return text("kind.other");
}
