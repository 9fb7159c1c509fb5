/** `serve --clicked FILE`: what a file manager says was clicked on. @module */

import { fromFileUrl, resolve } from "@std/path";
import type { Context } from "../command.ts";

/**
 * The line with what was clicked on as a path from the root, so that no name is taken for a job or a flag. Some file
 * managers give a name of their directory, some an address.
 */
export function asClicked(context: Context): Context {
  const { parsed, cwd } = context;
  const args = parsed.args.map((word) =>
    resolve(cwd, /^file:\/\/\//.test(word) ? fromUrl(word) : word)
  );
  return { ...context, parsed: { ...parsed, args } };
}

function fromUrl(word: string): string {
  try {
    return fromFileUrl(word);
  } catch {
    // no address after all
    return word;
  }
}
