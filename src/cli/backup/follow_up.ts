/** What follows a job's run: its rules, in the vaults that the run ended well in. @module */

import { EXIT } from "../../base/errors.ts";
import { askChild, configFlag } from "../child.ts";
import type { Context } from "../command.ts";
import { text } from "../../text/text.ts";

/** A command of hikae for one vault. */
export interface AfterRun {
  vault: string;
  words: string[];
  /** Wanted of one vault alone: the first that the run ended well in. */
  once?: boolean;
}

/** How the run ended, and when it began, ms. */
export interface EndedRun {
  code: number;
  since: number;
}

/**
 * The commands that are to run now. A run that could not do everything (exit 3) may have failed in a vault as a
 * whole: what a guard held back there, or a disk that fails, is no moment to remove anything.
 */
export async function wordsAfter(
  context: Context,
  after: readonly AfterRun[],
  { code, since }: EndedRun,
): Promise<string[][]> {
  if (code === EXIT.ok) return wordsOf(after);
  if (code !== EXIT.incomplete || context.signal.aborted) return [];
  const vaults = [...new Set(after.map((a) => a.vault))];
  const done = await vaultsDone(context, vaults, since);
  for (const vault of vaults) {
    if (done.has(vault)) continue;
    context.tell(text("backup.rules-wait", { vault }));
  }
  return wordsOf(after.filter((a) => done.has(a.vault)));
}

function wordsOf(after: readonly AfterRun[]): string[][] {
  const once = after.findIndex((a) => a.once === true);
  return after.filter((a, i) => a.once !== true || i === once).map((a) => a.words);
}

/** Those of the vaults that have a finished run as young as that: the vault itself tells it best. */
async function vaultsDone(
  context: Context,
  vaults: readonly string[],
  since: number,
): Promise<Set<string>> {
  const answers = await askChild(context, ["status", ...vaults, ...configFlag(context)]);
  const done = answers.filter(({ message_type: type, result, time }) => {
    const began = typeof time === "string" ? Date.parse(time) : NaN;
    return type === "job_status" && result !== "unreachable" && began >= since &&
      began <= context.clock.now();
  });
  return new Set(done.map((m) => String(m.vault)));
}
