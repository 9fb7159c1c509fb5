/**
 * A lane: processes directories of the source, one after another, for all vaults at once. Several lanes may run
 * side by side, each in its own thread; they share nothing but the disk.
 * @module
 */

import { utf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import { joinRel, nameOf } from "../../base/relpath.ts";
import { believeKnown } from "./believed.ts";
import {
  compareDir,
  type DirPlan,
  isUnchanged,
  keepUnlessGone,
  sameStat,
  type Step,
  type VaultDir,
} from "./compare.ts";
import { hashContent, type ReadContext } from "./content.ts";
import { addCounts, type Counts, noCounts } from "./counts.ts";
import { VaultDirectory } from "./vault_directory.ts";
import { DirectoryCopy } from "./copy_directory.ts";
import { foldNames } from "./name_collisions.ts";
import { type HashMemo, hashSeen, MOST_HASHED, noteHash } from "./hash_memo.ts";
import type { LaneContext } from "./lane_context.ts";
import { countStep, type Looked, type LookNotes, noteDirs } from "./look_result.ts";
import type { WorkSharing } from "./work_sharing.ts";
import type { Task } from "./lane_task.ts";
import { type BatchAnswer, fetchBatch, type FileBatch } from "./file_batch.ts";
import { scout, type Told } from "./scout.ts";
import {
  filesIn,
  readSourceDir,
  type SourceDir,
  type SourceEntry,
  troubleOf,
} from "./source_dir.ts";
import { Failures } from "./failures.ts";
import type { Trouble } from "./source_dir.ts";
import type { LaneVault } from "./lane_vault.ts";

/** A source directory read, and what each vault has to do for it. */
interface Prepared {
  source: SourceDir;
  plans: { run: LaneVault; vault: VaultDir; plan: DirPlan }[];
  /** Subdirectories of the source that some vault knows. */
  known: Set<string>;
  subdirs: string[];
  /** Vaults that have nothing to do for it, and have counted its entries. */
  counted: LaneVault[];
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
  /** Names whose content was hashed: filled by a look under `--checksum`, believed by the writing. */
  hashed?: HashMemo | undefined;
  /** Vaults that counted it in the look, and had nothing to do then. */
  counted?: readonly number[] | undefined;
  /** Vaults that it is not for. */
  without?: readonly number[] | undefined;
  /** Told of paths whose trouble is told. */
  onReported?: (path: string) => void;
}

/** One lane. */
export class Lane {
  readonly #c: LaneContext;
  readonly #troubles: Failures;
  #hashedNames = 0;

  /** A lane with its own buffers and catalog connections. */
  constructor(context: LaneContext) {
    this.#c = context;
    this.#troubles = new Failures(context);
  }

  /**
   * Looks at a directory and writes nothing; gives the subdirectories to look at next. What is changed is not
   * counted yet: `write` does.
   */
  look(
    path: string,
    looked: Looked[],
    read?: SourceRead,
    notes: LookNotes = { told: [], gone: [], late: [], hashed: [], counted: [] },
  ): string[] {
    const tell = (told: string): void => void notes.told.push(told);
    this.#troubles.quiet = this.#c.mixed;
    const hashed: HashMemo = new Map();
    const prepared = this.#prepare(path, {
      looking: true,
      told: false,
      read,
      hashed,
      onReported: tell,
    });
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
      this.#troubles.guard(run, path, () => {
        for (const step of plan.steps) countStep(run, source.path, step, l);
      });
      noteDirs(source.path, plan, prepared.known, notes);
    }
    if (prepared.plans.length > 0) {
      this.#noteHashed(path, hashed, notes);
      const vaults = prepared.counted.map((run) => this.#c.runs.indexOf(run));
      if (vaults.length > 0) notes.counted.push({ path, vaults });
    }
    if (this.#c.toRead !== undefined) this.#countWork(prepared, this.#c.toRead);
    return prepared.subdirs.filter((d) => prepared.known.has(d));
  }

  #noteHashed(path: string, names: HashMemo, notes: LookNotes): void {
    if (names.size === 0 || this.#hashedNames + names.size > MOST_HASHED) return;
    this.#hashedNames += names.size;
    notes.hashed.push({ path, names });
  }

  /** What the writing will read here, and below directories that are new, which the look leaves to the writing. */
  #countWork({ plans, subdirs, known }: Prepared, toRead: Told): void {
    const sizes = new Map<string, number>();
    for (const { plan } of plans) {
      for (const step of plan.steps) {
        const reads = step.act === "add" || step.act === "update" || step.act === "repair";
        if (reads && (step.source.type === "file" || step.source.type === "link")) {
          sizes.set(step.source.name, step.source.info.size);
        }
      }
    }
    let bytes = 0;
    for (const size of sizes.values()) bytes += size;
    toRead(sizes.size, bytes);
    for (const path of subdirs) {
      if (!known.has(path)) scout(this.#c.view, path, this.#c.check, toRead);
    }
  }

  /** Plans a directory without writing: what `--dry-run` renders; `told` when it was looked at before. */
  plan(path: string, told = false, read?: SourceRead): Prepared | undefined {
    return this.#prepare(path, { looking: told, told, read });
  }

  /**
   * True when a file or link has other content than is known, for those who must know before they decide (no
   * progress, it is read again); undefined when it cannot be read: `failed` is told why.
   */
  hasChanged(
    path: string,
    { known, source }: Pick<Extract<Step, { act: "update" }>, "known" | "source">,
    failed: (trouble: Trouble) => void = () => {},
  ): boolean | undefined {
    try {
      const hash = source.type === "link"
        ? this.hashLink(path)
        : this.#hash({ ...this.#c.read, progress: () => {} }, path, source);
      return hash !== known.hash;
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      failed(troubleOf(path, "read", error));
      return undefined;
    }
  }

  /** Tells of trouble with the source that was met on the way to a decision. */
  tell(trouble: Trouble): void {
    this.#troubles.source(trouble);
  }

  #hash(context: ReadContext, path: string, entry: SourceEntry): string | undefined {
    return hashContent(context, this.#c.view.tree.path(path), entry.info);
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
    neighbours: WorkSharing,
    read?: SourceRead,
  ): Promise<Task[]> {
    const { path, looked, fresh } = task;
    this.#troubles.quiet = false;
    const prepared = this.#prepare(path, {
      looking: false,
      told: looked,
      already: task.told ?? [],
      read,
      fresh,
      hashed: task.hashed,
      counted: task.counted,
      without: task.without,
    });
    const then = task.then ?? [];
    if (prepared === undefined) return [...then];
    const gone = task.gone === undefined ? undefined : new Set(task.gone);
    const writers: VaultDirectory[] = [];
    for (const { run, vault, plan } of prepared.plans) {
      if (gone !== undefined) keepUnlessGone(plan, gone);
      this.#troubles.guard(
        run,
        path,
        () => writers.push(new VaultDirectory(run, prepared.source, vault, plan, fresh)),
      );
    }
    if (writers.length > 0) {
      const writing = new DirectoryCopy(this.#c, this.#troubles, prepared.source, writers);
      await writing.run(neighbours);
    }
    const next = whole ? prepared.subdirs : prepared.subdirs.filter((d) => !prepared.known.has(d));
    const found = next.map((path) => ({
      path,
      looked: false,
      ...this.#withoutOf(task, writers, nameOf(path)),
      fresh: writers.length > 0 && writers.length === this.#c.runs.length &&
        writers.every((w) => w.fresh.has(nameOf(path))),
    }));
    return [
      ...found.filter(({ without }) => (without?.length ?? 0) < this.#c.runs.length),
      ...then,
    ];
  }

  /** The vaults that a subdirectory is not for. */
  #withoutOf(
    { without = [] }: Task,
    writers: readonly VaultDirectory[],
    name: string,
  ): Pick<Task, "without"> {
    const refused = writers.filter((w) => w.refused.has(name));
    if (refused.length === 0) return without.length === 0 ? {} : { without };
    return { without: [...without, ...refused.map((w) => this.#c.runs.indexOf(w.run))] };
  }

  /** Reads a part of a directory that another lane has. */
  fetch(part: FileBatch): Promise<BatchAnswer> {
    return fetchBatch(this.#c, part);
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
    const uncounted = this.#troubles.quiet;
    if (typeof source === "string") {
      if (uncounted) return undefined;
      for (const run of this.#troubles.active()) {
        this.#troubles.guard(run, path, () => {
          run.counts.files_excluded += run.catalog?.countLiving(path) ?? 0;
        });
      }
      return undefined;
    }
    for (const t of source.troubles) this.#tell(pass, t);
    const prepared: Prepared = { source, plans: [], known: new Set(), subdirs: [], counted: [] };
    const subdirs = new Set<string>();
    for (const run of this.#troubles.active()) {
      if (pass.without?.includes(this.#c.runs.indexOf(run))) continue;
      this.#troubles.guard(run, path, () => this.#compare(run, source, prepared, subdirs, pass));
    }
    prepared.subdirs = [...subdirs];
    if (!pass.told && !uncounted) this.#c.entriesSeen(filesIn(source));
    return prepared;
  }

  #compare(
    run: LaneVault,
    source: SourceDir,
    prepared: Prepared,
    subdirs: Set<string>,
    pass: Pass,
  ): void {
    const vault = run.readDir(source.path, pass.fresh);
    // what was counted in the look is not counted again, by the writing for another vault or by a guard; what came
    // since is written: a directory that its parent's record lacks would live on for ever
    const done = pass.counted?.includes(this.#c.runs.indexOf(run)) ?? false;
    const silent = done || this.#troubles.quiet || (pass.looking && pass.told);
    const add = (name: string): void => void subdirs.add(joinRel(source.path, name));
    if (
      vault.row !== undefined && !this.#c.checksum &&
      isUnchanged(source, vault.row, vault, silent ? noCounts() : run.counts)
    ) {
      if (!silent) prepared.counted.push(run);
      for (const e of source.entries) {
        if (e.type !== "dir") continue;
        add(e.name);
        prepared.known.add(joinRel(source.path, e.name));
      }
      return;
    }
    const view = foldNames(run, source, (t) => pass.told || this.#troubles.vault(run, t));
    const counts = noCounts();
    const known = believeKnown(run.options.believed, source, vault.known);
    const plan = compareDir(view, { ...vault, known }, {
      checksum: this.#c.checksum,
      countLiving: (p) => run.catalog?.countLiving(p) ?? 0,
      leavesOut: this.#c.view.rules.excludes,
    }, counts);
    if (this.#c.checksum && (pass.looking || pass.hashed !== undefined)) {
      this.#hashNow(source.path, plan, vault, counts, pass);
    }
    if ((!plan.changed || !pass.looking) && !silent) {
      addCounts(run.counts, counts);
      run.noteSpecial(source);
      if (!plan.changed) prepared.counted.push(run);
    }
    plan.subdirs.forEach(add);
    for (const name of plan.knownDirs) prepared.known.add(joinRel(source.path, name));
    if (plan.changed) prepared.plans.push({ run, vault, plan });
  }

  /** Under `--checksum`: what has its old times and whose content agrees needs no writing at all. */
  #hashNow(dir: string, plan: DirPlan, vault: VaultDir, counts: Counts, pass: Pass): void {
    const left: Step[] = [];
    for (const step of plan.steps) {
      const quiet = step.act === "update" && !step.sure && sameStat(step.known, step.source);
      if (quiet && this.#agrees(joinRel(dir, step.source.name), step, pass)) {
        plan.kept.push(step.known);
        counts.files_unmodified++;
      } else left.push(step);
    }
    plan.steps = left;
    plan.changed = left.length > 0 || plan.selfChanged || !vault.metadataSound;
  }

  #agrees(
    path: string,
    { known, source }: Extract<Step, { act: "update" }>,
    { looking, hashed }: Pass,
  ): boolean {
    const { mode, uid, gid } = source.info;
    if (known.mode !== mode || known.uid !== uid || known.gid !== gid) return false;
    try {
      const seen = hashSeen(hashed, source);
      if (seen !== undefined || !looking) return seen === known.hash;
      const hash = source.type === "link"
        ? this.hashLink(path)
        : this.#hash(this.#c.read, path, source);
      if (hashed !== undefined && hash !== undefined) noteHash(hashed, source, hash);
      return hash === known.hash;
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      // met again, and told, when the file is processed
      return false;
    }
  }

  /** Trouble with the source, told once in all passes. */
  #tell(pass: Pass, t: Trouble): void {
    if (pass.told && (pass.already?.includes(t.path) ?? true)) return;
    this.#troubles.source(t);
    pass.onReported?.(t.path);
  }
}
