/** A backup from its first look to its summaries (spec §1; design, *Never lose anything*). @module */

import { systemText } from "../../base/system_text.ts";
import { errorCode, HikaeError } from "../../base/errors.ts";
import { wholeSourceStep } from "../../base/next_step.ts";
import { text } from "../../text/text.ts";
import type { Pool } from "../crew/pool.ts";
import { checkCancelled, type EnginePorts, lanesOf, lookersOf } from "../ports.ts";
import type { Census } from "./compare/census.ts";
import { enoughLiving, looksTripped, mayTrip, trippedGuard } from "./compare/guards.ts";
import { type AskFilter, askFilter, readFiltered } from "./filtered.ts";
import { Lane } from "./lane.ts";
import type { LaneFindings } from "./look_result.ts";
import type { LaneJob } from "./lane_job.ts";
import { lanePool } from "./lane_pool.ts";
import type { Task } from "./lane_task.ts";
import { laneContext, type LaneSetup, makeRun, sourceView } from "./make_lane.ts";
import { storeFailure } from "./failures.ts";
import type { BackupRequest } from "./request.ts";
import { BackupRun } from "./backup_run.ts";
import type { LaneVault } from "./lane_vault.ts";
import { type ChangedDir, lookedTasks } from "./look_result.ts";
import { eachSeenFar } from "./run_tasks.ts";
import { oncePerPattern, onDisk } from "../source/rules.ts";
import { assertListed } from "../source/source_dir.ts";
import { sendScout } from "./scout_server.ts";
import { type BackupSummary, summaryOf } from "./counts.ts";
import { countLiving, countSomeLiving } from "../../vault/history/paths.ts";

/** How a vault fared. */
export interface VaultOutcome {
  vault: string;
  stamp: string | undefined;
  /** The vault's id; undefined where it could not be opened. */
  id?: string | undefined;
  errors: number;
  failed: HikaeError | undefined;
}

/** Runs a backup; gives an outcome per vault. Throws when nothing can be done at all (`source_missing`). */
export async function backup(
  given: EnginePorts,
  asked: BackupRequest,
): Promise<VaultOutcome[]> {
  const ports = { ...given, emit: oncePerPattern(given.emit) };
  const started = ports.clock.now();
  const device = checkSource(ports, asked);
  const request = onDisk(ports, asked);
  // a copy of then has the time of then
  const at = request.imported?.at ?? started;
  const sessions = request.vaults.map((v) => new BackupRun(ports, request, v, at));
  try {
    for (const s of sessions) await open(ports, s);
    const active = (): BackupRun[] => sessions.filter((s) => s.failed === undefined);
    if (active().length > 0) {
      const work = new BackupWork(withLanes(ports, active()), request, active(), started, device);
      await work.run();
    }
    await finishAll(ports, sessions, started);
    return sessions.map(outcomeOf);
  } finally {
    for (const s of sessions) s.close();
  }
}

/** Other threads cannot ask an index that is in memory: the engine's own then works alone, and says so. */
function withLanes(ports: EnginePorts, sessions: readonly BackupRun[]): EnginePorts {
  const alone = sessions.filter((s) => !s.isFirst && s.indexPath === undefined);
  if (alone.length === 0 || ports.lanes === undefined) return ports;
  for (const s of alone) s.notes.push(text("index.in-memory"));
  const { lanes: _lanes, ...rest } = ports;
  return rest;
}

/** How a session ended. */
export function outcomeOf(s: BackupRun): VaultOutcome {
  return {
    vault: s.request.given,
    stamp: s.stamp,
    id: s.isOpen ? s.vault.info.id : undefined,
    errors: s.counts.errors + (s.freshness?.files_damaged ?? 0),
    failed: s.failed === undefined ? undefined : asError(s.failed, s.request.root),
  };
}

/** The source must be there and be readable before any vault is touched; gives its device. */
export function checkSource(ports: EnginePorts, request: BackupRequest): number {
  try {
    const info = ports.fs.lstat(request.source);
    if (info.type !== "dir") {
      throw Object.assign(new Error("it is not a directory"), { code: "ENOTDIR" });
    }
    assertListed(ports.fs, request.source, info);
    return info.dev;
  } catch (cause) {
    throw new HikaeError("source_missing", text("source.read", { problem: systemText(cause) }), {
      path: request.source,
      hint: wholeSourceStep(errorCode(cause)) ?? text("source.read-hint"),
      cause,
    });
  }
}

/** What fails one vault does not fail the others. */
function attemptRun<T>(run: LaneVault, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    run.failed ??= asError(error, run.vault.root);
    return undefined;
  }
}

