/**
 * Shows a notification on the desktop when a run did not go well (or always): a toast on Windows, the
 * notification centre on macOS, `notify-send` elsewhere.
 *
 * ```jsonc
 * {
 *   "path": "hikae:desktop_notify",
 *   "allow": { "run": ["notify-send"], "env": ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] },
 *   "options": { "on": ["done", "incomplete", "failed", "held"] }
 * }
 * ```
 *
 * Wants: `run` for `powershell`, `osascript` or `notify-send`, whichever belongs to the system; on Linux `env` for
 * the two variables by which `notify-send` finds the desktop. It shows nothing where nobody is logged on.
 * @module
 */

import type { BackupResult, Host, Outcome, Permissions, Plugin } from "../src/plugins/api.ts";
import { ABOUT, TEXTS } from "./lib/desktop_notify_words.ts";
import { notification } from "./lib/notification.ts";
import { programRunner } from "./lib/program.ts";
import { inLanguage, sayer, shared } from "./lib/words.ts";

interface Options {
  on?: Outcome[];
}

const TROUBLE: readonly Outcome[] = ["incomplete", "failed", "held"];

/** A run that fails calls both `postBackup` and `onError`; it is told once. */
let told = false;

const { description, ...options } = inLanguage(ABOUT);
const say = sayer(TEXTS);

export default {
  name: "desktop_notify",
  version: "1.0.0",
  description,
  options,
  permissions(): Permissions {
    const { program } = notification(Deno.build.os, "", "");
    if (program !== "notify-send") return { run: [program] };
    return { run: [program], env: ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] };
  },
  async postBackup(result, host): Promise<void> {
    if (result.dryRun || !(result.options.on ?? TROUBLE).includes(result.outcome)) return;
    const name = result.job ?? result.source;
    await show(host, say("title", { name, outcome: shared(result.outcome) }), textOf(result));
  },
  async onError(failure, host): Promise<void> {
    if (failure.dryRun || !(failure.options.on ?? TROUBLE).includes("failed")) return;
    const name = failure.job ?? failure.source;
    await show(host, say("title", { name, outcome: shared("failed") }), failure.problem.message);
  },
} satisfies Plugin<Options>;

async function show(host: Host, title: string, text: string): Promise<void> {
  if (told) return;
  told = true;
  await programRunner(host.signal)(notification(Deno.build.os, title, text));
}

function textOf({ summaries, problems }: BackupResult<Options>): string {
  const files = summaries.reduce((sum, s) => sum + s.files_new + s.files_changed, 0);
  const first = problems[0];
  const counts = say("counts", { files, problems: problems.length });
  return first === undefined ? counts : `${counts}: ${first.path ?? ""} ${first.message}`;
}
