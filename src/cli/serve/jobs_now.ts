/** How the jobs of this machine stand, for the page. @module */

import { basename } from "@std/path";
import type { JobFacts } from "../../base/vault_questions.ts";
import { askChild } from "../child.ts";
import type { Context } from "../command.ts";
import { absolute } from "../vault/places.ts";

/** How long an answer about jobs is used again, ms. */
const FRESH = 15_000;

/** A question that several pages ask at once is asked once. */
export function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let asked = 0;
  return () => {
    if (answer === undefined || performance.now() - asked > FRESH) {
      asked = performance.now();
      answer = ask();
    }
    return answer;
  };
}

/** How the jobs stand, as `hikae status` tells it. */
export async function jobsOf(context: Context): Promise<JobFacts[]> {
  const config = context.parsed.get("config");
  const flags = config === undefined ? [] : ["--config", absolute(context.cwd, config)];
  const lines = await askChild(context, ["status", ...flags]);
  return lines.flatMap((m) =>
    m.message_type !== "job_status" || typeof m.job !== "string" ? [] : [{
      name: `${m.job}, ${basename(String(m.vault))}`,
      state: String(m.result),
      lastRun: textOf(m.time),
      nextRun: textOf(m.next),
    }]
  );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value.slice(0, 16).replace("T", " ") : null;
}
