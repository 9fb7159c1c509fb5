/** How the jobs of this machine stand, for the page. @module */

import { basename } from "@std/path";
import type { JobFacts } from "../../base/vault_questions.ts";
import { askChild } from "../child.ts";
import type { Context } from "../command.ts";
import { absolute } from "../places/places.ts";

/** How long an answer about jobs is used again, ms. */
const FRESH = 15_000;

/** A page shows no more of a log than its last so many lines. */
const MOST_LINES = 2000;

/** What is no longer fresh is told again when the new answer takes longer than this, ms. */
const PATIENCE = 2000;

/** A question that several pages ask at once is asked once; the last answer stands in for one that is late. */
export function remembered<T>(
  ask: () => Promise<T>,
  { fresh, patience } = { fresh: FRESH, patience: PATIENCE },
): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let known: { value: T } | undefined;
  let asked = 0;
  return async () => {
    if (answer === undefined || performance.now() - asked > fresh) {
      asked = performance.now();
      answer = ask();
      answer.then((value) => void (known = { value }), () => {});
    }
    if (known === undefined) return await answer;
    const { value } = known;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<T>((go) => void (timer = setTimeout(() => go(value), patience)));
    return await Promise.race([answer.catch(() => value), late]).finally(() => clearTimeout(timer));
  };
}

/** How the jobs and vaults of this machine stand, as `hikae status` tells it. */
export async function jobsOf(context: Context): Promise<JobFacts[]> {
  const config = context.parsed.get("config");
  const flags = config === undefined ? [] : ["--config", absolute(context.cwd, config)];
  const lines = await askChild(context, ["status", ...flags]);
  return lines.flatMap((m) =>
    m.message_type !== "job_status" || typeof m.vault !== "string" ? [] : [{
      job: typeof m.job === "string" ? m.job : null,
      name: `${m.job}, ${basename(m.vault)}`,
      vault: absolute(context.cwd, m.vault),
      state: String(m.result),
      lastRun: textOf(m.time),
      nextRun: textOf(m.next),
      checked: typeof m.verified_share === "number" ? m.verified_share : null,
      checkedSince: textOf(m.verified_oldest)?.slice(0, 10) ?? null,
      damaged: typeof m.verified_damaged === "number" ? m.verified_damaged : 0,
    }]
  );
}

/** What the last run of a job said, as `hikae logs` shows it; undefined where no log is. */
export async function logOf(context: Context, job: string): Promise<string[] | undefined> {
  const lines = await askChild(context, ["logs", "--", job]);
  const said = lines.flatMap(({ line }) => typeof line === "string" ? [line] : []);
  return said.length > 0 ? said.slice(-MOST_LINES) : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value.slice(0, 16).replace("T", " ") : null;
}
