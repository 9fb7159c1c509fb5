/** What follows a job's run: its rules, in the vaults that the run ended well in. @module */

import { EXIT } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import { askChild, childLines, configFlag, runChild } from "../child.ts";
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

/**
 * Runs one of them. For people what it removed is told as it tells that itself, and nothing where nothing went; a
 * backup's JSON lines end with the summary of each vault.
 */
export async function runAfter(context: Context, words: readonly string[]): Promise<number> {
  const line = [...words, "--quiet", ...configFlag(context)];
  if (context.json || context.quiet || words[0] === "bundle") {
    return await runChild(context, line, true);
  }
  const heard = (message: Message): void => {
    if (message.message_type === "error" || removed(message)) context.emit(message);
  };
  return await childLines(context, line, { input: "", heard });
}

function removed(message: Message): boolean {
  if (message.message_type !== "summary") return false;
  return [message.snapshots_removed, message.versions_removed].some((n) =>
    typeof n === "number" && n > 0
  );
}
