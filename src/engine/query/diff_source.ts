/** `diff --source`: what changed in the source since a snapshot. Nothing is written. @module */

import { systemText } from "../../base/system_text.ts";
import { utf8 } from "../../base/bytes.ts";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import { wholeSourceStep } from "../../base/next_step.ts";
import { isWithin, joinRel } from "../../base/relpath.ts";
import { aliveAt, aliveIn } from "../../vault/history/alive.ts";
import { byBytes } from "../../vault/seal.ts";
import type { ScanEntry } from "../../vault/scan_row.ts";
import { Tree } from "../../vault/tree.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { sameStat } from "../backup/compare/compare.ts";
import { lookAgain } from "../backup/compare/second_look.ts";
import {
  mayLackSome,
  readAnyDir,
  type SourceDir,
  type SourceEntry,
  type SourceTrouble,
  type SourceView,
  troubleOf,
} from "../source/source_dir.ts";
import { checkCancelled, type EnginePorts, hashFile } from "../ports.ts";
import type { Reader } from "../reader.ts";
import { concerns, type DiffAnswer, emitChange, noChanges } from "./diff_answer.ts";
import type { Chosen } from "./query_point.ts";
import { type SourceDifference, withMoves } from "./source_moves.ts";
import { text } from "../../text/text.ts";
import { compileRules, type Rules, vaultsInside } from "../source/rules.ts";

/** What is compared. */
export interface SourceDiff {
  chosen: Chosen;
  /** Only this path and what lies below it. */
  below: string;
  /** The source's real path. */
  source: string;
  /** hikae's own state directory, which no backup takes. */
  ownDirs?: readonly string[] | undefined;
}

/** Emits the changes by path; gives their numbers. */
export async function diffSource(
  ports: EnginePorts,
  reader: Reader,
  what: SourceDiff,
): Promise<DiffAnswer> {
  const work = new Comparison(ports, reader, what);
  const changes = withMoves(await work.run(), (path, entry) => work.hashNow(path, entry));
  const answer = noChanges(what.chosen.stamp, "source");
  for (const change of changes.sort((a, b) => byBytes(a.path, b.path))) {
    emitChange(ports, answer, change);
  }
  answer.errors = work.errors;
  return answer;
}

class Comparison {
  errors = 0;
  readonly #ports: EnginePorts;
  readonly #reader: Reader;
  readonly #what: SourceDiff;
  readonly #view: SourceView;
  readonly #changes: SourceDifference[] = [];

  constructor(ports: EnginePorts, reader: Reader, what: SourceDiff) {
    this.#ports = ports;
    this.#reader = reader;
    this.#what = what;
    this.#view = viewOf(ports, reader, what);
  }

