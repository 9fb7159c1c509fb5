/**
 * The file's own path in the place of a vault: `history ~/notes.txt`, `restore ~/notes.txt --at yesterday --in-place`.
 * The vaults that hold it are found by what this machine knows. A path that could be a vault's or a source's is asked
 * about, never guessed.
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { mirrorName } from "../../vault/names.ts";
import { askChild } from "../child.ts";
import type { Context, Parsed } from "../command.ts";
import { enclosingVault } from "../places/enclosing_vault.ts";
import { Interview } from "../asking.ts";
import { holdersOf, originalPlace, type SourceVault } from "../lookup/originals.ts";
import { isInside, isThere } from "../places/places.ts";
import { isJobs } from "../lookup/vault_arg.ts";
import { join, relative } from "@std/path";

const WINDOWS = Deno.build.os === "windows";

/** A line that named an original, as one that names its vault. */
export interface FromOriginal {
  context: Context;
  /** The source that it lies in; absent when the line named a vault. */
  source?: string;
}

/** Which words of a line are originals: the first alone, or all. */
export interface Originals {
  words: "first" | "all";
  /** The flag that takes the path, where it is no argument. */
  flag?: string;
  /** The answer names its vault by itself: only the others are told of. */
  named?: boolean;
}

/** Reads a line that may name an original where a vault is expected. */
export async function fromOriginal(context: Context, how: Originals): Promise<FromOriginal> {
  const { args } = context.parsed;
  const [given] = args;
  if (given === undefined || await isJobs(context, given)) return { context };
  const real = originalPlace(context.cwd, given);
  if (real === undefined) return { context };
  const vault = enclosingVault(real);
  if (vault !== undefined) {
    // more words say which path of the vault is meant
    if (args.length > 1 && how.flag === undefined) return { context };
    const other = (await holdersOf(context, real)).find(hasCopy);
    if (other === undefined || !await isOriginal(context, given, vault, other)) return { context };
    return { context: inVault(context, how, other), source: other.source };
  }
  const holders = await holdersOf(context, real);
  if (holders.length === 0) {
    refuseUnknown(context, given, real);
    return { context };
  }
  const chosen = await newestHolding(context, given, holders, how.named === true);
  return { context: inVault(context, how, chosen), source: chosen.source };
}

/** True when the living copy of the path lies in the vault. */
function hasCopy({ vault, there, path }: SourceVault): boolean {
  return there && path !== "" && isThere(join(vault, ...path.split("/").map((n) => mirrorName(n))));
}

/** Asks which is meant, the vault or the file of a source; without a terminal exit 2 names both. */
async function isOriginal(
  context: Context,
  given: string,
  vault: string,
  { vault: holder, path, source }: SourceVault,
): Promise<boolean> {
  const { name } = context.command;
  if (context.json || !Deno.stdin.isTerminal()) {
    throw new HikaeError("usage", text("original.two-readings", { vault, source }), {
      path: given,
      hint: text("original.two-readings-hint", { command: name, vault, holder, path }),
    });
  }
  const asking = new Interview(Deno.stdin.readable, (bytes) => context.write(bytes));
  const answer = await asking.ask(
    text("original.which", { vault, source, holder }),
    "",
    (word) =>
      word === "1" || word === "2"
        ? { value: word }
        : { problem: text("init.no-choice", { choices: "1 / 2" }) },
  );
  await asking.end();
  return answer === "2";
}

/** Of the vaults of a source the one with the newest run that holds the path; the others are named. */
async function newestHolding(
  context: Context,
  given: string,
  holders: readonly SourceVault[],
  named: boolean,
): Promise<SourceVault> {
  const there = holders.filter((h) => h.there);
  const [first] = there;
  if (first === undefined) {
    throw new HikaeError("no_vault", text("original.away"), {
      path: given,
      hint: text("original.away-hint", { vaults: holders.map((h) => h.vault).join(", ") }),
    });
  }
  const holding = there.length === 1 ? there : await whoHolds(context, there);
  const chosen = holding[0] ?? first;
  const others = [...holding, ...holders.filter((h) => !h.there)].filter((h) => h !== chosen)
    .map((h) => h.there ? h.vault : text("original.not-there", { vault: h.vault }));
  const said = whereSaid(chosen.vault, others.join(", "), named);
  if (said !== "") context.tell(said);
  return chosen;
}

/** Which vault answers, unless its answer says so, and which others there are. */
function whereSaid(vault: string, others: string, named: boolean): string {
  if (others === "") return named ? "" : text("original.in", { vault });
  return named
    ? text("original.also-in", { others })
    : text("original.in-and-others", { vault, others });
}

async function whoHolds(context: Context, holders: readonly SourceVault[]): Promise<SourceVault[]> {
  const held = await Promise.all(holders.map(async ({ vault, path }) => {
    if (path === "") return true;
    const versions = await askChild(context, ["history", vault, `./${path}`]);
    return versions.some((m) => m.message_type === "version");
  }));
  return holders.filter((_, i) => held[i]);
}

/** A file that no vault holds is said so; anything else is told by who opens it as a vault. */
function refuseUnknown({ command }: Context, given: string, real: string): void {
  try {
    if (!Deno.lstatSync(real).isFile) return;
  } catch {
    return;
  }
  throw new HikaeError("no_vault", text("original.nowhere"), {
    path: given,
    hint: text("original.nowhere-hint", { command: command.name }),
  });
}

/** The same line with the vault, and the path as it is there. */
function inVault(context: Context, { words, flag }: Originals, holder: SourceVault): Context {
  const { args } = context.parsed;
  const inside = wordOf(holder.path);
  const rest = words === "all"
    ? args.slice(1).map((word) => wordOf(pathIn(context, holder, word)))
    : args.slice(1);
  return flag === undefined
    ? { ...context, parsed: parsedOf(context.parsed, [holder.vault, inside, ...rest]) }
    : {
      ...context,
      parsed: parsedOf(context.parsed, [holder.vault, ...rest], {
        ...(holder.path === "" ? {} : { [flag]: holder.path }),
      }),
    };
}

/** The root is all of it; a path is never taken for a job or a flag. */
function wordOf(path: string): string {
  return path === "" ? "/" : `./${path}`;
}

/** Another original of the same line, which has to be of the same source. */
function pathIn(context: Context, { source }: SourceVault, word: string): string {
  const real = originalPlace(context.cwd, word);
  if (real !== undefined && isInside(real, source, WINDOWS)) {
    return relative(source, real).replaceAll(WINDOWS ? "\\" : "/", "/");
  }
  throw new HikaeError("usage", text("original.other-source", { source }), {
    path: word,
    hint: text("original.other-source-hint"),
  });
}

function parsedOf(
  parsed: Parsed,
  args: readonly string[],
  flags: Readonly<Record<string, string>> = {},
): Parsed {
  return {
    args,
    has: (name) => parsed.has(name),
    get: (name) => parsed.get(name) ?? flags[name],
    all: (name) => parsed.all(name),
  };
}
