/**
 * A lane: processes directories of the source, one after another, for all vaults at once. Several lanes may run
 * side by side, each in its own thread; they share nothing but the disk.
 * @module
 */

import { errorCode, HikaeError, isNotFound, messageOf } from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import { utf8 } from "../../base/bytes.ts";
import { joinRel, nameOf } from "../../base/relpath.ts";
import {
  compareDir,
  type DirPlan,
  isUnchanged,
  sameStat,
  type Step,
  type VaultDir,
} from "./compare.ts";
import { readContent, type ReadContext } from "./content.ts";
import { deleteTree } from "./delete_tree.ts";
import { type Arrival, DirWriter } from "./dir_writer.ts";
import { addCounts, type Counts, noCounts } from "./counts.ts";
import { foldNames } from "./fold.ts";
import type { Task } from "./lane_task.ts";
import {
  readSourceDir,
  type SourceDir,
  type SourceEntry,
  type SourceView,
  type Trouble,
  troubleOf,
} from "./source_dir.ts";
import type { VaultRun } from "./vault_run.ts";

/** What a lane works with. */
export interface LaneContext {
  view: SourceView;
  runs: readonly VaultRun[];
  read: ReadContext;
  checksum: boolean;
  /** Told of trouble with the source or with one vault, for the user. */
  trouble: (trouble: Trouble) => void;
  /** Throws when the run was cancelled. */
  check: () => void;
  /** Told of each directory that is seen for the first time. */
  seen: (entries: readonly SourceEntry[]) => void;
}

/** What a look at a directory found, per vault. */
export interface Looked {
  /** Something is to be written. */
  changed: boolean;
  /** Changed files by size or time, and deleted ones with all below: what the mass-change guard counts. */
  sure: number;
  unsure: number;
  /** Files and links in the directory, left out or not. */
  files: number;
  /** True when a part of the directory could not be seen. */
  blind: boolean;
}

/** A source directory read, and what each vault has to do for it. */
interface Prepared {
  source: SourceDir;
  plans: { run: VaultRun; vault: VaultDir; plan: DirPlan }[];
  /** Subdirectories of the source that some vault knows. */
  known: Set<string>;
  subdirs: string[];
}

/** A directory as it was read ahead, or why it could not be. */
export type SourceRead = ReturnType<typeof readSourceDir> | { failed: unknown };

/** How a directory is gone through. */
interface Pass {
  /** A look before the first write: what is changed is counted when it is written. */
  looking: boolean;
  /** It was looked at before, and its trouble told. */
  told: boolean;
  /** The paths whose trouble was told, when not all of it was: a second reading can meet other trouble. */
  already?: readonly string[];
  /** Read ahead of this pass. */
  read?: SourceRead | undefined;
  /** This run made the directory in every vault. */
  fresh?: boolean | undefined;
  /** Told of paths whose trouble is told. */
  tell?: (path: string) => void;
}

/** One lane. */
export class Lane {
  readonly #c: LaneContext;

  /** A lane with its own buffers and catalog connections. */
  constructor(context: LaneContext) {
    this.#c = context;
  }

