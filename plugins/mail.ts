/**
 * Mails how a run ended, or once a week how all of them did. Encrypted always: `tls` from the first byte, or
 * `starttls`.
 *
 * ```jsonc
 * {
 *   "path": "hikae:mail",
 *   "allow": { "net": ["mail.example.com:587"], "env": ["MAIL_PASSWORD"] },
 *   "options": {
 *     "host": "mail.example.com", "user": "me", "passwordEnv": "MAIL_PASSWORD",
 *     "from": "me@example.com", "to": ["me@example.com"], "digest": "weekly"
 *   }
 * }
 * ```
 *
 * Wants: `net` for the server, `env` or `read` for the password, `read` for `ca`.
 * @module
 */

import type {
  BackupResult,
  ErrorContext,
  Host,
  Outcome,
  Plugin,
  Problem,
} from "../src/plugins/api.ts";
import { ABOUT, say } from "./lib/mail_words.ts";
import type { Attached, Mail } from "./lib/mime.ts";
import { type MailServer, sendMail } from "./lib/smtp.ts";
import { isDue, notDone, type Week, weekLines, withRun } from "./lib/week.ts";
import { errorCount, inLanguage, shared } from "./lib/words.ts";

interface Options {
  host?: string;
  port?: number;
  tls?: "starttls" | "tls";
  user?: string;
  passwordEnv?: string;
  passwordFile?: string;
  from?: string;
  to?: string | string[];
  ca?: string;
  on?: Outcome[];
  digest?: "weekly";
  report?: string;
}

type Run = BackupResult<Options> | ErrorContext<Options>;

const ALL: readonly Outcome[] = ["done", "incomplete", "failed", "held", "interrupted"];
const BAD: readonly Outcome[] = ["incomplete", "failed", "held", "interrupted"];

/** A run that fails calls both `postBackup` and `onError`; it is told once. */
let told = false;

const { description, ...options } = inLanguage(ABOUT);

export default {
  name: "mail",
  version: "1.0.0",
  description,
  options,
  permissions: (options) => ({
    net: options.host === undefined ? [] : [`${options.host}:${portOf(options)}`],
    env: options.passwordEnv === undefined ? [] : [options.passwordEnv],
    read: [options.passwordFile, options.ca, options.report].filter((file) => file !== undefined),
  }),
  async postBackup(result, host): Promise<void> {
    if (result.dryRun || told) return;
    const { outcome } = result;
    const lines = [...summaryLines(result), ...result.problems.map(problemLine)];
    if (outcome !== "skipped") await digest(result, host, outcome, lines);
    if (isTold(result.options, outcome)) await tell(result, host, outcome, lines);
  },
  async onError(failure, host): Promise<void> {
    const { problem, options } = failure;
    if (failure.dryRun || told || !isTold(options, "failed")) return;
    const hint = problem.hint === undefined ? [] : [problem.hint];
    await tell(failure, host, "failed", [problemLine(problem), ...hint]);
  },
} satisfies Plugin<Options>;

function isTold({ on, digest }: Options, outcome: Outcome): boolean {
  return (on ?? (digest === undefined ? ALL : BAD)).includes(outcome);
}

async function tell(run: Run, host: Host, outcome: Outcome, lines: string[]): Promise<void> {
  told = true;
  const time = Date.now();
  // by job, then by time: a mailbox that is sorted by subject is a list
  const subject = `hikae ${nameOf(run)}: ${minute(time)} ${shared(outcome)}`;
  const { source, host: machine } = run;
  const head = say("ended", { source, host: machine, outcome: shared(outcome) });
  const text = [head, "", ...lines].join("\n");
  await send(run.options, host, { ...addresses(run.options), subject, text, time });
}

/** Remembers the run; when the week is over, mails all of it and begins anew. */
async function digest(
  run: BackupResult<Options>,
  host: Host,
  outcome: Outcome,
  lines: string[],
): Promise<void> {
  if (run.options.digest !== "weekly") return;
  const time = Date.now();
  const said = lines.join("; ");
  const week = withRun(run.remembered?.week, time, { time: minute(time), outcome, said });
  host.remember("week", { ...week, runs: week.runs.map((one) => ({ ...one })) });
  if (!isDue(week, time)) return;
  await send(run.options, host, digestMail(run, week, time));
  // only now: a mail that could not be sent is tried with the next run
  host.remember("week", { since: time, runs: [] });
}

