/**
 * What a command is: plain data (name, flags, help, access) and a function that is loaded when it is
 * called. Help, completions, the man page, permissions and usage errors are all made from it.
 * @module
 */

import type { Emit } from "../base/event.ts";
import type { Clock } from "../base/clock.ts";
import type { AccessName } from "../base/access.ts";
import type { RunProgram } from "../base/process.ts";
import type { HelpId } from "../text/help_text.ts";

/** One flag of a command. */
export interface Flag {
  /** Long name, without dashes. */
  name: string;
  /** One letter, if it has a short form. */
  short?: string;
  /** The placeholder of its value in help (`GLOB`); absent for a switch. */
  value?: string;
  /** True when it may be given several times. */
  many?: boolean;
  /** The values that it takes, when they are few. */
  choices?: readonly string[];
  /** One line of help. */
  help: HelpId;
  /** Left out of help and completions. */
  hidden?: boolean;
  /** True where it makes of a command that only answers one that writes: it finishes without its voice then. */
  writes?: boolean;
}

/** A command of the table in `table.ts`. */
export interface Command {
  name: string;
  /** One line, in the list of commands. */
  summary: HelpId;
  /** Usage lines after `hikae <name>`; more than one for alternatives. */
  usage: readonly string[];
  /** A paragraph for `--help`. */
  about?: HelpId;
  flags: readonly Flag[];
  /** Command lines that work, each with what it does; a test runs them. */
  examples: readonly { line: string; does: HelpId }[];
  /** What its engine may touch (`base/access.ts`); the permission sets are computed from it. */
  access: AccessName;
  /**
   * True of a command without an engine that only answers: it ends when nobody can read the answer any more.
   * Any other command without an engine has something to do, and does it also without a voice.
   */
  answers?: boolean;
  /** Subcommands; then `load` is called for none of them given, if there is one. */
  sub?: readonly Command[];
  /** Not in help. */
  hidden?: boolean;
  /** Loads what runs it. */
  load?: () => Promise<{ run: RunCommand }>;
}

/** The flags and arguments of a call, checked against the command's table entry. */
export interface Parsed {
  /** Arguments without a dash, in order. */
  args: readonly string[];
  /** The switches that were given. */
  has(name: string): boolean;
  /** The value of a flag, undefined when not given. */
  get(name: string): string | undefined;
  /** The values of a flag that may be repeated, empty when not given. */
  all(name: string): readonly string[];
}

/** What a command gets besides its arguments. */
export interface Context {
  parsed: Parsed;
  command: Command;
  /** Where messages go: rendered as text or JSON lines. */
  emit: Emit;
  /** Text for people that answers, to standard output (to standard error with `--json`); a line end is added. */
  say(text: string): void;
  /** Text for people that is no answer (hints, questions), to standard error; silent with `--quiet`. */
  tell(text: string): void;
  /** Writes data, without any change, to standard output (`cat`, `completions`). */
  write(data: Uint8Array): void;
  clock: Clock;
  /** An environment variable. */
  env(name: string): string | undefined;
  /** The directory that relative paths start from. */
  cwd: string;
  json: boolean;
  quiet: boolean;
  /** True where standard output is a terminal. */
  onTerminal?: boolean;
  /** True where it is one on which the columns of answers do not fit: they have no head then. */
  narrow?: boolean;
  /** How many columns an answer may take; absent: 80. */
  columns?: number;
  verbose: boolean;
  /** Says by which words the vault of this line is named, for hints. */
  names?: (vault: string) => void;
  /** Shows a progress line; absent where none is wanted. */
  progress?: (line: string) => void;
  /** Aborted on Ctrl-C. */
  signal: AbortSignal;
  /** Starts programs of the system; absent: as they are found by this process. */
  runProgram?: RunProgram;
  /** True where the process has more to do than this command (tests): no right is given up. */
  keepsRights?: boolean;
}

/** Runs a command; gives its exit code. Errors are thrown (`HikaeError`). */
export type RunCommand = (context: Context) => Promise<number>;
