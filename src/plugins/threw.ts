/** Where in its own code a plugin threw, by the stack that its thread tells. Pure; what the thread says is not trusted. @module */

import { HikaeError } from "../base/errors.ts";
import type { CodeFile } from "./entry.ts";

/** A place in a plugin's own code. */
export interface CodePlace {
  path: string;
  /** Both from 1. */
  line: number;
  column: number;
}

/** A plugin threw; `place` is where, when that is in its own code. */
export class PluginThrew extends HikaeError {
  /** Where. */
  readonly place: CodePlace | undefined;

  /** `why` in one line. */
  constructor(why: string, place: CodePlace | undefined) {
    super("plugin", why);
    this.place = place;
  }
}

/** The first place of `trace` that is in one of `files`. */
export function placeIn(trace: unknown, files: readonly CodeFile[]): CodePlace | undefined {
  if (typeof trace !== "string") return undefined;
  for (
    const [, url, line, column] of trace.slice(0, 8000).matchAll(
      /(file:[^\s()]+?):(\d{1,7}):(\d{1,7})/g,
    )
  ) {
    const file = files.find((one) => one.url === url);
    if (file !== undefined) return { path: file.path, line: Number(line), column: Number(column) };
  }
  return undefined;
}