/**
 * Opens a vault, and has it remembered before anything is copied: whatever ends this run, the next one from this
 * machine is to tell a vault that is not plugged in from a new one.
 */
async function open(ports: EnginePorts, session: BackupRun): Promise<void> {
  const { root, known } = session.request;
  try {
    await session.open();
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    session.failed = error;
  } finally {
    if (!known && session.isOpen) await ports.ask?.({ name: "met", asked: root });
  }
}

/** Anything that ended a vault's part, as an error with an id. */
export function asError(error: unknown, path: string): HikaeError {
  if (error instanceof HikaeError) return error;
  return storeFailure("store", path, error);
}

/** Trouble here leaves each run as it ended; gives the interruption, if there was one. */
async function verifyAll(sessions: readonly BackupRun[]): Promise<unknown> {
  for (const s of sessions) {
    if (s.failed !== undefined) continue;
    try {
      await s.verify();
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") return error;
      s.notes.push(text("backup.not-verified", { problem: systemText(error) }));
    }
  }
  return undefined;
}

/** What the check after the run adds to the summary. */
function freshnessOf({ freshness, counts }: BackupRun): Record<string, unknown> {
  if (freshness === undefined) return {};
  return { ...freshness, errors: counts.errors + freshness.files_damaged };
}

async function finishAll(
  ports: EnginePorts,
  sessions: readonly BackupRun[],
  started: number,
): Promise<void> {
  const summaries = new Map<BackupRun, BackupSummary>();
  for (const s of sessions) {
    if (s.failed !== undefined) continue;
    const summary = summaryOf(s, (ports.clock.now() - started) / 1000);
    summaries.set(s, summary);
    try {
      await s.finish(summary.record);
    } catch (error) {
      s.failed = error;
    }
  }
  // only now: what a kill cuts off here is no backup
  const interrupted = await verifyAll(sessions);
  for (const s of sessions) {
    const summary = summaries.get(s);
    for (const message of summary === undefined ? [] : s.notes) {
      ports.emit({ message_type: "note", message, path: s.request.given });
    }
    if (summary !== undefined && s.failed === undefined) {
      const { errors } = s.counts;
      ports.emit({
        message_type: "summary",
        ...summary.message,
        errors,
        ...s.attributes,
        ...freshnessOf(s),
      });
      continue;
    }
    const e = asError(s.failed, s.request.root);
    ports.emit({
      message_type: "error",
      path: e.path ?? s.request.root,
      during: "backup",
      code: e.id,
      message: e.message,
      vault: s.request.given,
      ...(e.hint === undefined ? {} : { hint: e.hint }),
    });
  }
  if (interrupted !== undefined) throw interrupted;
}

/** The walk: a look first where a vault has history, then the writing. */
class BackupWork {
  readonly #ports: EnginePorts;
  readonly #setup: LaneSetup;
  readonly #sessions: readonly BackupRun[];
  readonly #runs: LaneVault[];
  readonly #lane: Lane;
  readonly #pool: Pool<LaneJob>;
  readonly #ask: AskFilter | undefined;