  /**
   * Looks at a directory and writes nothing; gives the subdirectories to look at next. What is changed is not
   * counted yet: `write` does.
   */
  look(
    path: string,
    looked: Looked[],
    read?: SourceRead,
    tell: (path: string) => void = () => {},
  ): string[] {
    const prepared = this.#prepare(path, { looking: true, told: false, read, tell });
    for (const l of looked) {
      Object.assign(l, {
        changed: false,
        sure: 0,
        unsure: 0,
        files: 0,
        blind: prepared === undefined,
      });
    }
    if (prepared === undefined) return [];
    const { source } = prepared;
    const files = source.entries.reduce(
      (n, e) => n + (e.type === "file" || e.type === "link" ? 1 : 0),
      0,
    );
    for (const l of looked) Object.assign(l, { files, blind: source.troubles.length > 0 });
    for (const { run, plan } of prepared.plans) {
      const l = looked[this.#c.runs.indexOf(run)];
      if (l === undefined) continue;
      l.changed = plan.changed;
      this.#guard(run, path, () => {
        for (const step of plan.steps) countStep(run, source.path, step, l);
      });
    }
    return prepared.subdirs.filter((d) => prepared.known.has(d));
  }

  /** Plans a directory without writing: what `--dry-run` renders; `told` when it was looked at before. */
  plan(path: string, told = false, read?: SourceRead): Prepared | undefined {
    return this.#prepare(path, { looking: told, told, read });
  }

  /** Hashes a file of the source, for those who must know before they decide. */
  hash(path: string, entry: SourceEntry): string {
    return readContent(this.#c.read, this.#c.view.tree.path(path), entry.info, [], true).hash;
  }

  /** Hashes what a link of the source says. */
  hashLink(path: string): string {
    return this.#c.read.hashOf(utf8(this.#c.view.fs.readLink(this.#c.view.tree.path(path))));
  }

  /**
   * Processes a directory; gives the subdirectories to process next: those that no vault knows after a look
   * (`looked`), or all of them.
   */
  async write(
    task: Task,
    whole: boolean,
    read?: SourceRead,
  ): Promise<Task[]> {
    const { path, looked, fresh } = task;
    const prepared = this.#prepare(path, {
      looking: false,
      told: looked,
      already: task.told ?? [],
      read,
      fresh,
    });
    if (prepared === undefined) return [];
    const writers: DirWriter[] = [];
    for (const { run, vault, plan } of prepared.plans) {
      this.#guard(
        run,
        path,
        () => writers.push(new DirWriter(run, prepared.source, vault, plan, fresh)),
      );
    }
    if (writers.length > 0) await this.#writeDir(prepared.source, writers);
    const next = whole ? prepared.subdirs : prepared.subdirs.filter((d) => !prepared.known.has(d));
    return next.map((path) => ({
      path,
      looked: false,
      fresh: writers.length > 0 && writers.length === this.#c.runs.length &&
        writers.every((w) => w.fresh.has(nameOf(path))),
    }));
  }

  /** Reads a directory of the source ahead of its pass. */
  read(path: string): SourceRead {
    try {
      return readSourceDir(this.#c.view, path);
    } catch (failed) {
      return { failed };
    }
  }

  /** Reads the directory and compares it for each vault; undefined when it could not be seen. */
  #prepare(path: string, pass: Pass): Prepared | undefined {
    this.#c.check();
    const source = pass.read ?? this.read(path);
    if (typeof source === "object" && "failed" in source) {
      this.#tell(pass, troubleOf(path, "scan", source.failed));
      return undefined;
    }
    if (typeof source === "string") {
      for (const run of this.#active()) {
        this.#guard(run, path, () => {
          run.counts.files_excluded += run.catalog?.countLiving(path) ?? 0;
        });
      }
      return undefined;
    }
    for (const t of source.troubles) this.#tell(pass, t);
    const prepared: Prepared = { source, plans: [], known: new Set(), subdirs: [] };
    const subdirs = new Set<string>();
    for (const run of this.#active()) {
      this.#guard(run, path, () => this.#compare(run, source, prepared, subdirs, pass));
    }
    prepared.subdirs = [...subdirs];
    if (!pass.told) this.#c.seen(source.entries);
    return prepared;
  }

  #compare(
    run: VaultRun,
    source: SourceDir,
    prepared: Prepared,
    subdirs: Set<string>,
    pass: Pass,
  ): void {
    const vault = run.readDir(source.path, pass.fresh);
    const add = (name: string): void => void subdirs.add(joinRel(source.path, name));
    if (
      vault.row !== undefined && !this.#c.checksum &&
      isUnchanged(source, vault.row, vault, run.counts)
    ) {
      for (const e of source.entries) {
        if (e.type !== "dir") continue;
        add(e.name);
        prepared.known.add(joinRel(source.path, e.name));
      }
      return;
    }
    const view = foldNames(run, source, (t) => pass.told || this.#vaultTrouble(run, t));
    const counts = noCounts();
    const plan = compareDir(view, vault, {
      checksum: this.#c.checksum,
      countLiving: (p) => run.catalog?.countLiving(p) ?? 0,
    }, counts);
    if (pass.looking && this.#c.checksum) this.#hashNow(source.path, plan, vault, counts);
    if (!plan.changed || !pass.looking) {
      addCounts(run.counts, counts);
      run.noteSpecial(source);
    }
    plan.subdirs.forEach(add);
    for (const name of plan.knownDirs) prepared.known.add(joinRel(source.path, name));
    if (plan.changed) prepared.plans.push({ run, vault, plan });
  }

  /** Under `--checksum`: files whose times say "unchanged" and whose content agrees need no writing at all. */
  #hashNow(dir: string, plan: DirPlan, vault: VaultDir, counts: Counts): void {
    const left: Step[] = [];
    for (const step of plan.steps) {
      const quiet = step.act === "update" && !step.sure && step.source.type === "file" &&
        sameStat(step.known, step.source);
      if (quiet && this.#agrees(joinRel(dir, step.source.name), step)) {
        plan.kept.push(step.known);
        counts.files_unmodified++;
      } else left.push(step);
    }
    plan.steps = left;
    plan.changed = left.length > 0 || plan.selfChanged || !vault.metadataSound;
  }

  #agrees(path: string, step: Extract<Step, { act: "update" }>): boolean {
    const { mode, uid, gid } = step.source.info;
    const { known } = step;
    if (known.mode !== mode || known.uid !== uid || known.gid !== gid) return false;
    try {
      return this.hash(path, step.source) === known.hash;
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      // met again, and told, when the file is processed
      return false;
    }
  }

  #active(): VaultRun[] {
    return this.#c.runs.filter((run) => run.failed === undefined);
  }

  async #writeDir(source: SourceDir, writers: DirWriter[]): Promise<void> {
    const gone = writers.some((w) => w.plan.steps.some((s) => isGone(s)));
    const unsure = gone ? await this.#stillThere(source, writers) : new Set<string>();
    for (const writer of writers) {
      for (const step of writer.plan.steps) this.#clear(source, writer, step, unsure);
    }
    for (const [name, arrivals] of groupArrivals(writers)) {
      this.#c.check();
      this.#arrive(source, name, arrivals);
    }
    for (const writer of writers) {
      if (writer.run.failed === undefined) {
        this.#guard(writer.run, source.path, () => writer.finish(), () => writer.unfinished());
      }
      await this.#keepUp(writer.run, source.path);
    }
  }

  async #keepUp(run: VaultRun, path: string): Promise<void> {
    try {
      await run.sink.keepUp();
    } catch (error) {
      run.failed ??= vaultFailure(run, path, error);
    }
  }

  /** Names that must not be taken for deleted: a second look sees them, or cannot tell (design, *Never lose anything*). */
  async #stillThere(source: SourceDir, writers: readonly DirWriter[]): Promise<Set<string>> {
    const { fs, tree } = this.#c.view;
    const abs = tree.path(source.path);
    const names = new Set<string>();
    for (const w of writers) for (const s of w.plan.steps) if (isGone(s)) names.add(s.known.name);
    const unsure = new Set<string>();
    try {
      for (const { name } of await fs.listWhole(abs)) if (names.has(name)) unsure.add(name);
    } catch (error) {
      this.#sourceTrouble(troubleOf(source.path, "scan", error));
      return names;
    }
    for (const name of names) {
      try {
        fs.lstat(tree.below(abs, name));
        unsure.add(name);
      } catch (error) {
        if (isNotFound(error)) continue;
        unsure.add(name);
        this.#sourceTrouble(troubleOf(joinRel(source.path, name), "scan", error));
      }
    }
    return unsure;
  }

  /** The steps that take something away or need no content. */
  #clear(source: SourceDir, writer: DirWriter, step: Step, unsure: ReadonlySet<string>): void {
    const { run } = writer;
    const name = "known" in step ? step.known.name : step.source.name;
    if (run.failed !== undefined || writer.stuck.has(name)) return;
    const path = joinRel(source.path, name);
    this.#guard(run, path, () => {
      if (
        isGone(step) && unsure.has(step.known.name) &&
        !(source.entries.some((e) => e.name === step.known.name))
      ) {
        writer.stays(step.known);
      } else if (step.act === "delete") writer.deleted(step.known);
      else if (step.act === "deleteDir") {
        deleteTree(run, source.path, step.known, step.replaced, this.#c.check);
      } else if (step.act === "addDir") writer.addDir(step.source);
      else if (step.act === "attrs") writer.same(step.source, step.known);
    }, () => {
      // what could not be cleared away keeps its place in this run
      writer.stuck.add(name);
      if (step.act !== "add" && step.act !== "addDir") writer.stays(step.known);
    });
  }

  /** Brings one name's content to every vault that wants it: read and hashed once. */
  #arrive(
    source: SourceDir,
    name: string,
    all: { writer: DirWriter; arrival: Arrival; sure: boolean }[],
  ): void {
    const arrivals = all.filter(({ writer, arrival }) => {
      if (writer.stuck.has(name)) return false;
      const why = writer.run.failed === undefined ? writer.unstorable(name) : "failed";
      if (why === undefined) return true;
      if (why !== "failed") {
        this.#vaultTrouble(writer.run, {
          path: joinRel(source.path, name),
          during: "store",
          code: "name",
          message: why,
        });
      }
      writer.stays(arrival.known);
      return false;
    });
    const first = arrivals[0];
    if (first === undefined) return;
    const path = joinRel(source.path, name);
    const entry = first.arrival.source;
    try {
      if (entry.type === "link") this.#arriveLink(path, arrivals);
      else this.#arriveFile(path, entry, arrivals);
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      for (const { writer, arrival } of arrivals) writer.stays(arrival.known);
      this.#sourceTrouble(changingTrouble(path, error));
    }
  }

  #arriveLink(path: string, arrivals: readonly { writer: DirWriter; arrival: Arrival }[]): void {
    const { fs, tree } = this.#c.view;
    const target = fs.readLink(tree.path(path));
    const hash = this.#c.read.hashOf(utf8(target));
    for (const { writer, arrival } of arrivals) {
      const { known, source, repair } = arrival;
      this.#guard(writer.run, path, () => {
        if (!repair && known?.type === "link" && known.hash === hash) writer.same(source, known);
        else writer.putLink(arrival, target, hash);
      }, () => writer.stays(known));
    }
  }

  #arriveFile(
    path: string,
    entry: SourceEntry,
    arrivals: readonly { writer: DirWriter; arrival: Arrival; sure: boolean }[],
  ): void {
    const wants = arrivals.map(({ writer, arrival }) => writer.want(arrival));
    const likelySame = arrivals.every(({ arrival, sure }) =>
      !sure && arrival.known !== undefined &&
      sameStat({ ...arrival.known, ctime: entry.info.ctime, ino: entry.info.ino }, entry)
    );
    const content = readContent(
      this.#c.read,
      this.#c.view.tree.path(path),
      entry.info,
      wants,
      likelySame,
    );
    // what counts is what was read, not what was seen before
    entry.info = content.info;
    arrivals.forEach(({ writer, arrival }, i) => {
      const got = content.got[i];
      const want = wants[i];
      if (got === undefined || want === undefined) return;
      this.#guard(writer.run, path, () => {
        if (typeof got === "object") throw got.failed;
        if (got === "same" && arrival.known !== undefined) writer.same(entry, arrival.known);
        else writer.putFile(arrival, want.temporary, content, content.open[i]);
      }, () => {
        content.open[i]?.close();
        writer.discard(want.temporary);
        writer.stays(arrival.known);
      });
    });
  }

  /** Runs a write into one vault; trouble is reported, and ends the vault's part when it is the vault itself. */
  #guard(run: VaultRun, path: string, work: () => void, otherwise?: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      if (isVaultGone(run, error)) {
        run.failed = vaultFailure(run, path, error);
        return;
      }
      otherwise?.();
      this.#vaultTrouble(run, {
        ...troubleOf(path, "store", error),
        code: errorCode(error) || "unstorable",
      });
    }
  }

  /** Trouble with the source, told once in all passes. */
  #tell(pass: Pass, t: Trouble): void {
    if (pass.told && (pass.already?.includes(t.path) ?? true)) return;
    this.#sourceTrouble(t);
    pass.tell?.(t.path);
  }

  #sourceTrouble(t: Trouble): void {
    for (const run of this.#active()) run.trouble(t);
    this.#c.trouble(t);
  }

  #vaultTrouble(run: VaultRun, t: Trouble): void {
    run.trouble(t);
    this.#c.trouble(t);
  }
}

