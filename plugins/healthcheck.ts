/**
 * Pings a watcher such as healthchecks.io when a run starts, succeeds and fails. The watcher tells you when
 * the ping of success does not come: also when the machine is off or the schedule is gone, which no message
 * of a failed run can.
 *
 * ```jsonc
 * {
 *   "path": "hikae:healthcheck",
 *   "allow": { "net": ["hc-ping.com"] },
 *   "options": { "url": "https://hc-ping.com/your-check" }
 * }
 * ```
 *
 * Let it be the last of several plugins: a run that an earlier one skips is then no start to it. An address that
 * is a secret can be left in an environment variable: `urlEnv` and `host` instead of `url`.
 *
 * Wants: `net` for the host, `env` for the variables named.
 * @module
 */

import type { BackupResult, Host, Outcome, Plugin, RunContext } from "../src/plugins/api.ts";
import { ABOUT, TEXTS } from "./lib/healthcheck_words.ts";
import { addressOf, authorization, needs, send, type Target } from "./lib/send.ts";
import { ABOUT as SEND } from "./lib/send_words.ts";
import { errorCount, inLanguage, sayer, shared } from "./lib/words.ts";

interface Options extends Target {
  startPath?: string;
  successPath?: string;
  failPath?: string;
  good?: Outcome[];
}

/** A run that fails calls both `postBackup` and `onError`; it is told once. */
let ended = false;

const { description, ...own } = inLanguage(ABOUT);
const options = { ...own, ...inLanguage(SEND) };
const say = sayer(TEXTS);

export default {
  name: "healthcheck",
  version: "1.0.0",
  description,
  options,
  permissions: needs,
  async preBackup(run, host): Promise<void> {
    const path = run.options.startPath ?? "/start";
    if (path === "") return;
    try {
      await ping(run, host, path, "");
    } catch (error) {
      // A hook that throws ends the plugin, and the ping that matters is the one after the run.
      host.log("warn", error instanceof Error ? error.message : String(error));
    }
  },
  async postBackup(result, host): Promise<void> {
    if (ended) return;
    ended = true;
    const { good, successPath, failPath } = result.options;
    const success = (good ?? ["done", "skipped"]).includes(result.outcome);
    await ping(result, host, success ? successPath ?? "" : failPath ?? "/fail", textOf(result));
  },
  async onError(failure, host): Promise<void> {
    if (ended) return;
    ended = true;
    const text = `${failure.command}: ${failure.problem.message}`;
    await ping(failure, host, failure.options.failPath ?? "/fail", text);
  },
} satisfies Plugin<Options>;

async function ping(
  run: RunContext<Options>,
  host: Host,
  path: string,
  body: string,
): Promise<void> {
  if (run.dryRun) return;
  const env = (name: string): string | undefined => host.env(name);
  const url = addressOf(run.options, env);
  url.pathname = url.pathname.replace(/\/$/, "") + path;
  const headers = { "content-type": "text/plain", ...authorization(run.options, env) };
  await send(url, { body, headers }, run.options, host.signal);
}

/** What the watcher keeps with the ping. */
function textOf(result: BackupResult<Options>): string {
  const vaults = result.summaries.map((s) =>
    `${s.vault}: ${
      s.failure ??
        `${
          shared("counts", {
            added: s.files_new,
            changed: s.files_changed,
            deleted: s.files_deleted,
          })
        }, ${errorCount(s.errors)}`
    }`
  );
  const head = say("head", { outcome: shared(result.outcome), code: result.exitCode });
  const problems = result.problems.slice(0, 10).map((p) => `${p.path ?? ""} ${p.message}`);
  return [head, ...vaults, ...problems].join("\n");
}
