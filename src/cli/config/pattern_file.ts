/** Files of exclude patterns. @module */

import { systemText } from "../../base/system_text.ts";
import { HikaeError } from "../../base/errors.ts";
import { givenPattern, patternsOf } from "../../engine/source/patterns.ts";
import type { Context } from "../command.ts";
import type { Job } from "../../config/types.ts";
import { absolute } from "../places/places.ts";
import { text } from "../../text/text.ts";

/** What a call leaves out: by its job, where it is of one, by its flags, and by the files that either names. */
export function patternsFor(
  context: Context,
  job?: Pick<Job, "exclude" | "excludeFrom">,
): string[] {
  const { parsed } = context;
  const read = (file: string): string[] => readPatterns(context, file);
  return [
    ...(job?.exclude ?? []).map(givenPattern),
    ...(job?.excludeFrom ?? []).flatMap(read),
    ...parsed.all("exclude").map(givenPattern),
    ...parsed.all("exclude-from").flatMap(read),
  ];
}

/** The patterns of an exclude file. */
export function readPatterns(context: Context, file: string): string[] {
  const read = (): Uint8Array => Deno.readFileSync(absolute(context.cwd, file));
  const open = (): string => new TextDecoder("utf-8", { fatal: true }).decode(read());
  try {
    return patternsOf(open());
  } catch (cause) {
    // what a shell of Windows writes with ">" is UTF-16: each of its patterns would match nothing
    const why = cause instanceof TypeError ? text("input.not-utf8") : systemText(cause);
    throw new HikaeError("usage", text("input.exclude-file", { problem: why }), {
      path: file,
      cause,
    });
  }
}
