/**
 * The log of a scheduled run: one file per run in `<state>/logs/<job>/`, kept by count, and beside them
 * `last.json`, the outcome that `status` reads. A log that cannot be written never harms the run.
 * @module
 */

import { systemText } from "../base/system_text.ts";
import type { Clock } from "../base/clock.ts";
import { EXIT } from "../base/errors.ts";
import type { Emit, Message, SummaryMessage } from "../base/event.ts";
import { safeName, unsafeName } from "../base/safe_name.ts";
import { below, type SmallFiles } from "../base/small_files.ts";
import { nextStamp, type Stamp, stampOf } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import { localTime } from "./local_time.ts";
import { printableJson } from "./printable.ts";

/** How many logs of a job stay unless the config says otherwise. */
const KEEP_LOGS = 100;

/** How a run ended; `running` is also what a run leaves that was killed. */
export type RunResultName =
  | "running"
  | "ok"
  | "incomplete"
  | "stopped"
  | "interrupted"
  | "failed";

/** What `last.json` holds. */
export interface LastOutcome {
  format: 1;
  job: string;
  /** When the run began; the name of its log. */
  stamp: Stamp;
  /** When it began, RFC 3339. */
  time: string;
  result: RunResultName;
  /** The exit code; absent while it runs. */
  exit?: number;
  /** How long it took. */
  seconds?: number;
  /** Errors that were reported. */
  errors: number;
  /** The error that ended it. */
  message?: string;
  /** The file name of its log. */
  log: string;
  /** The last summary of each vault. */
  summaries: readonly SummaryMessage[];
  /** The stamp of the last run that ended with `ok` or `incomplete`. */
  last_good?: Stamp;
  /** The config that the job stands in, absolute. */
  config?: string;
  /** When somebody was last told that the last good run is too old, RFC 3339. */
  warned?: string;
}

/** What a log is opened with. */
export interface LogOptions {
  files: SmallFiles;
  clock: Clock;
  /** hikae's state directory. */
  state: string;
  job: string;
  /** How many logs stay, this one included; default {@link KEEP_LOGS}. */
  keep?: number;
  /** Lines for people (`.log`, default) or the messages as JSON lines (`.jsonl`). */
  format?: "text" | "jsonl";
  /** Goes on with the log of this stamp, which another process of the same run has opened. */
  stamp?: Stamp;
  /** The config that the job stands in, absolute. */
  config?: string;
}

/** The log of one run. */
export interface RunLog {
  readonly path: string;
  readonly stamp: Stamp;
  /** Takes the messages of the run. */
  readonly emit: Emit;
  /** Ends the log with the exit code, and the error that ended the run, if there was one. */
  finish(exit: number, message?: string): LastOutcome;
  /** Why the log could not be written, if so. */
  problem(): string | undefined;
}

const FLUSH_BYTES = 8192;
const FLUSH_MS = 1000;

/** Opens the log of a run that begins now. */
export function openLog(options: LogOptions): RunLog {
  return new FileLog(options);
}

class FileLog implements RunLog {
  readonly path: string;
  readonly stamp: Stamp;
  readonly #options: LogOptions;
  readonly #outcome: LastOutcome;
  readonly #started: number;
  #pending = "";
  #flushed: number;
  #problem: string | undefined;

  constructor(options: LogOptions) {
    const { files, clock, state, job, keep = KEEP_LOGS, format = "text" } = options;
    const dir = logDir(state, job);
    this.#options = options;
    const now = this.#flushed = clock.now();
    const logs = this.#attempt(() => logsIn(files, dir)) ?? [];
    const before = this.#attempt(() => readOutcome(files, state, job));
    const begun = options.stamp !== undefined && before?.stamp === options.stamp;
    this.stamp = options.stamp ?? freeStamp(stampOf(now), logs);
    const log = `${this.stamp}.${format === "text" ? "log" : "jsonl"}`;
    this.path = below(dir, log);
    this.#outcome = begun ? { ...before, result: "running" } : {
      format: 1,
      job,
      stamp: this.stamp,
      time: new Date(now).toISOString(),
      result: "running",
      errors: 0,
      log,
      summaries: [],
      ...carried(before),
      ...(options.config === undefined ? {} : { config: options.config }),
    };
    this.#started = Date.parse(this.#outcome.time);
    this.#save();
    // at once, so that the next log takes another name
    if (!begun) this.#attempt(() => files.append(this.path, ""));
    this.#attempt(() => dropOld(files, dir, [...new Set([...logs, log])], keep));
  }

  readonly emit: Emit = (message) => {
    if (message.message_type === "status") return;
    const outcome = this.#outcome;
    if (message.message_type === "error") outcome.errors++;
    if (message.message_type === "summary") {
      outcome.summaries = withSummary(outcome.summaries, message);
    }
    const now = this.#options.clock.now();
    const render = this.#options.format === "jsonl" ? jsonLine : textLine;
    this.#pending += `${render(message, now)}\n`;
    if (this.#pending.length >= FLUSH_BYTES || now - this.#flushed >= FLUSH_MS) this.#flush(now);
  };

  finish(exit: number, message?: string): LastOutcome {
    const now = this.#options.clock.now();
    const outcome = this.#outcome;
    outcome.exit = exit;
    outcome.result = resultOf(exit);
    outcome.seconds = Math.round((now - this.#started) / 100) / 10;
    if (message !== undefined) outcome.message = message;
    if (outcome.result === "ok" || outcome.result === "incomplete") outcome.last_good = this.stamp;
    this.#pending += `${endLine(outcome, now, this.#options.format ?? "text")}\n`;
    this.#flush(now);
    this.#save();
    return outcome;
  }

  problem(): string | undefined {
    return this.#problem;
  }

  #save(): void {
    const { files, state } = this.#options;
    this.#attempt(() => writeOutcome(files, state, this.#outcome));
  }

  #flush(now: number): void {
    const lines = this.#pending;
    this.#pending = "";
    this.#flushed = now;
    if (lines !== "") this.#attempt(() => this.#options.files.append(this.path, lines));
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#problem ??= systemText(error);
      return undefined;
    }
  }
}

