/**
 * The catalogue of help: what commands, flags and examples do. It is apart from the messages, for only `--help`, the
 * completions and the man page load it; threads never do.
 *
 * To add one: put the id and the English text into the file of its commands below `en/help/`
 * (`COMMAND.summary`, `COMMAND.about`, `COMMAND.flag-NAME`, `COMMAND.example-N`), and name the id in `src/cli/spec`.
 * @module
 */

import { automate } from "./en/help/automate.ts";
import { backup } from "./en/help/backup.ts";
import { keep } from "./en/help/keep.ts";
import { look } from "./en/help/look.ts";
import { movein } from "./en/help/movein.ts";
import { other } from "./en/help/other.ts";

/** Every English text of help by its id. */
export const EN_HELP = { ...backup, ...look, ...keep, ...automate, ...movein, ...other } as const;

/** The id of a text of help. */
export type HelpId = keyof typeof EN_HELP;

let current: Readonly<Record<string, string>> = EN_HELP;

/** Chooses the language of help in this thread; what it lacks is said in English. */
export function useHelp(texts: Readonly<Record<string, string>> = EN_HELP): void {
  current = texts;
}

/** The text of help, in the language of this thread. */
export function helpText(id: HelpId): string {
  return current[id] ?? EN_HELP[id] ?? id;
}
