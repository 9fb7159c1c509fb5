/** The command table as completions need it: one row for each thing that may be typed after `hikae`. @module */

import { defined } from "../../base/defined.ts";
import { helpText } from "../../text/help_text.ts";
import type { Command, Flag } from "../command.ts";
import { COMMON } from "../spec/common.ts";

/** What may follow a flag or stand as an argument. */
export type ValueKind = "path" | "choice" | "free";

/** A flag of a {@link CommandRow}. */
export interface RowFlag {
  name: string;
  short?: string;
  /** Its value's placeholder; absent for a switch. */
  value?: string;
  kind: ValueKind;
  choices: readonly string[];
  many: boolean;
  help: string;
}

/** One command or subcommand. */
export interface CommandRow {
  /** Its name with those of its parents, "" for hikae itself. */
  path: string;
  /** What may stand next instead of an argument. */
  next: readonly { name: string; summary: string }[];
  flags: readonly RowFlag[];
  /** True when its arguments are files and directories. */
  files: boolean;
  /** True when hikae itself knows what may stand as an argument: jobs, and what lies in a vault. */
  asks: boolean;
}

const PATH_VALUES = new Set(["FILE", "DIR", "PATH", "VAULT", "SOURCE"]);

/** The rows of a table, hikae's own first, parents before their subcommands. */
export function rowsOf(commands: readonly Command[]): CommandRow[] {
  const shown = visible(commands);
  const version: Flag = { name: "version", short: "V", help: "completions.flag-version" };
  // the scripts take the first word that is no flag for the command, so only switches are offered before it
  const own = COMMON.filter((f) => f.value === undefined);
  const top: CommandRow = {
    path: "",
    next: shown.map(({ name, summary }) => ({ name, summary: helpText(summary) })),
    flags: [...own, version].map(rowFlag),
    files: false,
    asks: false,
  };
  return [top, ...shown.flatMap((command) => commandRows(command, ""))];
}

function commandRows(command: Command, parent: string): CommandRow[] {
  const path = parent === "" ? command.name : `${parent} ${command.name}`;
  const subs = visible(command.sub ?? []);
  const names = new Set(command.flags.map((f) => f.name));
  const flags = [...command.flags, ...COMMON.filter((f) => !names.has(f.name))];
  const row: CommandRow = {
    path,
    next: subs.map(({ name, summary }) => ({ name, summary: helpText(summary) })),
    flags: flags.filter((f) => !f.hidden).map(rowFlag),
    files: command.load !== undefined && command.usage.some(takesPath),
    asks: command.load !== undefined && command.usage.some((u) => /\b(JOB|VAULT)\b/.test(u)),
  };
  return [row, ...subs.flatMap((sub) => commandRows(sub, path))];
}

function visible(commands: readonly Command[]): Command[] {
  return commands.filter((c) => !c.hidden);
}

/** Placeholders of a usage line that are no flag's value: `SOURCE VAULT [--at S]` has two. */
function takesPath(usage: string): boolean {
  const words = usage.replace(/\[?--[a-z-]+( [A-Z][A-Z:]*)?\]?/g, " ").split(/[^A-Z]+/);
  return words.some((word) => PATH_VALUES.has(word));
}

function rowFlag(flag: Flag): RowFlag {
  const kind = flag.choices !== undefined
    ? "choice"
    : flag.value !== undefined && PATH_VALUES.has(flag.value)
    ? "path"
    : "free";
  return {
    name: flag.name,
    ...defined({ short: flag.short, value: flag.value }),
    kind,
    choices: flag.choices ?? [],
    many: flag.many === true,
    help: helpText(flag.help),
  };
}

/** The spellings of the flags that take a value, for finding out which words of a line are commands. */
export function valued(row: CommandRow): string[] {
  return row.flags.filter((f) => f.value !== undefined).flatMap(spellings);
}

/** `--name`, and `-n` if it has a short form. */
export function spellings(flag: RowFlag): string[] {
  return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}
