/** A command line against the table: flags checked, wrong ones answered with the right one. @module */

import { parseArgs } from "@std/cli";
import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";
import { nearest } from "../base/nearest.ts";
import type { Command, Flag, Parsed } from "./command.ts";
import { COMMON } from "./spec/common.ts";

/** Finds the command that a line names; the rest of the line with it. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
  flags: readonly Flag[] = COMMON,
): { command: Command; rest: string[]; path: string } | undefined {
  const at = wordAt(words, flags);
  const word = words[at];
  if (word === undefined) return undefined;
  const command = commands.find((c) => c.name === word);
  if (command === undefined) return undefined;
  const rest = words.filter((_, i) => i !== at);
  const next = command.sub === undefined ? undefined : findSub(command, rest);
  if (next !== undefined) return { ...next, path: `${word} ${next.path}` };
  return { command, rest, path: word };
}

function findSub(command: Command, rest: readonly string[]): ReturnType<typeof findCommand> {
  return findCommand(command.sub ?? [], rest, [...command.flags, ...COMMON]);
}

/** The first word that is neither a flag nor the value of one; -1 for none. */
export function wordAt(words: readonly string[], flags: readonly Flag[] = COMMON): number {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) return at;
    if (flags.some((f) => f.value !== undefined && word === `--${f.name}`)) at++;
  }
  return -1;
}

/** Parses what stands after the command's name; throws `usage` with one line that says what to type instead. */
export function parseFlags(command: Command, path: string, words: readonly string[]): Parsed {
  const flags = [...command.flags, ...COMMON];
  const switches = flags.filter((f) => f.value === undefined);
  const valued = flags.filter((f) => f.value !== undefined);
  const seen = new Map<string, string[]>();
  const args = parseArgs(expandShort(words, flags, path), {
    boolean: switches.map((f) => f.name),
    string: ["_", ...valued.map((f) => f.name)],
    collect: valued.map((f) => f.name),
    unknown: (arg, key) => {
      if (key !== undefined) throw unknownFlag(arg, flags, path);
      return true;
    },
  });
  if (args._.includes("")) throw emptyArgument(path);
  for (const f of switches) if (args[f.name] === true) seen.set(f.name, []);
  for (const f of valued) {
    const values = args[f.name] as string[] | undefined;
    if (values === undefined || values.length === 0) continue;
    checkValues(f, values, path);
    seen.set(f.name, values);
  }
  return {
    args: args._.map(String),
    has: (name) => seen.has(name),
    get: (name) => seen.get(name)?.at(-1),
    all: (name) => seen.get(name) ?? [],
  };
}

/** Refuses arguments of a command whose usage has flags alone: passed over, they would be a slip that nobody sees. */
export function refuseArguments(command: Command, path: string, { args }: Parsed): void {
  const [more] = args;
  if (more === undefined || !command.usage.every(hasFlagsAlone)) return;
  throw new HikaeError("usage", text("vault.one-too-many", { command: path, more }), {
    hint: text("usage.help-hint", { command: path }),
  });
}

function hasFlagsAlone(usage: string): boolean {
  return usage.replaceAll(/-{1,2}[a-z-]+( [A-Z]+)?/g, "").replaceAll(/[[\]. ]/g, "") === "";
}

/** Short forms become long ones; a flag that wants a value takes the next word whatever it looks like. */
function expandShort(words: readonly string[], flags: readonly Flag[], path: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") return [...out, ...words.slice(i)];
    const short = /^-([A-Za-z]+)$/.exec(word)?.[1];
    if (short !== undefined) {
      for (const letter of short) {
        const flag = flags.find((f) => f.short === letter);
        if (flag === undefined) throw unknownShort(word, letter, flags, path);
        out.push(`--${flag.name}`);
      }
      continue;
    }
    const flag = word.startsWith("--") ? flags.find((f) => f.name === word.slice(2)) : undefined;
    const next = words[i + 1];
    if (flag?.value !== undefined) {
      if (next === undefined || (next.startsWith("--") && isFlag(next, flags))) {
        throw missingValue(flag, path);
      }
      out.push(`${word}=${next}`);
      i++;
    } else if (/^--[^=]+=/.test(word) && isSwitchOf(word, flags)) {
      throw new HikaeError("usage", text("usage.switch", { flag: word.split("=")[0] ?? word }), {
        hint: text("usage.help-hint", { command: path }),
      });
    } else out.push(word);
  }
  return out;
}

function isFlag(word: string, flags: readonly Flag[]): boolean {
  const name = word.slice(2).split("=")[0];
  return flags.some((f) => f.name === name);
}

function isSwitchOf(word: string, flags: readonly Flag[]): boolean {
  const name = word.slice(2).split("=")[0];
  return flags.some((f) => f.name === name && f.value === undefined);
}

function checkValues(flag: Flag, values: readonly string[], path: string): void {
  if (!flag.many && values.length > 1) {
    throw new HikaeError("usage", text("usage.often", { flag: flag.name, times: values.length }), {
      hint: text("usage.often-hint"),
    });
  }
  if (values.includes("")) throw missingValue(flag, path);
  const wrong = flag.choices === undefined
    ? undefined
    : values.find((v) => !flag.choices?.includes(v));
  if (wrong === undefined) return;
  throw new HikaeError("usage", text("usage.no-choice", { flag: flag.name, value: wrong }), {
    hint: text("usage.choices", { choices: flag.choices?.join(", ") ?? "" }),
  });
}

/** Taken for a path it would be the working directory, and a backup of that is seldom meant. */
function emptyArgument(path: string): HikaeError {
  return new HikaeError("usage", text("usage.empty-argument", { command: path }), {
    hint: text("usage.empty-argument-hint"),
  });
}

function missingValue(flag: Flag, path: string): HikaeError {
  return new HikaeError("usage", text("usage.no-value", { flag: flag.name }), {
    hint: text("usage.no-value-hint", {
      command: path,
      flag: flag.name,
      value: flag.value ?? "",
    }),
  });
}

/** Letters by which other tools take whole trees as they are: hikae does that by itself. */
const TAKES_ALL: ReadonlySet<string> = new Set(["a", "r", "R"]);

/** Of `-json` the word is meant, of `-av` the letter that hikae does not have. */
function unknownShort(
  word: string,
  letter: string,
  flags: readonly Flag[],
  path: string,
): HikaeError {
  if (nearFlag(word, flags) !== undefined) return unknownFlag(word, flags, path);
  const flag = `-${letter}`;
  return new HikaeError("usage", text("usage.no-flag", { flag }), {
    hint: path === "backup" && TAKES_ALL.has(letter)
      ? text("usage.takes-all", { flag })
      : text("usage.help-hint", { command: path }),
  });
}

function nearFlag(arg: string, flags: readonly Flag[]): string | undefined {
  const name = arg.replace(/^-+/, "").split("=")[0] ?? "";
  return nearest(name, flags.filter((f) => !f.hidden).map((f) => f.name));
}

function unknownFlag(arg: string, flags: readonly Flag[], path: string): HikaeError {
  const near = nearFlag(arg, flags);
  return new HikaeError("usage", text("usage.no-flag", { flag: arg.split("=")[0] ?? arg }), {
    hint: near === undefined
      ? text("usage.help-hint", { command: path })
      : text("usage.nearest-flag", { near }),
  });
}