  async run(): Promise<SourceDifference[]> {
    const stack = [""];
    for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
      checkCancelled(this.#ports);
      for (const below of await this.#directory(dir)) stack.push(below);
    }
    return this.#changes;
  }

  /** Compares the entries directly in a directory; gives the directories to compare next. */
  async #directory(dir: string): Promise<string[]> {
    let source: Awaited<ReturnType<typeof readAnyDir>>;
    try {
      source = await readAnyDir(this.#view, dir);
    } catch (error) {
      // a root that is gone is no answer at all; anything else is one that lacks a part
      if (dir === "") throw missing(this.#what.source, error);
      this.#trouble(troubleOf(dir, "scan", error));
      return [];
    }
    if (typeof source === "string") return [];
    source.troubles.forEach((t) => this.#trouble(t));
    const known = this.#versions(dir);
    const scanned = new Map(this.#scanned(dir).map((k) => [k.name, k]));
    const next: string[] = [];
    const added: string[] = [];
    for (const entry of source.entries) {
      const was = known.get(entry.name);
      known.delete(entry.name);
      if (was === undefined) added.push(entry.name);
      const path = joinRel(dir, entry.name);
      if (entry.excluded || !concerns(path, this.#what.below)) continue;
      this.#entry(path, entry, was, scanned.get(entry.name));
      if (entry.type === "dir") next.push(path);
    }
    const cameSome = scanned.get("")?.mtime !== source.info.mtime;
    const lost = await this.#lost(source, [...known.values()], { added, cameSome });
    for (const was of lost) this.#gone(joinRel(dir, was.name), was);
    return next;
  }

  /** Those of `missed` that are gone: a disk may have listed a part of the directory. */
  async #lost(
    source: SourceDir,
    missed: readonly Version[],
    { added, cameSome }: { added: readonly string[]; cameSome: boolean },
  ): Promise<Version[]> {
    const { rules } = this.#view;
    // of what a rule leaves out nobody can tell that it is gone: its copy stays in the next backup too
    const lost = missed.filter(({ name, type }) => {
      const path = joinRel(source.path, name);
      return !source.unseen.has(name) && concerns(path, this.#what.below) &&
        !rules.excludes(path, type === "dir");
    });
    if (lost.length === 0 && !(cameSome && mayLackSome(this.#view, source))) return lost;
    const names = new Set(lost.map(({ name }) => name));
    const { unsure, troubles } = await lookAgain(this.#view, source, names, () => added);
    troubles.forEach((t) => this.#trouble(t));
    return lost.filter(({ name }) => !unsure.has(name));
  }

  #entry(path: string, entry: SourceEntry, was: Version | undefined, seen?: ScanEntry): void {
    if (entry.type === "special") {
      if (was !== undefined) this.#gone(path, was);
      return;
    }
    if (was === undefined) {
      this.#change({ path, type: entry.type, modifier: "+", entry });
      return;
    }
    if (was.type !== entry.type) {
      if (was.type === "dir") this.#below(path);
      this.#change({ path, type: entry.type, modifier: "T" });
    } else if (entry.type !== "dir" && !this.#same(path, entry, was, seen)) {
      this.#change({ path, type: entry.type, modifier: "M" });
    }
  }

  /** By the hash of the last look where the file has not been touched since; else it is read. */
  #same(path: string, entry: SourceEntry, was: Version, seen?: ScanEntry): boolean {
    // a disk may tell another size than that of the content: then it told the same at the last look
    const told = seen !== undefined && seen.hash === was.hash && seen.size === entry.info.size;
    if (was.size !== null && was.size !== entry.info.size && !told) return false;
    if (was.hash === null) return was.mtime === entry.info.mtime;
    const untouched = seen?.type === entry.type && sameStat(seen, entry);
    if (untouched) return seen.hash === was.hash;
    try {
      return this.#hash(path, entry) === was.hash;
    } catch (error) {
      if (error instanceof HikaeError) throw error;
      // one that went since the listing has changed; one that cannot be read is not said to have
      if (isNotFound(error)) return false;
      this.#trouble(troubleOf(path, "read", error));
      return true;
    }
  }

  #hash(path: string, { type }: SourceEntry): string {
    const { fs, tree } = this.#view;
    return type === "link"
      ? this.#ports.hashOf(utf8(fs.readLink(tree.path(path))))
      : hashFile(this.#ports, tree.path(path));
  }

  /** The content of a file that is new; one that cannot be read is new, and no move. */
  hashNow(path: string, entry: SourceEntry): string | undefined {
    checkCancelled(this.#ports);
    try {
      return this.#hash(path, entry);
    } catch (error) {
      if (error instanceof HikaeError) throw error;
      return undefined;
    }
  }

  #gone(path: string, was: Version): void {
    if (was.type === "dir") this.#below(path);
    this.#change({ path, type: was.type, modifier: "-", was });
  }

  /** Everything that was in a path that is no directory any more. */
  #below(dir: string): void {
    for (const v of aliveAt(this.#reader.catalog, this.#what.chosen, dir)) {
      const path = pathOf(v);
      if (path !== dir) this.#change({ path, type: v.type, modifier: "-", was: v });
    }
  }

  #change(change: SourceDifference): void {
    if (isWithin(change.path, this.#what.below)) this.#changes.push(change);
  }

  #versions(dir: string): Map<string, Version> {
    const living = aliveIn(this.#reader.catalog, this.#what.chosen, dir);
    return new Map(living.filter((v) => v.name !== "").map((v) => [v.name, v]));
  }

  #scanned(dir: string): ScanEntry[] {
    return this.#reader.catalog.knownRow(dir)?.entries() ?? [];
  }

  #trouble(trouble: SourceTrouble): void {
    this.errors++;
    this.#ports.emit({ message_type: "error", ...trouble });
  }
}

/** The source as the last backup saw it: its rules, and the vault itself left out. */
function viewOf(
  ports: EnginePorts,
  reader: Reader,
  { source, ownDirs = [] }: SourceDiff,
): SourceView {
  const options = reader.snapshots().at(-1)?.head()?.options ?? {};
  const rules: Rules = {
    exclude: strings(options.exclude),
    excludeIfPresent: strings(options.excludeIfPresent),
    oneFileSystem: options.oneFileSystem === true,
    ignoreCase: options.ignoreCase === true,
    ...(typeof options.excludeLargerThan === "number"
      ? { excludeLargerThan: options.excludeLargerThan }
      : {}),
  };
  const inside = vaultsInside({ source, vaults: [reader.vault], ownDirs }, ports.separator);
  let device: number;
  try {
    device = ports.fs.lstat(source).dev;
  } catch (error) {
    throw missing(source, error);
  }
  return {
    fs: ports.fs,
    tree: new Tree(source, ports.separator),
    rules: compileRules(rules, inside),
    device,
  };
}

function missing(source: string, cause: unknown): HikaeError {
  return new HikaeError("source_missing", text("source.read", { problem: systemText(cause) }), {
    path: source,
    hint: wholeSourceStep(errorCode(cause)) ?? text("source.check-hint"),
    cause,
  });
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((v) => typeof v === "string") : [];
}
