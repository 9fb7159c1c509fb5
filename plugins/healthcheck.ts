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
import { addressOf, authorization, needs, send, type Target } from "./lib/send.ts";

interface Options extends Target {
  startPath?: string;
  successPath?: string;
  failPath?: string;
  good?: Outcome[];
}

/** A run that fails calls both `postBackup` and `onError`; it is told once. */
let ended = false;

export default {
  name: "healthcheck",
  version: "1.0.0",
  description: "pings healthchecks.io or its like at the start, success and failure of a run",
  options: {
    url: "the address of the check",
    urlEnv: "the environment variable that holds it, instead of url",
    host: "with urlEnv: the host of that address",
    tokenEnv: "the environment variable that holds a token, sent as Authorization: Bearer",
    startPath: 'added to the address at the start (default "/start"; "" for no ping)',
    successPath: 'added to it after a good run (default "")',
    failPath: 'added to it after a failed run (default "/fail")',
    good: "the outcomes that are a success (default done and skipped)",
    retries: "how often to try again (default 3)",
    backoffMs: "the wait before the second attempt, in ms, then doubled (default 1000)",
  },
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
        `${s.files_new} new, ${s.files_changed} changed, ${s.files_deleted} deleted, ${s.errors} errors`
    }`
  );
  const problems = result.problems.slice(0, 10).map((p) => `${p.path ?? ""} ${p.message}`);
  return [`${result.outcome} (exit code ${result.exitCode})`, ...vaults, ...problems].join("\n");
}