function isGone(step: Step): step is Extract<Step, { act: "delete" | "deleteDir" }> {
  return step.act === "delete" || (step.act === "deleteDir" && !step.replaced);
}

function countStep(run: VaultRun, dir: string, step: Step, l: Looked): void {
  if (step.act === "delete") l.sure++;
  else if (step.act === "deleteDir") {
    l.sure += run.catalog?.countLiving(joinRel(dir, step.known.name)) ?? 0;
  } else if (step.act === "update") {
    const { known, source } = step;
    const moved = known.size !== source.info.size || known.mtime !== source.info.mtime;
    if (step.sure) l.sure++;
    else if (moved) l.unsure++;
  }
}

function groupArrivals(
  writers: readonly DirWriter[],
): Map<string, { writer: DirWriter; arrival: Arrival; sure: boolean }[]> {
  const groups = new Map<string, { writer: DirWriter; arrival: Arrival; sure: boolean }[]>();
  for (const writer of writers) {
    for (const step of writer.plan.steps) {
      if (step.act !== "add" && step.act !== "update" && step.act !== "repair") continue;
      const known = step.act === "add" ? undefined : step.known;
      const arrival = { source: step.source, known, repair: step.act === "repair" };
      const group = groups.get(step.source.name) ?? [];
      group.push({ writer, arrival, sure: step.act !== "update" || step.sure });
      groups.set(step.source.name, group);
    }
  }
  return groups;
}