/** What outlives a run: when the last good one was, and when somebody was told of its age. */
function carried(before: LastOutcome | undefined): Pick<LastOutcome, "last_good" | "warned"> {
  const { last_good, warned } = before ?? {};
  return {
    ...(last_good === undefined ? {} : { last_good }),
    ...(warned === undefined ? {} : { warned }),
  };
}

/** Replaces what is known of a job's last run. */
export function writeOutcome(files: SmallFiles, state: string, outcome: LastOutcome): void {
  const path = below(logDir(state, outcome.job), "last.json");
  files.write(path, `${JSON.stringify(outcome)}\n`);
}

/** The jobs that left an outcome, by name. */
export function loggedJobs(
  files: Pick<SmallFiles, "read"> & { dirs(dir: string): string[] },
  state: string,
): LastOutcome[] {
  return files.dirs(below(state, "logs")).flatMap((name) => {
    const outcome = readOutcome(files, state, unsafeName(name));
    return outcome === undefined ? [] : [outcome];
  });
}

/** The outcome of the last run of a job; undefined when there was none, or its file is damaged. */
export function readOutcome(
  files: Pick<SmallFiles, "read">,
  state: string,
  job: string,
): LastOutcome | undefined {
  const kept = files.read(below(logDir(state, job), "last.json"));
  if (kept === undefined) return undefined;
  try {
    const value = JSON.parse(kept) as Partial<LastOutcome> | null;
    const good = value?.format === 1 && typeof value.stamp === "string" &&
      typeof value.result === "string" && Array.isArray(value.summaries);
    return good ? value as LastOutcome : undefined;
  } catch {
    return undefined;
  }
}

/** The directory that the logs of a job lie in. */
export function logDir(state: string, job: string): string {
  return below(state, "logs", safeName(job));
}

/** A message as a line for people. */
export function textLine(message: Message, now: number): string {
  return `${localTime(now)} ${oneLine(textOf(message))}`;
}

/** How a run ended, from its exit code. */
export function resultOf(exit: number): RunResultName {
  if (exit === EXIT.ok) return "ok";
  if (exit === EXIT.incomplete) return "incomplete";
  if (exit === EXIT.guard) return "stopped";
  return exit === EXIT.interrupted ? "interrupted" : "failed";
}

function textOf(message: Message): string {
  switch (message.message_type) {
    case "error":
      return text("log.error", {
        path: message.path,
        during: message.during,
        message: message.message,
        code: message.code,
      });
    case "note": {
      const about = message.path === undefined ? "" : `${message.path}: `;
      return text("log.note", { message: `${about}${message.message}` });
    }
    case "change":
      return `change ${message.modifier} ${message.path}`;
    case "decision": {
      const said = { what: message.path ?? message.stamp ?? "", reason: message.reason };
      return message.keep ? text("log.keep", said) : text("log.remove", said);
    }
    default: {
      const { message_type, ...rest } = message;
      return `${message_type} ${pairs(rest)}`;
    }
  }
}

function jsonLine(message: Message, now: number): string {
  const { message_type, ...rest } = message;
  return printableJson(
    JSON.stringify({ message_type, time: new Date(now).toISOString(), ...rest }),
  );
}

function endLine(outcome: LastOutcome, now: number, format: "text" | "jsonl"): string {
  const { result, exit, seconds, errors, message } = outcome;
  if (format === "jsonl") {
    const time = new Date(now).toISOString();
    return JSON.stringify({ message_type: "end", time, result, exit, seconds, errors, message });
  }
  const why = message === undefined ? "" : `: ${message}`;
  const ended = { result, exit: String(exit), seconds: String(seconds), why };
  return oneLine(`${localTime(now)} ${text("log.end", ended)}`);
}

function pairs(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values).map(([key, value]) =>
    `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`
  ).join(" ");
}

/** A name may hold a line end or a terminal's control sequence; a log line holds neither. */
function oneLine(line: string): string {
  const escaped = line.replace(/\p{Cc}/gu, (char) => JSON.stringify(char).slice(1, -1));
  return printableJson(escaped);
}

/** One summary per vault, the latest; a summary without a vault stands for itself. */
function withSummary(
  all: readonly SummaryMessage[],
  message: SummaryMessage,
): readonly SummaryMessage[] {
  const vault = message["vault"];
  return [...all.filter((s) => vault === undefined || s["vault"] !== vault), message];
}

/** The names of the logs in a job's directory, the oldest first. */
export function logsIn(files: Pick<SmallFiles, "list">, dir: string): string[] {
  return files.list(dir).filter((name) => /^\d{8}_\d{6}\.(log|jsonl)$/.test(name)).sort();
}

function freeStamp(stamp: Stamp, logs: readonly string[]): Stamp {
  let free = stamp;
  while (logs.some((name) => name.startsWith(`${free}.`))) free = nextStamp(free);
  return free;
}

function dropOld(files: SmallFiles, dir: string, logs: readonly string[], keep: number): void {
  const old = [...logs].sort().slice(0, Math.max(0, logs.length - Math.max(1, keep)));
  for (const name of old) files.remove(below(dir, name));
}
