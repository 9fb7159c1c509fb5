/** Command lines of the table as the user's system and shell take them. Pure. @module */

import type { Shell } from "../user_shell.ts";

/** Where a line is to be typed. */
export interface TypedOn {
  readonly os: "linux" | "darwin" | "windows";
  readonly shell: Shell;
}

/** The line of an example, which is written for Linux, in the paths and quotation marks of another system. */
export function exampleFor(line: string, { os, shell }: TypedOn): string {
  if (os === "darwin") return line.replaceAll("/mnt/usb", "/Volumes/usb");
  if (os !== "windows") return line;
  const home = shell === "cmd" ? "%USERPROFILE%" : "$HOME";
  const quoted = shell === "cmd" ? line.replaceAll("'", '"') : line;
  return quoted
    .replace(/~\/[^\s"']*/g, (path) => home + backslashes(path.slice(1)))
    .replace(/\/mnt\/usb[^\s"']*/g, (path) => `E:\\Backup${backslashes(path.slice(8))}`)
    .replace(/(?<=\s)\/(?:tmp|srv|home)\/[^\s"']*/g, (path) => `C:${backslashes(path)}`);
}

function backslashes(path: string): string {
  return path.replaceAll("/", "\\");
}