function digestMail(run: BackupResult<Options>, week: Week, time: number): Mail {
  const name = nameOf(run);
  const { source, host } = run;
  const counts = say("week-counts", { runs: runCount(week.runs.length), n: notDone(week) });
  const head = say("week-head", { source, host, time: minute(week.since), counts });
  const page = pageOf(run.options);
  const text = [say("in-the-file"), ...page.problem];
  return {
    ...addresses(run.options),
    subject: `hikae ${name}: ${minute(time)} ${say("week")}: ${counts}`,
    text: [head, "", ...text].join("\n"),
    attached: [
      { name: `hikae-${name}-week.txt`, text: [head, "", ...weekLines(week, wordOf)].join("\n") },
      ...page.attached,
    ],
    time,
  };
}

/** The page of `hikae report`; one that cannot be read is told, and stops no mail. */
function pageOf({ report }: Options): { attached: Attached[]; problem: string[] } {
  if (report === undefined) return { attached: [], problem: [] };
  const name = report.split(/[/\\]/).at(-1) ?? report;
  try {
    const text = Deno.readTextFileSync(report);
    return { attached: [{ name, text, type: "text/html" }], problem: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { attached: [], problem: [say("no-report", { why })] };
  }
}

async function send(options: Options, host: Host, mail: Mail): Promise<void> {
  await sendMail(serverOf(options, host), mail, host.signal);
  host.log("debug", say("mailed", { n: mail.to.length, host: options.host ?? "" }));
}

function serverOf(options: Options, host: Host): MailServer {
  const { host: name, tls = "starttls", user, ca } = options;
  if (name === undefined) throw new Error(say("set-host"));
  if (tls !== "tls" && tls !== "starttls") throw new Error(say("odd-tls"));
  return {
    host: name,
    port: portOf(options),
    tls,
    user,
    password: user === undefined ? undefined : passwordOf(options, host),
    caCerts: ca === undefined ? [] : [Deno.readTextFileSync(ca)],
  };
}

function passwordOf({ passwordEnv, passwordFile }: Options, host: Host): string {
  if (passwordEnv !== undefined) {
    const password = host.env(passwordEnv);
    if (password === undefined) throw new Error(shared("not-set", { name: passwordEnv }));
    return password;
  }
  if (passwordFile === undefined) throw new Error(say("set-password"));
  return Deno.readTextFileSync(passwordFile).split(/\r?\n/)[0] ?? "";
}

function portOf({ port, tls }: Options): number {
  return port ?? (tls === "tls" ? 465 : 587);
}

function addresses({ from, to }: Options): { from: string; to: readonly string[] } {
  const all = typeof to === "string" ? [to] : to ?? [];
  if (from === undefined || all.length === 0) throw new Error(say("set-addresses"));
  return { from, to: all };
}

function nameOf(run: Run): string {
  return run.job ?? run.source.split(/[/\\]/).at(-1) ?? run.source;
}

function minute(time: number): string {
  const d = new Date(time);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${day} ${two(d.getHours())}:${two(d.getMinutes())}`;
}

function summaryLines(result: BackupResult<Options>): string[] {
  return result.summaries.map((s) => {
    const { files_new: added, files_changed: changed, files_deleted: deleted } = s;
    const counts = shared("counts", { added, changed, deleted });
    return `${s.vault}: ${s.failure ?? `${counts}, ${errorCount(s.errors)}`}`;
  });
}

/** One line, after the path that it is about where it does not name it. */
function problemLine({ path, message }: Problem): string {
  const said = path === undefined || path === "" || message.includes(path);
  return `${said ? "" : `${path}: `}${message}`.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

/** An outcome that was kept, in words. */
function wordOf(outcome: string): string {
  const known = ALL.find((one) => one === outcome);
  return known === undefined ? outcome : shared(known);
}

function runCount(n: number): string {
  return n === 1 ? say("run") : say("runs", { n });
}
