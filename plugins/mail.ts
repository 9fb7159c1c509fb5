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

import type { BackupResult, ErrorContext, Host, Outcome, Plugin } from "../src/plugins/api.ts";
import type { Mail } from "./lib/mime.ts";
import { type MailServer, sendMail } from "./lib/smtp.ts";

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
}

type Run = BackupResult<Options> | ErrorContext<Options>;

const ALL: readonly Outcome[] = ["done", "incomplete", "failed", "held", "interrupted"];
const BAD: readonly Outcome[] = ["incomplete", "failed", "held", "interrupted"];
const WEEK = 7 * 86_400_000;
/** More runs than a week has are told by their number. */
const MOST = 2000;

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
  },
  permissions: (options) => ({
    net: options.host === undefined ? [] : [`${options.host}:${portOf(options)}`],
    env: options.passwordEnv === undefined ? [] : [options.passwordEnv],
    read: [options.passwordFile, options.ca].filter((file) => file !== undefined),
  }),
  async postBackup(result, host): Promise<void> {
    if (result.dryRun || told) return;
    const { outcome } = result;
    const lines = [...summaryLines(result), ...result.problems.map((p) => p.message)];
    if (outcome !== "skipped") await digest(result, host, outcome, lines);
    if (isTold(result.options, outcome)) await tell(result, host, outcome, lines);
  },
  async onError(failure, host): Promise<void> {
    const { problem, options } = failure;
    if (failure.dryRun || told || !isTold(options, "failed")) return;
    const hint = problem.hint === undefined ? [] : [problem.hint];
    await tell(failure, host, "failed", [problem.message, ...hint]);
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
  const kept = run.remembered?.week as { since?: number; runs?: string[] } | undefined;
  const since = typeof kept?.since === "number" ? kept.since : time;
  const runs = [...kept?.runs ?? [], `${minute(time)}  ${outcome}  ${lines.join("; ")}`];
  host.remember("week", { since, runs: runs.slice(-MOST) });
  if (time - since < WEEK) return;
  const bad = runs.filter((line) => !line.includes("  done  ")).length;
  const subject = `hikae ${nameOf(run)}: ${
    minute(time)
  } week: ${runs.length} runs, ${bad} not done`;
  const text = [`${run.source} on ${run.host}, since ${minute(since)}`, "", ...runs].join("\n");
  const attached = { name: `hikae-${nameOf(run)}-week.txt`, text };
  await send(run.options, host, {
    ...addresses(run.options),
    subject,
    text: `${runs.length} runs, ${bad} not done. Each of them is in the file that goes with this.`,
    attached,
    time,
  });
  // only now: a mail that could not be sent is tried with the next run
  host.remember("week", { since: time, runs: [] });
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
    return `${s.vault}: ${s.failure ?? `${counts}, ${s.errors} errors`}`;
  });
}
