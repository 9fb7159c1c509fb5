/** Carries out the plans of one directory for all vaults: each name's content is read and hashed once. @module */

import { unstorable } from "./arrivals.ts";
import { utf8 } from "../../../base/bytes.ts";
import { HikaeError } from "../../../base/errors.ts";
import { joinRel } from "../../../base/relpath.ts";
import { MessagePause } from "../../crew/work_sharing.ts";
import { type CompareStep, sameStat } from "../compare/compare.ts";
import { isGone, isKept, isNew, lookAgain } from "../compare/second_look.ts";
import { readContent, readTarget } from "./content.ts";
import { deleteTree } from "./delete_tree.ts";
import type { VaultDirectory } from "./vault_directory.ts";
import { sharerFor } from "../share/run_sharing.ts";
import { type Failures, waitForFlushes } from "../failures.ts";
import type { LaneContext } from "../lane_context.ts";
import type { LaneSharing } from "../lane_task.ts";
import { type ContentNames, contentOf, type FileWrites, type VaultWrite } from "./content_names.ts";
import { FileQueue, type FileToCopy } from "./file_queue.ts";
import {
  mayLackSome,
  type SourceDir,
  type SourceEntry,
  type SourceTrouble,
  troubleOf,
} from "../../source/source_dir.ts";
import type { SeenInfos } from "../../source/seen_infos.ts";
import type { LaneVault } from "../lane_vault.ts";
import { text } from "../../../text/text.ts";
import type { Content } from "../content_types.ts";

/** The writing of one directory. */
export class DirectoryCopy {
  readonly #c: LaneContext;
  readonly #troubles: Failures;
  readonly #source: SourceDir;
  readonly #writers: readonly VaultDirectory[];
  /** The source's directory cannot be listed to its end. */
  #isTorn = false;

  /** Of `source`, by one writer for each vault that has something to do. */
  constructor(
    context: LaneContext,
    troubles: Failures,
    source: SourceDir,
    writers: readonly VaultDirectory[],
  ) {
    this.#c = context;
    this.#troubles = troubles;
    this.#source = source;
    this.#writers = writers;
  }

