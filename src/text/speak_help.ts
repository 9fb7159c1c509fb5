/** Has help in the language of this thread: `--help`, completions and the manual page. @module */

import { languageTag } from "./text.ts";
import { useHelp } from "./help_text.ts";

/** Loads what they say. */
export async function speakHelp(): Promise<void> {
  useHelp(languageTag() === "ja" ? (await import("./ja_help.ts")).JA_HELP : undefined);
}
