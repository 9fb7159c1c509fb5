/**
 * A lane: processes directories of the source, one after another, for all vaults at once. Several lanes may run
 * side by side, each in its own thread; they share nothing but the disk.
 * @module
 */

import { joinRel, nameOf } from "../../base/relpath.ts";
import { keepUnlessGone } from "./compare/compare.ts";
import {
  type ComparedDirectory,
  compareDirectory,
  type DirCompareContext,
  passOver,
  readDirectory,
  readDirectoryAtBest,
  type SourceRead,
  speak,
  withoutIn,
} from "./compare/compare_directory.ts";
import { Failures } from "./failures.ts";
import type { LaneContext } from "./lane_context.ts";
import type { LaneVault } from "./lane_vault.ts";
import { type SeenBefore, toldMirror } from "./vault_dir.ts";
import { seeAhead } from "./see_directory.ts";
import { AT_ONCE } from "./looks_ahead.ts";
import { type HashMemo, LookMemory, MOST_HASHED } from "./compare/look_memory.ts";
import {
  bytesToRead,
  type ChangedDir,
  countStep,
  goneIn,
  type LaneFindings,
  lateIn,
  type LookResult,
  readsIn,
  seenIn,
} from "./look_result.ts";
import { countWork } from "./scout.ts";
import { filesIn, filesSeen, type SourceTrouble } from "../source/source_dir.ts";
import type { VaultDirectory } from "./copy/vault_directory.ts";
import type { BatchAnswer, FileBatch, LaneSharing, Task } from "./lane_task.ts";

/** Of so many entries of directories in which something is to be written a lane tells how their mirrors were seen. */
const MOST_TOLD = 30_000;

/** What a lane needs where something is to be written. */
type Writing = typeof import("./copy/writing.ts");

/** One lane. */
export class Lane {
  readonly #c: LaneContext;
  #content: typeof import("./copy/content_check.ts") | undefined;
  #writing: Promise<Writing> | undefined;
  readonly #failures: Failures;
  readonly #memory: LookMemory;
  #hashedNames = 0;
  #toldEntries = 0;

  /** A lane with its own buffers and catalog connections. */
  constructor(context: LaneContext) {
    this.#c = context;
    this.#failures = new Failures(context);
    this.#memory = new LookMemory(context.view, context.startedMs);
  }

  /** What it works with. */
  get context(): LaneContext {
    return this.#c;
  }

  /** Reads what looking at content takes, where the run does: to be waited for before anything is compared. */
  async ready(): Promise<void> {
    if (this.#c.checksum) this.#content ??= await import("./copy/content_check.ts");
  }

  /**
   * Looks at a directory in which nothing is to be done, and gives what to look at next; undefined for any other, and
   * where a look is more than that: it is looked at then, by what was asked of it `before`.
   */
  passOver(
    source: SourceRead | undefined,
    found: LaneFindings,
    before: SeenBefore[],
  ): Task[] | undefined {
    const { checksum, mixed, far, entriesSeen, toRead } = this.#c;
    if (checksum || mixed || far !== undefined) return undefined;
    if (typeof source !== "object" || "failed" in source) return undefined;
    const counts = passOver(this.#c, source, before);
    if (counts === undefined) return undefined;
    const files = counts.total_files_processed;
    const seen = counts.files_excluded === 0 ? files : filesSeen(source);
    for (const totals of found.totals) totals.files += seen;
    entriesSeen(files);
    toRead?.(0, 0);
    const next: Task[] = [];
    if (files === source.entries.length) return next;
    for (const { type, name, excluded } of source.entries) {
      if (type !== "dir" || excluded) continue;
      next.push({ path: joinRel(source.path, name), looked: false, fresh: false });
    }
    return next;
  }

  /**
   * Looks at a directory and writes nothing. One in which nothing is to be done has been counted and told then; of any
   * other the writing speaks, or whoever stops the run. Where a vault has no runs everything is gone through once more:
   * a look then says nothing at all. Gives nothing either where a vault that is far away is to be seen first: `unseen`.
   */
  look(
    { path, stands, without }: Pick<Task, "path" | "stands" | "without">,
    read?: SourceRead,
    unseen = false,
    before?: readonly SeenBefore[],
  ): LookResult | undefined {
    const hashed: HashMemo = new Map();
    let wanted = false;
    // by content all has been seen, and nothing is hashed twice
    const wanting = unseen && !this.#c.checksum ? { wanting: () => void (wanted = true) } : {};
    const compared = this.#compareNow(path, hashed, { read, stands, without, before, ...wanting });
    if (wanted) return undefined;
    const { source, known, vaults } = compared;
    const changed = vaults.some(({ work }) => work !== undefined);
    const result: LookResult = {
      totals: this.#totalsOf(compared),
      changed: undefined,
      untold: [],
      subdirs: compared.subdirs.filter((d) => known.has(d)),
      apart: compared.apart,
    };
    if (this.#c.toRead !== undefined) countWork(this.#c, compared, this.#c.toRead);
    if (source !== undefined && !this.#c.mixed) this.#c.entriesSeen(filesIn(source));
    if (changed) {
      this.#c.toHash(bytesToRead(compared));
      const late = lateIn(compared);
      result.changed = {
        path,
        gone: goneIn(compared),
        files: readsIn(compared),
        ...(late.length === 0 ? {} : { late }),
        ...(without === undefined ? {} : { without }),
        ...this.#memoOf(hashed),
        ...this.#mirrorsOf(compared),
      };
    }
    if (!changed && !this.#c.mixed) {
      this.speak(compared);
      renew(compared);
    } else {
      result.untold = [...compared.troubles, ...vaults.flatMap((v) => v.troubles)];
      if (!this.#c.mixed) this.#memory.keep(compared);
    }
    return result;
  }

  #totalsOf({ path, source, vaults }: ComparedDirectory): LookResult["totals"] {
    return this.#c.runs.map((run) => {
      const totals = seenIn(source);
      const work = vaults.find((v) => v.run === run)?.work;
      if (work === undefined) return totals;
      this.#failures.guard(run, path, () => {
        for (const step of work.plan.steps.others()) countStep(run, path, step, totals);
      });
      return totals;
    });
  }