  constructor(
    ports: EnginePorts,
    request: BackupRequest,
    sessions: readonly BackupRun[],
    look: number,
    device: number,
  ) {
    this.#ports = ports;
    this.#sessions = sessions;
    const setup = this.#setup = {
      ...setupOf(request, sessions, look, device, ports.umask),
      lanes: lanesOf(ports),
      lookers: lookersOf(ports),
      scouted: ports.scout !== undefined && isScouted(request, sessions),
    };
    this.#runs = sessions.map((s, i) => makeRun(setup, i, s.vault, s.catalog, s));
    if (setup.scouted && ports.scout !== undefined) sendScout(ports.scout, setup);
    for (const run of this.#runs) {
      attemptRun(run, () => run.catalog?.beginReading());
    }
    this.#lane = new Lane(laneContext(ports, setup, this.#runs, ports.lanes?.board));
    this.#ask = request.filtered ? askFilter(ports) : undefined;
    this.#pool = lanePool(
      { own: this.#lane, runs: this.#runs, sessions, setup, ask: this.#ask },
      ports,
    );
  }

  async run(): Promise<void> {
    try {
      await this.#passes();
      await this.#pool.end();
    } catch (error) {
      // no lane may go on writing when the lock is let go
      this.#ports.cancel();
      await this.#pool.quiesce();
      throw error;
    }
    for (const [i, s] of this.#sessions.entries()) {
      s.countMoved();
      s.blocks ??= this.#runs[i]?.sharing?.blocks;
    }
  }

  async #passes(): Promise<void> {
    const root: Task[] = [{ path: "", looked: false, fresh: false }];
    const anyFirst = this.#sessions.some((s) => s.isFirst);
    const allFirst = this.#sessions.every((s) => s.isFirst);
    const found = allFirst ? undefined : await this.#pool.pass("look", [...root]);
    if (found !== undefined) {
      if (!this.#setup.scouted) this.#ports.progress.totalKnown();
      await this.#guardAll(found);
    }
    this.#sessions.forEach((s, i) => {
      const run = this.#runs[i];
      if (run === undefined || run.failed !== undefined) return;
      try {
        s.start(this.#setup.startedMs);
      } catch (error) {
        run.failed = error;
      }
    });
    if (this.#runs.every((run) => run.failed !== undefined)) {
      // nothing will be written that would tell of it
      for (const trouble of found?.untold ?? []) this.#lane.report(trouble);
    } else if (anyFirst || found === undefined) {
      this.#readyToWrite();
      await this.#pool.pass("writeAll", [...root]);
    } else if (found.changed.length > 0) {
      this.#readyToWrite();
      await this.#pool.pass("write", lookedTasks(found));
    }
  }

  /** What only a run that writes asks of the disk; all lanes are told. */
  #readyToWrite(): void {
    if (this.#setup.request.windows) return;
    const into = this.#sessions.filter((_, i) => this.#runs[i]?.failed === undefined);
    // the bits that any of the disks takes: a mode that is set where it is right already does no harm
    if (into.length === 0) return;
    this.#lane.context.read.umask = into.reduce((bits, session) => bits | session.probeUmask(), 0);
  }

  async #guardAll(found: LaneFindings): Promise<void> {
    if (this.#setup.request.allowMassChange) return;
    for (const [i, run] of this.#runs.entries()) {
      const totals = found.totals[i];
      const { catalog, failed } = run;
      if (totals === undefined || catalog === undefined || failed !== undefined) continue;
      if (!mayTrip(totals)) continue;
      const some = attemptRun(run, () => countSomeLiving(catalog, enoughLiving(totals)));
      if (some === undefined || !looksTripped({ ...totals, living: some })) continue;
      const living = attemptRun(run, () => countLiving(catalog, ""));
      if (living === undefined) continue;
      const t = { ...totals, living };
      const census = await this.#count(run, found.changed);
      run.failed = trippedGuard(t, census, this.#setup.request.source);
    }
  }

  /** Counts all that the run would do: a mass `touch` is no mass change, and no folder that was renamed is. */
  async #count(run: LaneVault, changed: readonly ChangedDir[]): Promise<Census> {
    const ask = this.#ask;
    const lane = this.#lane;
    const { Counting } = await import("./compare/census.ts");
    const { hasChanged, isMoved } = await import("./copy/content_check.ts");
    await lane.ready();
    const counting = new Counting(
      run,
      sourceView(this.#ports, this.#setup),
      () => checkCancelled(this.#ports),
      (path, step) => hasChanged(lane.context, path, step) === true,
      (sample) => isMoved(lane.context, sample),
    );
    const count = async ({ path, mirrors, without }: ChangedDir): Promise<void> => {
      const read = ask === undefined ? undefined : await readFiltered(lane, path, ask);
      const { source, vaults } = lane.compare(path, { read, mirrors, without }, true);
      for (const { run: of, work } of vaults) {
        if (of === run && work !== undefined && source !== undefined) {
          await counting.add(source, work.plan);
        }
      }
    };
    if (lane.seesAhead) await eachSeenFar(lane, changed, count);
    else for (const dir of changed) await count(dir);
    return counting.result();
  }
}

/** Where all is read and nothing looked at first, the total comes from a scout. */
function isScouted(request: BackupRequest, sessions: readonly BackupRun[]): boolean {
  return request.watched === true && !request.filtered &&
    (request.checksum || sessions.every((s) => s.isFirst));
}

function setupOf(
  request: BackupRequest,
  sessions: readonly BackupRun[],
  startedMs: number,
  device: number,
  umask: number,
): Omit<LaneSetup, "scouted" | "lanes" | "lookers"> {
  return {
    request,
    device,
    startedMs,
    umask,
    vaults: sessions.map((s) => ({
      root: s.request.root,
      far: s.request.far === true,
      info: s.vault.info,
      stamp: s.stamp,
      first: s.isFirst,
      index: s.indexPath,
      believed: s.believed,
      contents: s.contents,
      blocks: s.blocks,
      looks: s.looks,
      ...(s.vault.held === undefined
        ? {}
        : { held: { holder: s.vault.held.holder, file: s.vault.held.file } }),
    })),
  };
}