function changingTrouble(path: string, error: unknown): Trouble {
  const t = troubleOf(path, "read", error);
  return error instanceof HikaeError ? { ...t, code: error.id, message: error.message } : t;
}

/** Codes that say that the whole vault is in trouble, not one entry of it. */
const VAULT_CODES = new Set([
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EIO",
  "ENODEV",
  "ENXIO",
  "ESTALE",
  "ENOTCONN",
  "EMFILE",
  "ENFILE",
]);

function isVaultGone(run: VaultRun, error: unknown): boolean {
  const code = errorCode(error);
  if (VAULT_CODES.has(code) || code.startsWith("ERR_SQLITE")) return true;
  try {
    return lstatIfAny(run.vault.fs, run.vault.tree.rootFile("vault")) === undefined;
  } catch {
    return true;
  }
}

function vaultFailure(run: VaultRun, path: string, cause: unknown): HikaeError {
  const code = errorCode(cause);
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new HikaeError(
    "failed",
    `store ${path === "" ? "the root" : path}: ${
      full ? "the disk of the vault is full" : messageOf(cause)
    }`,
    {
      path: run.vault.tree.mirror(path),
      hint: full
        ? "make room, for example with hikae prune or hikae cleanup, and run the backup again; the vault is valid"
        : "the vault is valid; see that its disk is well and run the backup again",
      cause,
    },
  );
}
