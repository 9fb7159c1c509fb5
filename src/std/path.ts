/**
 * The typed door to `@std/path` (docs/dependencies.md). Its front modules ask Node's `process` which system this is,
 * and to load that costs every start 15 ms; Deno knows it.
 * @module
 */
// @ts-types="./path.d.ts"
import * as posix from "deno-std/path/posix/mod.js";
// @ts-types="./path.d.ts"
import * as windows from "deno-std/path/windows/mod.js";

export type { GlobOptions, ParsedPath } from "./path.d.ts";

/** The functions of the system that this is. */
export const {
  basename,
  dirname,
  extname,
  fromFileUrl,
  globToRegExp,
  isAbsolute,
  isGlob,
  join,
  normalize,
  parse,
  relative,
  resolve,
  SEPARATOR,
  toFileUrl,
} = Deno.build.os === "windows" ? windows : posix;

/** The functions of either kind of system, whichever this is. */
export { posix, windows };
