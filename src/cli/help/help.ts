/** Help, made from the command table. @module */

import { EXIT_MEANING } from "../../base/errors.ts";
import { displayWidth, padded } from "../../report/display_width.ts";
import { piecesOf } from "../../report/pieces.ts";
import { helpText } from "../../text/help_text.ts";
import { text } from "../../text/text.ts";
import type { Command, Flag } from "../command.ts";
import { exampleFor, type TypedOn } from "./help_examples.ts";
import { COMMON } from "../spec/common.ts";

/** How help is written. */
export interface HelpOptions extends TypedOn {
  /** Columns that a line may take. */
  readonly width: number;
  /** With what every command has: the options of all, the exit codes. */
  readonly all: boolean;
}

const PLAIN: HelpOptions = { os: "linux", shell: "sh", width: 80, all: false };

/** Commands by what a person wants; one that is in no list is among the others. */
const GROUPS = [
  ["help.group-backup", "init backup adopt status verify report logs serve"],
  ["help.group-look", "list ls cat diff history find"],
  ["help.group-restore", "restore"],
  ["help.group-tidy", "prune cleanup delete dedupe reindex index"],
  ["help.group-automate", "config schedule job plugin bundle"],
] as const;

/** What `hikae` alone says: within the 24 lines of a terminal. With `all` a line for each command. */
export function overview(commands: readonly Command[], options: HelpOptions = PLAIN): string {
  const shown = commands.filter((c) => !c.hidden);
  const { width } = options;
  const start: [string, string][] = [
    ["hikae backup ~/Documents /mnt/usb/documents", text("help.start-backup")],
    ["hikae list /mnt/usb/documents", text("help.start-list")],
    ["hikae restore /mnt/usb/documents --to ~/restored", text("help.start-restore")],
  ];
  const list = options.all
    ? [text("help.all-commands"), ...table(shown.map((c) => [c.name, helpText(c.summary)]), width)]
    : groups(shown, width);
  return [
    ...wrap(text("help.lead"), width),
    "",
    text("help.start"),
    ...start.flatMap(([line, does]) => [
      `  ${exampleFor(line, options)}`,
      ...wrap(does, width - 6).map((l) => `      ${l}`),
    ]),
    "",
    ...list,
    "",
    ...wrap(text("help.details"), width),
  ].join("\n");
}

function groups(shown: readonly Command[], width: number): string[] {
  const grouped = new Set(GROUPS.flatMap(([, names]) => names.split(" ")));
  const others = shown.filter((c) => !grouped.has(c.name)).map((c) => c.name).join(" ");
  const all = [...GROUPS, ["help.group-more", others] as const];
  const rows = all.map(([id, names]): [string, string] => [
    text(id),
    names.split(" ").filter((name) => shown.some((c) => c.name === name)).join("  "),
  ]);
  return table(rows.filter(([, names]) => names !== ""), width);
}

/** The help of one command; `path` is its name with those of its parents. */
export function commandHelp(
  command: Command,
  path: string,
  options: HelpOptions = { ...PLAIN, all: true },
): string {
  const { width, all } = options;
  const lines = [
    ...hanging(`hikae ${path}: ${helpText(command.summary)}`, width),
    "",
    text("help.usage"),
    ...command.usage.flatMap((u) => indented(hanging(`hikae ${path} ${u}`.trimEnd(), width - 2))),
  ];
  const part = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push("", ...(title === "" ? [] : [title]), ...rows);
  };
  part("", command.about === undefined ? [] : wrap(helpText(command.about), width));
  part("", takesVault(command, path) ? wrap(text("help.job-for-vault"), width) : []);
  const subs = command.sub?.filter((c) => !c.hidden) ?? [];
  part(text("help.subcommands"), table(subs.map((c) => [c.name, helpText(c.summary)]), width));
  part(text("help.options"), flagTable(command.flags, width));
  if (all) part(text("help.everywhere"), flagTable(COMMON, width));
  part(text("help.examples"), command.examples.flatMap((e) => exampleLines(e, options)));
  if (!all) {
    part("", wrap(text("help.more", { path }), width));
    return lines.join("\n");
  }
  const codes = Object.entries(EXIT_MEANING).map(([code, meaning]) => [code, helpText(meaning)]);
  part(text("help.exit-codes"), table(codes, width));
  return lines.join("\n");
}

/** True for a command whose argument VAULT may be a job's name. */
function takesVault(command: Command, path: string): boolean {
  return path !== "backup" && path !== "job" && command.usage.some((u) => u.startsWith("VAULT"));
}

function exampleLines(
  { line, does }: Command["examples"][number],
  options: HelpOptions,
): string[] {
  const { os, width } = options;
  const typed = exampleFor(line, options);
  // a line is broken as a POSIX shell takes it; elsewhere it is for the terminal to break
  const lines = os === "windows" ? [typed] : commandLines(typed, width - 2);
  return [...indented(lines), ...wrap(helpText(does), width - 6).map((l) => `      ${l}`)];
}

function flagTable(flags: readonly Flag[], columns: number): string[] {
  return table(flags.filter((f) => !f.hidden).map((f) => [flagName(f), helpText(f.help)]), columns);
}

function flagName(f: Flag): string {
  const short = f.short === undefined ? "" : `-${f.short}, `;
  return `${short}--${f.name}${f.value === undefined ? "" : ` ${f.value}`}`;
}

/** A command line in `width` columns, broken as a shell takes it; a flag keeps its value beside it. */
export function commandLines(line: string, width: number): string[] {
  const joined = line.replace(/ (--[\w-]+) (?=[^-])/g, " $1\u00a0");
  const lines = wrap(joined, width - 4).map((l) => l.replaceAll("\u00a0", " "));
  return lines.map((l, i) => `${i === 0 ? "" : "  "}${l}${i < lines.length - 1 ? " \\" : ""}`);
}

/** A line in `width` columns; what does not fit hangs four in. */
export function hanging(line: string, width: number): string[] {
  const [first = "", ...others] = wrap(line, width);
  // what is broken off is set in, and may have to be broken again
  const rest = others.length === 0 ? [] : wrap(others.join(" "), width - 4);
  return [first, ...rest.map((line) => `    ${line}`)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** Two columns; a long first one has its text on the next line. */
function table(
  rows: readonly (readonly [string, string] | string[])[],
  columns: number,
): string[] {
  const most = Math.min(26, Math.floor(columns / 3));
  const width = Math.min(most, Math.max(0, ...rows.map((r) => displayWidth(r[0] ?? ""))));
  const out: string[] = [];
  for (const [name = "", said = ""] of rows) {
    const wrapped = wrap(said, columns - 4 - width);
    const head = displayWidth(name) > width ? [`  ${name}`] : [];
    const first = head.length > 0 ? " ".repeat(width) : padded(name, width);
    out.push(...head, `  ${first}  ${wrapped[0] ?? ""}`.trimEnd());
    for (const line of wrapped.slice(1)) out.push(`  ${" ".repeat(width)}  ${line}`);
  }
  return out;
}

/** Breaks a text into lines of at most `width` columns. */
export function wrap(said: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of said.split(" ")) {
    for (const [n, piece] of piecesOf(word).entries()) {
      const blank = n === 0 && line !== "" ? " " : "";
      if (line !== "" && displayWidth(`${line}${blank}${piece}`) > width) {
        lines.push(line);
        line = piece;
      } else line += blank + piece;
    }
  }
  return [...lines, line];
}
