/** Help, made from the command table. @module */

import { EXIT_MEANING } from "../base/errors.ts";
import type { Command, Flag } from "./command.ts";
import { COMMON } from "./spec/common.ts";

/** What `hikae` alone says. */
export function overview(commands: readonly Command[]): string {
  const shown = commands.filter((c) => !c.hidden);
  const width = Math.max(...shown.map((c) => c.name.length));
  return [
    "hikae keeps a plain, browsable copy of a directory, and all its past versions.",
    "",
    "Begin with",
    "  hikae backup SOURCE VAULT     copy a directory, for example",
    "                                hikae backup ~/Documents /mnt/usb/documents",
    "  hikae list VAULT              what was backed up, and when",
    "  hikae restore VAULT --to DIR  get it back",
    "  hikae config init             make it a job, for a schedule and for plugins",
    "",
    "Commands",
    ...shown.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`),
    "",
    "hikae COMMAND --help tells more, hikae --version the version.",
  ].join("\n");
}

/** The help of one command; `path` is its name with those of its parents. */
export function commandHelp(command: Command, path: string): string {
  const lines = [...hanging(`hikae ${path}: ${command.summary}`, 80), "", "Usage"];
  lines.push(
    ...command.usage.flatMap((u) => indented(hanging(`hikae ${path} ${u}`.trimEnd(), 78))),
  );
  if (command.about !== undefined) lines.push("", ...wrap(command.about.replaceAll("\n", " "), 80));
  const subs = command.sub?.filter((c) => !c.hidden) ?? [];
  if (subs.length > 0) {
    lines.push("", "Subcommands", ...table(subs.map((c) => [c.name, c.summary])));
  }
  if (command.flags.length > 0) lines.push("", "Options", ...flagTable(command.flags));
  lines.push("", "Everywhere", ...flagTable(COMMON));
  if (command.examples.length > 0) {
    lines.push("", "Examples");
    for (const e of command.examples) {
      lines.push(
        ...indented(commandLines(e.line, 78)),
        ...wrap(e.does, 74).map((line) => `      ${line}`),
      );
    }
  }
  lines.push("", "Exit codes");
  lines.push(...table(Object.entries(EXIT_MEANING).map(([code, meaning]) => [code, meaning])));
  return lines.join("\n");
}

function flagTable(flags: readonly Flag[]): string[] {
  return table(flags.filter((f) => !f.hidden).map((f) => [flagName(f), f.help]));
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
export function hanging(text: string, width: number): string[] {
  const [first = "", ...others] = wrap(text, width);
  // what is broken off is set in, and may have to be broken again
  const rest = others.length === 0 ? [] : wrap(others.join(" "), width - 4);
  return [first, ...rest.map((line) => `    ${line}`)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** Two columns in 80; a long first one has its text on the next line. */
function table(rows: readonly (readonly [string, string] | string[])[]): string[] {
  const width = Math.min(26, Math.max(...rows.map((r) => r[0]?.length ?? 0)));
  const out: string[] = [];
  for (const [name = "", text = ""] of rows) {
    const wrapped = wrap(text, 76 - width);
    const head = name.length > width ? [`  ${name}`] : [];
    const first = head.length > 0 ? " ".repeat(width) : name.padEnd(width);
    out.push(...head, `  ${first}  ${wrapped[0] ?? ""}`.trimEnd());
    for (const line of wrapped.slice(1)) out.push(`  ${" ".repeat(width)}  ${line}`);
  }
  return out;
}

/** Breaks a text into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
