/**
 * What installing or removing a schedule does, as plain data: printing a plan is `--print`, applying it is
 * the installation. Each scheduler's file makes plans; only {@link applyPlan} touches anything.
 * @module
 */

import { HikaeError, messageOf } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import type { SmallFiles } from "../base/small_files.ts";
import { quoteSh, quoteWindows } from "./quote.ts";
import type { Schedule } from "./schedule.ts";
import { text } from "../text/text.ts";

/** The schedulers that hikae knows. */
export const SCHEDULERS = ["systemd", "cron", "launchd", "task-scheduler"] as const;

/** The name of a scheduler. */
export type SchedulerName = typeof SCHEDULERS[number];

/** A command line as a scheduler runs it; all paths absolute. */
export interface CommandLine {
  program: string;
  args: readonly string[];
  workingDirectory: string;
  /** Variables that the run needs and that the scheduler would not have by itself. */
  env: Readonly<Record<string, string>>;
}

/** How a scheduled run behaves. */
export interface ScheduleOptions {
  /** Only while the machine is on the mains. */
  onlyOnAc: boolean;
  /** Only while nobody uses the machine. */
  onlyIdle: boolean;
  /** With an administrator's rights (Windows). */
  highest: boolean;
  /** Wakes the machine. */
  wake: boolean;
  /** The start lies at random within this many minutes after its time; 0 for none. */
  randomDelay: number;
  /** How often a failed run is tried again. */
  retry: number;
  /** The longest that one try may take, ms; undefined for no limit. */
  maxDuration?: number;
  /** Out of the way of other programs, or beside them. */
  priority: "low" | "normal";
}

/** A job to schedule. */
export interface ScheduleRequest {
  job: string;
  schedule: Schedule;
  command: CommandLine;
  /** Runs also while nobody is logged on. */
  whetherLoggedOn: boolean;
  /** True when a path of the job lies on the network (UNC, mapped drive). */
  network: boolean;
  options: ScheduleOptions;
}

/** What a scheduler needs to know of the user and the machine. */
export interface SchedulerPlace {
  /** The user's home directory. */
  home: string;
  /** The user's name (`DOMAIN\\name` on Windows). */
  user: string;
  /** The user's number (launchd), undefined where there is none. */
  uid?: number;
  /** The user's security identifier (Windows), by which every kind of account can be named. */
  sid?: string;
  /** hikae's state directory. */
  state: string;
  /** `XDG_CONFIG_HOME`, if it is set. */
  configHome?: string;
  /** Now, in ms (a task's first start lies in the past of its time of day). */
  now: number;
}

/** A step of a plan. */
export type ScheduleStep =
  | {
    kind: "write";
    path: string;
    text: string;
    encoding: "utf-8" | "utf-16le";
    /** It is started itself. */
    executable?: true;
  }
  | { kind: "remove"; path: string }
  | {
    kind: "run";
    program: string;
    args: readonly string[];
    input?: string;
    /** Its failing is expected and no error (what is to be removed is not there). */
    mayFail?: boolean;
  };

/** Everything that is done, in order, and what the user should know. */
export interface Plan {
  scheduler: SchedulerName;
  steps: readonly ScheduleStep[];
  notes: readonly string[];
}

/** A schedule that is installed. */
export interface Installed {
  job: string;
  scheduler: SchedulerName;
  /** When it runs next, as the scheduler says it; "" when it does not. */
  next: string;
  /** The state, as the scheduler says it. */
  state: string;
}

/** The ports that a plan is applied through. */
export interface SchedulePorts {
  run: RunProgram;
  files: SmallFiles;
  /** The same for files that are started; absent where a plan has none. */
  programs?: SmallFiles;
}

/** Quotes one word of a command line. */
export type Quote = (word: string) => string;

/** Does what a plan says; stops at the first step that fails. */
export function applyPlan(plan: Plan, ports: SchedulePorts): Promise<void> {
  return applySteps(plan.steps, quoteOf(plan), ports);
}

/** Does steps in their order; stops at the first that fails. */
export async function applySteps(
  steps: readonly ScheduleStep[],
  quote: Quote,
  ports: SchedulePorts,
): Promise<void> {
  for (const step of steps) {
    if (step.kind === "write") {
      const files = step.executable === true ? ports.programs ?? ports.files : ports.files;
      files.write(step.path, encodeText(step.text, step.encoding));
    } else if (step.kind === "remove") ports.files.remove(step.path);
    else await runStep(step, commandText(quote, step), ports.run);
  }
}

/** A plan as text: the files with their content, the command lines, the notes. */
export function renderPlan(plan: Plan): string {
  return renderSteps(plan.steps, plan.notes, quoteOf(plan));
}

/** Steps as text, with what the user should know. */
export function renderSteps(
  steps: readonly ScheduleStep[],
  notes: readonly string[],
  quote: Quote,
): string {
  const parts = steps.map((step) => {
    if (step.kind === "write") {
      const encoding = step.encoding === "utf-8" ? "" : " (UTF-16)";
      const mode = step.executable === true ? " (executable)" : "";
      return `# write ${step.path}${encoding}${mode}\n${step.text.replace(/\r/g, "").trimEnd()}\n`;
    }
    if (step.kind === "remove") return `# remove ${step.path}\n`;
    const input = step.input === undefined ? "" : `\n# its input:\n${step.input.trimEnd()}`;
    return `# run\n${commandText(quote, step)}${input}\n`;
  });
  return [...parts, ...notes.map((note) => `# note: ${note}\n`)].join("\n").trimEnd();
}

/** The bytes of a text; UTF-16 with its byte order mark, which `schtasks` tells it by. */
export function encodeText(text: string, encoding: "utf-8" | "utf-16le"): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), true);
  return bytes;
}

/** Refuses a text with control characters, which no scheduler's file can hold safely. */
export function refuseControls(command: CommandLine): void {
  const texts = [command.program, command.workingDirectory, ...command.args];
  const bad = [...texts, ...Object.values(command.env)].find((t) => /\p{Cc}/u.test(t));
  if (bad === undefined) return;
  throw new HikaeError("usage", text("schedule.control", { what: JSON.stringify(bad) }), {
    hint: text("schedule.control-hint"),
  });
}

async function runStep(
  step: ScheduleStep & { kind: "run" },
  line: string,
  run: RunProgram,
): Promise<void> {
  try {
    const options = step.input === undefined ? {} : { input: step.input };
    const result = await run(step.program, step.args, options);
    if (result.code === 0 || step.mayFail === true) return;
    const said = (result.stderr.trim() || result.stdout.trim()).split("\n").join("; ");
    throw new HikaeError(
      "failed",
      text("schedule.failed", { line, code: String(result.code), said }),
      {
        hint: text("schedule.failed-hint"),
      },
    );
  } catch (error) {
    if (error instanceof HikaeError || step.mayFail === true) {
      if (step.mayFail === true) return;
      throw error;
    }
    throw new HikaeError("failed", `${line}: ${messageOf(error)}`, {
      cause: error,
      hint: text("schedule.other-hint"),
    });
  }
}

function quoteOf({ scheduler }: Plan): Quote {
  return scheduler === "task-scheduler" ? quoteWindows : quoteSh;
}

function commandText(quote: Quote, step: ScheduleStep & { kind: "run" }): string {
  return [step.program, ...step.args].map(quote).join(" ");
}
