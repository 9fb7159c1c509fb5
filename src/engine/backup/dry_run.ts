/** What a backup would do: the same comparison, rendered as `change` lines instead of carried out. @module */

import { defined } from "../../base/defined.ts";
import { compareUtf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import type { ChangeMessage } from "../../base/event.ts";
import type { ShareMode } from "../../base/share_mode.ts";
import { joinRel } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";
import type { EnginePorts } from "../ports.ts";
import { checkSource, outcomeOf, type VaultOutcome } from "./backup.ts";
import { hasChanged, isMoved } from "./copy/content_check.ts";
import { trippedGuard } from "./compare/guards.ts";
import { laneContext, makeRun } from "./make_lane.ts";
import type { CompareStep, DirPlan } from "./compare/compare.ts";
import { isGone, isKept, isNew, lookAgain } from "./compare/second_look.ts";
import { type AskFilter, askFilter, walkFiltered } from "./filtered.ts";
import type { SourceRead } from "./compare/compare_directory.ts";
import { Lane } from "./lane.ts";
import type { BackupRequest } from "./request.ts";
import { BackupRun } from "./backup_run.ts";
import { oncePerPattern, onDisk } from "../source/rules.ts";
import { HeldChanges } from "./held_changes.ts";
import { ForetoldMoves } from "./share/foretold_moves.ts";
import { mayLackSome, type SourceDir, type SourceEntry } from "../source/source_dir.ts";
import { summaryOf } from "./counts.ts";
import type { LaneVault } from "./lane_vault.ts";
import { countLiving } from "../../vault/history/paths.ts";

/** Plans a backup vault by vault and writes nothing. */
export async function planBackup(
  given: EnginePorts,
  asked: BackupRequest,
): Promise<VaultOutcome[]> {
  const ports = { ...given, emit: oncePerPattern(given.emit) };
  const device = checkSource(ports, asked);
  const request = onDisk(ports, asked);
  const outcomes: VaultOutcome[] = [];
  for (const vault of request.vaults) {
    const session = new BackupRun(ports, request, vault);
    try {
      await planVault(ports, request, session, device);
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      session.failed = error;
    } finally {
      session.close();
    }
    const outcome = outcomeOf(session);
    if (outcome.failed !== undefined) {
      const { id, message, path, hint } = outcome.failed;
      ports.emit({
        message_type: "error",
        path: path ?? vault.root,
        during: "backup",
        code: id,
        message,
        vault: vault.given,
        ...defined({ hint }),
      });
    }
    outcomes.push(outcome);
  }
  return outcomes;
}

async function planVault(
  ports: EnginePorts,
  request: BackupRequest,
  session: BackupRun,
  device: number,
): Promise<void> {
  const started = ports.clock.now();
  await session.look();
  const setup = {
    request: { ...request, flush: false },
    device,
    startedMs: started,
    umask: ports.umask,
    lanes: 1,
    lookers: 1,
    scouted: false,
    vaults: [{
      root: session.request.root,
      far: false,
      info: session.vault.info,
      stamp: session.stamp,
      first: session.isFirst,
      index: undefined,
      believed: session.believed,
      contents: session.contents,
      blocks: undefined,
      looks: undefined,
    }],
  };
  const run = makeRun(setup, 0, session.vault, session.catalog, session);
  const planner = new DryRunReport(ports, run, new Lane(laneContext(ports, setup, [run])));
  await planner.walk(request.filtered ? askFilter(ports) : undefined);
  countMoves(session, planner.moves, request.share);
  const summary = summaryOf(session, (ports.clock.now() - started) / 1000);
  const guard = request.allowMassChange || session.isFirst
    ? undefined
    : guardOf(session, () => planner.reallyMoved(), request.source);
  if (guard !== undefined) {
    session.notes.push(
      text("guard.would-stop", { problem: guard.message, hint: guard.hint ?? "" }),
    );
  }
  for (const message of [...movedTexts(planner.moves), ...session.notes]) {
    ports.emit({ message_type: "note", message, path: session.request.given });
  }
  ports.emit({ message_type: "summary", ...summary.message, dry_run: true });
}

/** What moved shares its bytes with the mark of its old path, as far as size and time tell. */
function countMoves({ counts }: BackupRun, moves: ForetoldMoves, share?: ShareMode): void {
  counts.files_moved = moves.count;
  if (share === "never") return;
  counts.bytes_shared += moves.shared;
  counts.bytes_added -= moves.shared;
}

/** So many directories are told of. */
const MOST_TOLD = 20;

/** What moved from where to where, by directories. */
function movedTexts(moves: ForetoldMoves): string[] {
  const dirs = moves.directories();
  const lines = dirs.slice(0, MOST_TOLD).map(({ from, to, n }) =>
    text("share.moved", {
      from: from === "" ? "./" : `${from}/`,
      to: to === "" ? "./" : `${to}/`,
      n,
    })
  );
  const more = dirs.slice(MOST_TOLD).reduce((sum, { n }) => sum + n, moves.elsewhere);
  return more === 0 ? lines : [...lines, text("share.moved-more", { n: more })];
}

/** The guard that the run itself would meet: the plan has counted what it looks at. */
function guardOf(
  { counts: c, catalog }: BackupRun,
  reallyMoved: () => number,
  source: string,
): HikaeError | undefined {
  const changed = c.files_changed + c.files_deleted;
  const kept = c.files_new + c.files_changed + c.files_unmodified + c.files_attrs +
    c.files_repaired + c.files_excluded;
  const living = countLiving(catalog, "");
  const found = { files: kept, blind: c.errors > 0, sure: changed, unsure: 0, living };
  const census = {
    added: c.files_new,
    changed: c.files_changed,
    gone: c.files_deleted,
    moved: 0,
  };
  // what seems to have moved is read only where it matters
  return trippedGuard(found, census, source) &&
    trippedGuard(found, { ...census, moved: reallyMoved() }, source);
}

/** A change, or what holds more of them, with its path below the directory that it was met in. */
interface Item {
  key: string;
  change?: ChangeMessage;
  /** A directory of the source to compare. */
  visit?: string;
  /** A directory of the vault that is gone, to list. */
  gone?: string;
}

/** Tells changes in the order of their paths, and holds no more of them than the directories on the way have. */
class DryRunReport {
  readonly #run: LaneVault;
  readonly #lane: Lane;
  readonly #held: HeldChanges;
  #items: Item[] = [];
  readonly moves = new ForetoldMoves(true);

  constructor(ports: EnginePorts, run: LaneVault, lane: Lane) {
    this.#run = run;
    this.#lane = lane;
    this.#held = new HeldChanges(lane, this.moves, (change) => ports.emit(change));
  }

  /** How many moved, reckoned from those that were read. */
  reallyMoved(): number {
    const samples = this.moves.samples();
    if (samples.length === 0) return this.moves.count;
    const same = samples.filter((sample) => isMoved(this.#lane.context, sample)).length;
    return Math.floor(this.moves.count * same / samples.length);
  }

  async walk(ask: AskFilter | undefined): Promise<void> {
    await this.#walk(ask);
    this.#held.release();
  }

  async #walk(ask: AskFilter | undefined): Promise<void> {
    if (ask === undefined) return await this.#emitInOrder([{ key: "", visit: "" }]);
    // directories are read ahead, and so come in no order: their changes wait for the end
    const held: Item[] = [];
    await walkFiltered(this.#lane, ask, async (path, read) => {
      const { items, subdirs } = await this.#visit(path, read);
      for (const item of items) {
        if (item.visit === undefined) held.push({ ...item, key: joinRel(path, item.key) });
      }
      return subdirs;
    });
    await this.#emitInOrder(held);
  }

  async #emitInOrder(first: Item[]): Promise<void> {
    const stack: Item[] = [];
    const put = (items: Item[]): void => {
      items.sort((a, b) => compareUtf8(b.key, a.key));
      for (const item of items) stack.push(item);
    };
    put(first);
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      if (item.change !== undefined) this.#held.take(item.change);
      if (item.visit !== undefined) put((await this.#visit(item.visit)).items);
      if (item.gone !== undefined) put(this.#listGone(item.gone));
    }
  }

  async #visit(
    path: string,
    ahead?: SourceRead,
  ): Promise<{ items: Item[]; subdirs: string[] }> {
    const read = ahead ?? await this.#lane.readAtBest(path);
    const compared = this.#lane.compare(path, { read }, false);
    this.#lane.speak(compared);
    this.#items = [];
    for (const { work } of compared.vaults) {
      if (work === undefined || compared.source === undefined) continue;
      const unsure = await this.#unsureIn(compared.source, work.plan);
      for (const step of work.plan.steps) {
        if (!isGone(step) || !isKept(step, compared.source, unsure)) this.#step(path, step);
      }
    }
    const items = oneOfEach(this.#items);
    const start = path === "" ? 0 : path.length + 1;
    for (const below of compared.subdirs) {
      items.push({ key: `${below.slice(start)}/`, visit: below });
    }
    return { items, subdirs: compared.subdirs };
  }

  /** What the run would not take for gone: it looks at the directory once more, and so is it done here. */
  async #unsureIn(source: SourceDir, { steps, cameSome }: DirPlan): Promise<ReadonlySet<string>> {
    const names = new Set([...steps.others()].filter(isGone).map(({ known }) => known.name));
    if (names.size === 0 && !(cameSome && mayLackSome(this.#lane.context.view, source))) {
      return names;
    }
    const added = (): string[] => [...steps].filter(isNew).map((step) => step.source.name);
    const seen = await lookAgain(this.#lane.context.view, source, names, added);
    for (const trouble of seen.troubles) this.#lane.report(trouble);
    return seen.unsure;
  }

  #step(dir: string, step: CompareStep): void {
    const { counts } = this.#run;
    if (step.act === "add") this.#arrive(dir, step.source, "files_new", "+");
    else if (step.act === "repair") this.#arrive(dir, step.source, "files_repaired", "M");
    else if (step.act === "update") this.#update(dir, step);
    else if (step.act === "attrs") counts.files_attrs++;
    else if (step.act === "addDir") {
      counts.dirs_new++;
      this.#change(dir, step.source.name, "dir", "+");
    } else if (step.act === "delete") {
      counts.files_deleted++;
      const { name, size, mtime, hash } = step.known;
      this.moves.gone(joinRel(dir, name), size, mtime, hash);
      this.#change(dir, step.known.name, fileType(step.known.type), "-", size);
    } else this.#goneDir(dir, step.known.name);
  }

  #arrive(
    dir: string,
    source: SourceEntry,
    count: "files_new" | "files_repaired",
    modifier: "+" | "M",
  ): void {
    this.#run.counts[count]++;
    if (count === "files_new") this.moves.added(joinRel(dir, source.name), source);
    this.#run.counts.bytes_added += source.info.size;
    this.#change(dir, source.name, fileType(source.type), modifier, source.info.size);
  }

  #update(dir: string, step: Extract<CompareStep, { act: "update" }>): void {
    const { counts } = this.#run;
    const path = joinRel(dir, step.source.name);
    const changed = step.sure ||
      hasChanged(this.#lane.context, path, step, (t) => this.#lane.report(t));
    // what the run cannot read it leaves as it is
    if (changed === undefined) return;
    if (!changed) {
      const { info } = step.source;
      const same = info.mtime === step.known.mtime && info.mode === step.known.mode &&
        info.uid === step.known.uid && info.gid === step.known.gid;
      counts[same ? "files_unmodified" : "files_attrs"]++;
      return;
    }
    counts.files_changed++;
    counts.bytes_added += step.source.info.size;
    this.#change(
      dir,
      step.source.name,
      fileType(step.source.type),
      step.source.type === step.known.type ? "M" : "T",
      step.source.info.size,
    );
  }

  #goneDir(dir: string, name: string): void {
    this.#run.counts.dirs_deleted++;
    this.#change(dir, name, "dir", "-");
    this.#items.push({ key: `${name}/`, gone: joinRel(dir, name) });
  }

  #listGone(path: string): Item[] {
    const { counts, catalog } = this.#run;
    this.#items = [];
    for (const v of catalog?.livingIn(path) ?? []) {
      if (v.name === "") continue;
      if (v.type === "dir") this.#goneDir(path, v.name);
      else {
        counts.files_deleted++;
        this.moves.gone(joinRel(path, v.name), v.size ?? -1, v.mtime ?? Number.NaN, v.hash);
        this.#change(path, v.name, v.type, "-", v.size);
      }
    }
    return this.#items;
  }

  #change(
    dir: string,
    name: string,
    type: ChangeMessage["type"],
    modifier: ChangeMessage["modifier"],
    size?: number | null,
  ): void {
    const change: ChangeMessage = {
      message_type: "change",
      path: joinRel(dir, name),
      type,
      modifier,
      ...(typeof size === "number" ? { size } : {}),
    };
    this.#items.push({ key: name, change });
  }
}

/** What goes and what comes in its place are one change of type, as `diff` will tell it. */
function oneOfEach(items: readonly Item[]): Item[] {
  const gone = new Set(items.flatMap((i) => i.change?.modifier === "-" ? [i.key] : []));
  const replaced = new Set<string>();
  for (const { key, change } of items) {
    if (change?.modifier !== "+" || !gone.has(key)) continue;
    change.modifier = "T";
    replaced.add(key);
  }
  return items.filter((i) => i.change?.modifier !== "-" || !replaced.has(i.key));
}

function fileType(type: string): "file" | "link" {
  return type === "link" ? "link" : "file";
}
