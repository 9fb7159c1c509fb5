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
import type { Attached, Mail } from "./lib/mime.ts";
import { type MailServer, sendMail } from "./lib/smtp.ts";
import { isDue, notDone, type Week, weekLines, withRun } from "./lib/week.ts";

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

export default {
  name: "mail",
  version: "1.0.0",
  description: "mails how a run ended, or once a week how all of them did",
  options: {
    host: "the mail server",
    port: "its port (default 587, with tls 465)",
    tls: "starttls (default), or tls from the first byte",
    user: "who logs in",
    passwordEnv: "the environment variable that holds the password",
    passwordFile: "or the file whose first line it is",
    from: "the address that writes",
    to: "the addresses that are written to",
    ca: "a file of certificates to trust (PEM)",
    on: "the outcomes to tell of (default: all but skipped; with digest those that are not done)",
    digest: "weekly: all runs of a week in one mail, the first after a week",
    report: "a file to attach to the digest: the page that hikae report --html wrote",
  },
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
  const subject = `hikae ${nameOf(run)}: ${minute(time)} ${outcome}`;
  const text = [`${run.source} on ${run.host}: ${outcome}`, "", ...lines].join("\n");
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
  const counts = `${counted(week.runs.length, "run")}, ${notDone(week)} not done`;
  const head = `${run.source} on ${run.host}, since ${minute(week.since)}: ${counts}`;
  const page = pageOf(run.options);
  const text = ["Each run is in the file that goes with this.", ...page.problem];
  return {
    ...addresses(run.options),
    subject: `hikae ${name}: ${minute(time)} week: ${counts}`,
    text: [head, "", ...text].join("\n"),
    attached: [
      { name: `hikae-${name}-week.txt`, text: [head, "", ...weekLines(week)].join("\n") },
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
    return { attached: [], problem: [`The report is not with it: ${why}`] };
  }
}

async function send(options: Options, host: Host, mail: Mail): Promise<void> {
  await sendMail(serverOf(options, host), mail, host.signal);
  host.log("debug", `mailed ${mail.to.length} by ${options.host}`);
}

function serverOf(options: Options, host: Host): MailServer {
  const { host: name, tls = "starttls", user, ca } = options;
  if (name === undefined) throw new Error('set the option "host"');
  if (tls !== "tls" && tls !== "starttls") throw new Error('the option "tls" is starttls or tls');
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
    if (password === undefined) throw new Error(`the variable ${passwordEnv} is not set`);
    return password;
  }
  if (passwordFile === undefined) throw new Error('set "passwordEnv" or "passwordFile"');
  return Deno.readTextFileSync(passwordFile).split(/\r?\n/)[0] ?? "";
}

function portOf({ port, tls }: Options): number {
  return port ?? (tls === "tls" ? 465 : 587);
}

function addresses({ from, to }: Options): { from: string; to: readonly string[] } {
  const all = typeof to === "string" ? [to] : to ?? [];
  if (from === undefined || all.length === 0) throw new Error('set the options "from" and "to"');
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
    const counts = `${s.files_new} new, ${s.files_changed} changed, ${s.files_deleted} deleted`;
    return `${s.vault}: ${s.failure ?? `${counts}, ${counted(s.errors, "error")}`}`;
  });
}

/** One line, after the path that it is about where it does not name it. */
function problemLine({ path, message }: Problem): string {
  const said = path === undefined || path === "" || message.includes(path);
  return `${said ? "" : `${path}: `}${message}`.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

function counted(n: number, one: string): string {
  return `${n} ${n === 1 ? one : `${one}s`}`;
}
