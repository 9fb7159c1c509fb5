/** Reads a file that somebody else may have put there: only a plain one, and only so much of it. @module */

import { HikaeError } from "../base/errors.ts";
import { builtin } from "./builtin.ts";
import { text } from "../text/text.ts";

/** Why {@link readPlainFile} gives nothing. */
export type PlainFileFault = "kind" | "size";

/** A file that is not plain, or larger than was asked for. */
export class NotPlain extends HikaeError {
  /** What is wrong with it. */
  readonly fault: PlainFileFault;

  /** The file at `path` has this fault. */
  constructor(path: string, fault: PlainFileFault, max: number) {
    const size = `${Math.floor(max / 1024)} KiB`;
    const why = fault === "kind" ? text("system.not-plain") : text("system.larger", { size });
    super("failed", why, { path });
    this.fault = fault;
  }
}

/**
 * The bytes of the plain file at `path` (a link to one counts), at most `max` of them; throws {@link NotPlain}, or
 * what the system says. Opened without waiting, so that a FIFO that comes into its place holds nobody up.
 */
function readPlainFile(path: string, max: number): Uint8Array<ArrayBuffer> {
  check(Deno.statSync(path), path, max);
  const fs = builtin<typeof import("node:fs")>("node:fs");
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  const file = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const info = fs.fstatSync(file);
    check({ isFile: info.isFile(), size: info.size }, path, max);
    const bytes = new Uint8Array(max + 1);
    let length = 0;
    for (;;) {
      const read = fs.readSync(file, bytes, length, bytes.length - length, null);
      length += read;
      if (read === 0 || length === bytes.length) break;
    }
    if (length > max) throw new NotPlain(path, "size", max);
    return bytes.slice(0, length);
  } finally {
    fs.closeSync(file);
  }
}

/** Its text, read as UTF-8. */
export function readPlainText(path: string, max: number): string {
  return new TextDecoder().decode(readPlainFile(path, max));
}

function check(info: { isFile: boolean; size: number }, path: string, max: number): void {
  if (!info.isFile) throw new NotPlain(path, "kind", max);
  if (info.size > max) throw new NotPlain(path, "size", max);
}