  /** Clears away, brings content, ends the directory in every vault. */
  async run(neighbours: LaneSharing): Promise<void> {
    try {
      await this.#run(neighbours);
    } finally {
      for (const writer of this.#writers) writer.close();
    }
  }

  async #run(neighbours: LaneSharing): Promise<void> {
    const source = this.#source;
    const writers = this.#writers;
    const gone = writers.some((w) => w.plan.steps.others().some((s) => isGone(s)));
    const mayLack = writers.some((w) => w.plan.cameSome) && mayLackSome(this.#c.view, source);
    const unsure = gone || mayLack ? await this.#stillThere(source, writers) : new Set<string>();
    for (const writer of writers) {
      // what goes goes first: a new name may differ from it by case alone
      const { steps } = writer.plan;
      for (const step of steps.others()) {
        if (isGone(step)) this.#clear(source, writer, step, unsure);
      }
      for (const step of steps.others()) {
        if (!isGone(step)) this.#clear(source, writer, step, unsure);
      }
    }
    await this.#bring(contentOf(writers), neighbours);
    source.seen?.forget();
    for (const writer of writers) {
      if (writer.run.failed === undefined) {
        await writer.seeAll();
        this.#troubles.guard(
          writer.run,
          source.path,
          () => writer.finish(),
          () => writer.unfinished(),
        );
        // what is new in it may not have been listed: the next run does not go by what this one saw
        if (this.#isTorn) writer.run.sink.scan(source.path, undefined);
        for (const trouble of writer.arrivals.misfits) this.#troubles.vault(writer.run, trouble);
      }
    }
  }

  /** Brings the content of all names, some of it with the help of lanes that have nothing to do. */
  async #bring(names: ContentNames, neighbours: LaneSharing): Promise<void> {
    const { seen } = this.#source;
    if (seen !== undefined && this.#writers.length === 1) seen.await(placesOf(names, seen));
    const sharing = new FileQueue(names, neighbours);
    try {
      await this.#bringAll(sharing, new MessagePause(neighbours));
    } catch (error) {
      await sharing.drop();
      throw error;
    }
  }

  async #bringAll(sharing: FileQueue, pause: MessagePause): Promise<void> {
    const { path } = this.#source;
    const runs = this.#writers.map((w) => w.run);
    const all = this.#c.runs;
    this.#c.check();
    for (;;) {
      await waitForFlushes(runs, path);
      const next = await sharing.next();
      if (next === undefined) break;
      if ("fetched" in next) {
        const { wanted, fetched } = next;
        this.#settle(wanted, { info: wanted.entry.info, ...fetched, open: [] });
        this.#source.seen?.done(wanted.entry);
      } else {
        this.#arrive(next);
        this.#source.seen?.done(next.source);
      }
      for (const writer of this.#writers) {
        if (writer.run.failed !== undefined) continue;
        if (writer.arrivals.areMany) await this.#settleMany(writer);
      }
      // before other lanes are let in: what ended a vault's part ends it for them, too
      this.#c.check();
      sharing.giveSome(path, (some) => this.#wantedBy(some, some.arrivals, some.source), all);
      await pause.yieldToMessages();
    }
  }

  /** Many new names of a wide directory are in their places: it is seen whether it lists them. */
  async #settleMany(writer: VaultDirectory): Promise<void> {
    const all = await writer.arrivals.list();
    this.#troubles.guard(
      writer.run,
      this.#source.path,
      () => writer.arrivals.settleListed(all),
      () => writer.keepOld(undefined),
    );
  }

  /** Names that must not be taken for deleted: a second look sees them, or cannot tell (design, *Never lose anything*). */
  async #stillThere(
    source: SourceDir,
    writers: readonly VaultDirectory[],
  ): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    for (const w of writers) {
      for (const s of w.plan.steps.others()) if (isGone(s)) names.add(s.known.name);
    }
    const seen = await lookAgain(this.#c.view, source, names, () => newIn(writers));
    if (seen.isTorn) this.#isTorn = true;
    for (const trouble of seen.troubles) this.#troubles.source(trouble);
    return seen.unsure;
  }

  /** The steps that take something away or need no content. */
  #clear(
    source: SourceDir,
    writer: VaultDirectory,
    step: CompareStep,
    unsure: ReadonlySet<string>,
  ): void {
    const { run } = writer;
    const name = "known" in step ? step.known.name : step.source.name;
    if (run.failed !== undefined || writer.stuck.has(name)) return;
    const path = joinRel(source.path, name);
    this.#troubles.guard(run, path, () => {
      if (isGone(step) && isKept(step, source, unsure)) writer.keepOld(step.known);
      else if (step.act === "delete") writer.deleted(step.known);
      else if (step.act === "deleteDir") {
        deleteTree(run, source.path, step.known, step.replaced, this.#c.check);
      } else if (step.act === "addDir") writer.addDir(step.source);
      else if (step.act === "attrs") writer.touchAttributes(step.source, step.known);
    }, () => {
      // what could not be cleared away keeps its place in this run
      writer.stuck.add(name);
      if (step.act !== "add" && step.act !== "addDir") writer.keepOld(step.known);
    });
  }

  /** The vaults that want a name's content and can have it. */
  #ready({ name, arrivals }: FileWrites): VaultWrite[] {
    return arrivals.filter(({ writer, arrival }) => {
      if (writer.stuck.has(name)) return false;
      const { run } = writer;
      // nothing is begun in a vault that another run may have by now: it would leave it for good
      this.#troubles.guard(run, joinRel(this.#source.path, name), () => run.vault.checkHeld());
      const why = writer.run.failed === undefined ? unstorable(writer.run, name) : "failed";
      if (why === undefined) return true;
      if (why !== "failed") {
        this.#troubles.vault(writer.run, {
          path: joinRel(this.#source.path, name),
          during: "store",
          code: "name",
          message: why,
        });
      }
      writer.keepOld(arrival.known);
      return false;
    });
  }

  /** Brings one name's content to every vault that wants it: read and hashed once. */
  #arrive(name: FileWrites): void {
    const arrivals = this.#ready(name);
    const first = arrivals[0];
    if (first === undefined) return;
    const path = joinRel(this.#source.path, name.name);
    try {
      const { source } = first.arrival;
      if (source.type === "link") this.#arriveLink(path, arrivals, source);
      else this.#arriveFile(this.#wantedBy(name, arrivals, source, true));
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      for (const { writer, arrival } of arrivals) writer.keepOld(arrival.known);
      // a vault that has it already lacks nothing
      this.#troubles.reportFor(
        new Set(arrivals.map((a) => a.writer.run)),
        changingTrouble(path, error),
      );
    }
  }

  /** What is to be read of a file's content, and for whom. */
  #wantedBy(
    name: FileWrites,
    arrivals: readonly VaultWrite[],
    entry: SourceEntry,
    here = false,
  ): FileToCopy {
    const likelySame = arrivals.every(({ arrival, sure }) =>
      !sure && arrival.known !== undefined &&
      sameStat({ ...arrival.known, ctime: entry.info.ctime, ino: entry.info.ino }, entry)
    );
    const wants = arrivals.map(({ writer, arrival }) => writer.want(arrival, here));
    return { name, entry, arrivals, wants, likelySame };
  }

  #arriveLink(path: string, arrivals: readonly VaultWrite[], entry: SourceEntry): void {
    const { tree } = this.#c.view;
    const { target, info } = readTarget(this.#c.view, tree.path(path), entry.info);
    const hash = this.#c.read.hashOf(utf8(target));
    this.#c.read.progress(1, utf8(target).length);
    for (const { writer, arrival } of arrivals) {
      const { known, source, repair } = arrival;
      // what counts is what was read
      source.info = info;
      this.#troubles.guard(writer.run, path, () => {
        if (!repair && known?.type === "link" && known.hash === hash) {
          writer.touchAttributes(source, known);
        } else writer.putLink(arrival, target, hash);
      }, () => writer.keepOld(known));
    }
  }

  #arriveFile(wanted: FileToCopy): void {
    const { name: { name }, entry, wants, likelySame } = wanted;
    const rel = joinRel(this.#source.path, name);
    const path = this.#c.view.tree.path(rel);
    const { arrivals } = wanted;
    const sharer = sharerFor(
      arrivals.map(({ writer }) => writer.run),
      // a copy that is to be repaired is not to be believed
      arrivals.map(({ arrival: { known, repair } }) =>
        known === undefined || repair ? undefined : rel
      ),
    );
    this.#settle(wanted, readContent(this.#c.read, path, entry.info, wants, likelySame, sharer));
  }

  /** Puts what was read in its place in every vault that wants it. */
  #settle(wanted: FileToCopy, content: Content): void {
    try {
      this.#place(wanted, content);
    } finally {
      // what failed, or broke off, leaves no file open, nor any of the vaults after it
      for (const open of content.open) open?.close();
    }
  }

  #place({ name: { name }, entry, arrivals, wants }: FileToCopy, content: Content): void {
    const path = joinRel(this.#source.path, name);
    // what counts is what was read, not what was seen before
    const more = content.size - entry.info.size;
    entry.info = content.info;
    entry.realSize = content.size;
    const rotted = new Set<LaneVault>();
    arrivals.forEach(({ writer, arrival }, i) => {
      const got = content.got[i];
      const want = wants[i];
      if (got === undefined || want === undefined) return;
      if (writer.run.failed !== undefined) {
        // its part ended while another lane was reading
        writer.discard(want.temporary);
        return;
      }
      const isNew = got === "written" || got === "shared";
      // a name that is another one's now begins a version, whatever its content
      const isOther = arrival.known?.hash !== content.hash;
      arrival.rot = isNew && isOther && mayHaveRotted(entry, arrival);
      if (arrival.rot) rotted.add(writer.run);
      this.#troubles.guard(writer.run, path, () => {
        if (typeof got === "object") throw got.failed;
        writer.run.counts.total_bytes_processed += more;
        if (got === "same" && arrival.known !== undefined) {
          writer.touchAttributes(entry, arrival.known);
        } else writer.putFile(arrival, want.temporary, content, i);
        // whoever flushes it closes it
        content.open[i] = undefined;
      }, () => {
        writer.discard(want.temporary);
        writer.keepOld(arrival.known);
      });
    });
    if (rotted.size > 0) this.#troubles.reportFor(rotted, rotOf(path));
  }
}

/** Whoever writes a file moves its times; where only the content differs, nobody wrote it. */
function mayHaveRotted(entry: SourceEntry, { known, repair }: VaultWrite["arrival"]): boolean {
  return !repair && known?.type === "file" && entry.info.ctime > 0 && sameStat(known, entry);
}

function rotOf(path: string): SourceTrouble {
  return {
    path,
    during: "read",
    code: "rot",
    message: text("backup.rot"),
  };
}

/** The places of names whose content is to be brought. */
function* placesOf({ steps, open }: ContentNames, seen: SeenInfos): Generator<number, undefined> {
  for (const step of steps) {
    const place = typeof step === "number" ? step : seen.placeOf(open(step).source);
    if (place !== undefined) yield place;
  }
}

/** The names of the source that a vault does not have. */
function newIn(writers: readonly VaultDirectory[]): string[] {
  const names = new Set<string>();
  for (const { plan } of writers) {
    for (const s of plan.steps) if (isNew(s)) names.add(s.source.name);
  }
  return [...names];
}

function changingTrouble(path: string, error: unknown): SourceTrouble {
  const t = troubleOf(path, "read", error);
  return error instanceof HikaeError ? { ...t, code: error.id, message: error.message } : t;
}