  /** What was hashed, for a writing that must look again, while there is room for it. */
  #memoOf(hashed: HashMemo): { hashed?: HashMemo } {
    if (hashed.size === 0 || this.#hashedNames + hashed.size > MOST_HASHED) return {};
    this.#hashedNames += hashed.size;
    return { hashed };
  }

  /** What the writing of another lane need not look at again. */
  #mirrorsOf({ source, vaults }: ComparedDirectory): Pick<ChangedDir, "mirrors"> {
    const entries = source?.entries.length ?? 0;
    if (this.#c.far === undefined || this.#toldEntries + entries > MOST_TOLD) return {};
    this.#toldEntries += entries;
    return {
      mirrors: this.#c.runs.map((run) => {
        const work = vaults.find((v) => v.run === run)?.work;
        return work === undefined || !run.isFar ? undefined : toldMirror(work.vault);
      }),
    };
  }

  /** Whether directories are to be seen ahead: a vault is far away. */
  get seesAhead(): boolean {
    return this.#c.far !== undefined;
  }

  /** How many directories are seen at once. */
  get sight(): number {
    const untold = Math.max(0, ...this.#far.map(({ looks }) => looks?.untold ?? 0));
    return untold > 0 ? untold : AT_ONCE;
  }

  get #far(): readonly LaneVault[] {
    return this.#c.far === undefined
      ? []
      : this.#c.runs.filter((run) => run.isFar && run.failed === undefined);
  }

  /** Sees a directory ahead, `whole` or no more than a run without changes needs; gives what has its comparison go by it, until {@link forget}. */
  see(task: Pick<Task, "path" | "stands">, whole: boolean): Promise<() => void> {
    const { far, runs, checksum } = this.#c;
    if (far === undefined) return Promise.resolve(() => {});
    const vaults = this.#far.map((run) => ({ run, place: runs.indexOf(run) }));
    return seeAhead(far, vaults, { ...task, whole: whole || checksum });
  }

  /** For so long no look was waited for. */
  busy(ms: number): void {
    for (const { looks } of this.#far) looks?.busy(ms);
  }

  /** What was seen ahead counts no more. */
  forget(): void {
    for (const run of this.#c.runs) if (run.isFar) run.showAs();
  }

  /** Compares a directory for who wants to know what a run would do; `content` reads what times cannot tell. */
  compare(
    path: string,
    how: Pick<DirCompareContext, "read" | "mirrors" | "without">,
    content: boolean,
  ): ComparedDirectory {
    return content ? this.#compareNow(path, new Map(), how) : compareDirectory(this.#c, path, how);
  }

  /** What was looked at goes on with these: where a look is dear, their parent's tells whether a vault still has them. */
  next(
    { path, without }: Pick<Task, "path" | "without">,
    subdirs: readonly string[],
    apart?: ComparedDirectory["apart"],
  ): Task[] {
    const standing = subdirs.length === 0 ? [] : this.#c.runs.map((run) => run.standingIn(path));
    const some = standing.some((names) => names.size > 0);
    return subdirs.map((path) => ({
      path,
      looked: false,
      fresh: false,
      ...withoutIn(without, apart?.get(path)),
      ...(some ? { stands: standing.map((names) => names.has(nameOf(path))) } : {}),
    }));
  }

  #compareNow(
    path: string,
    hashed: HashMemo,
    how: Omit<DirCompareContext, "unlooked" | "sift" | "fresh">,
  ): ComparedDirectory {
    return compareDirectory(this.#c, path, {
      ...how,
      unlooked: true,
      ...(this.#c.checksum ? { sift: this.#siftBy(hashed, true) } : {}),
    });
  }

  #siftBy(hashed: HashMemo, read: boolean): DirCompareContext["sift"] {
    const content = this.#content;
    if (content === undefined) throw new Error("content is looked at by a lane that is not ready");
    return (dir, work, counts) => content.sift(this.#c, { read, hashed }, dir, work, counts);
  }

  /** Counts and tells what comparing a directory came to. */
  speak(compared: ComparedDirectory): void {
    speak(this.#failures, compared);
  }

  /** Tells of trouble with the source that was met on the way to a decision. */
  report(trouble: SourceTrouble): void {
    this.#failures.source(trouble);
  }

  /** What this lane remembers of a directory that it looked at, if that still holds; it is forgotten then. */
  recall(path: string): ComparedDirectory | undefined {
    return this.#memory.take(path);
  }

  /** Reads a directory of the source ahead of its pass. */
  read(path: string): SourceRead {
    return readDirectory(this.#c, path);
  }

  /** The same; a wide one is there later. */
  readAtBest(path: string): SourceRead | Promise<SourceRead> {
    this.#c.check();
    return readDirectoryAtBest(this.#c, path);
  }

  /**
   * Processes a directory; gives the subdirectories to process next: those that no vault knows after a look
   * (`looked`), or all of them. `found` is what was recalled of it; else it is read, or was read ahead.
   */
  async write(
    task: Task,
    whole: boolean,
    neighbours: LaneSharing,
    found?: ComparedDirectory,
    read?: SourceRead,
  ): Promise<Task[]> {
    const writing = await this.#forWriting();
    const compared = found ?? this.#compareAgain(task, read ?? await this.readAtBest(task.path));
    const { source, subdirs, known } = compared;
    this.speak(compared);
    if (source !== undefined && !task.looked) this.#c.entriesSeen(filesIn(source));
    const late = new Set(task.late);
    const next = whole ? subdirs : subdirs.filter((d) => !known.has(d) && !late.has(d));
    if (this.seesAhead && !whole) {
      neighbours.found(next.length + (task.looked ? 0 : filesWork(readsIn(compared))));
    }
    const writers = this.#writersFor(writing, compared, task);
    if (source !== undefined && writers.length > 0) {
      await new writing.DirectoryCopy(this.#c, this.#failures, source, writers).run(neighbours);
    }
    const below = next.map((path) => ({
      path,
      looked: false,
      ...withoutIn(task.without, this.#apart(path, compared, writers)),
      fresh: writers.length > 0 && writers.length === this.#c.runs.length &&
        writers.every((w) => w.fresh.has(nameOf(path))),
    }));
    return [
      ...below.filter(({ without }) => (without?.length ?? 0) < this.#c.runs.length),
      ...task.then ?? [],
    ];
  }

  async #forWriting(): Promise<Writing> {
    if (this.#writing === undefined) {
      this.#writing = import("./copy/writing.ts");
      this.#c.share((await this.#writing).shareIn);
    }
    return await this.#writing;
  }

  #compareAgain(
    { path, fresh, hashed, without, mirrors }: Task,
    read: SourceRead,
  ): ComparedDirectory {
    return compareDirectory(this.#c, path, {
      read,
      mirrors,
      fresh,
      without,
      ...(this.#c.checksum && hashed !== undefined ? { sift: this.#siftBy(hashed, false) } : {}),
    });
  }

  /** One for each vault that has something to do in a directory; their directories are made. */
  #writersFor(
    { VaultDirectory }: Writing,
    { path, source, vaults }: ComparedDirectory,
    task: Task,
  ): VaultDirectory[] {
    const gone = task.gone === undefined ? undefined : new Set(task.gone);
    const writers: VaultDirectory[] = [];
    for (const { run, work } of vaults) {
      if (work === undefined || source === undefined || run.failed !== undefined) continue;
      const { vault, plan } = work;
      if (gone !== undefined) keepUnlessGone(plan, gone);
      this.#failures.guard(
        run,
        path,
        () => writers.push(new VaultDirectory(run, source, vault, plan, task.fresh)),
      );
    }
    return writers;
  }

  /** The vaults that a subdirectory is not for. */
  #apart(path: string, { apart }: ComparedDirectory, writers: VaultDirectory[]): number[] {
    const refused = writers.filter((w) => w.arrivals.refused.has(nameOf(path)));
    return [...apart?.get(path) ?? [], ...refused.map((w) => this.#c.runs.indexOf(w.run))];
  }

  /** Reads a part of a directory that another lane has. */
  async fetch(part: FileBatch): Promise<BatchAnswer> {
    const { fetchBatch } = await this.#forWriting();
    return await fetchBatch(this.#c, part);
  }
}

/** Has the next run know the mirror as it was listed, where nothing is to be done. */
function renew({ path, vaults }: ComparedDirectory): void {
  for (const { run, renewed } of vaults) {
    if (renewed !== undefined && run.failed === undefined) run.sink.scan(path, renewed);
  }
}

/** The work of writing so many files of a directory, where a directory is one: a file takes half as many calls. */
export function filesWork(files: number): number {
  return files / 2;
}
