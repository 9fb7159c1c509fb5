/** A backup from its first look to its summaries (spec §1; design, *Never lose anything*). @module */

import {
  errorCode,
  HikaeError,
  messageOf,
  type PlainError,
  toPlainError,
} from "../../base/errors.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Tree } from "../../vault/tree.ts";
import { compileRules } from "./rules.ts";
import { isMass, trippedGuard } from "./guards.ts";
import { Lane, type LaneContext, type Looked } from "./lane.ts";
import type { BackupRequest } from "./request.ts";
import { VaultSession } from "./session.ts";
import { VaultRun } from "./vault_run.ts";
import { summaryOf } from "./summary.ts";
import { vaultsInside } from "./inside.ts";

/** Files up to this size are read whole, hashed, and written from memory. */
const BUFFER = 4 << 20;

/** How a vault fared. */
export interface VaultOutcome {
  vault: string;
  stamp: string | undefined;
  errors: number;
  failed: HikaeError | undefined;
}

/** Runs a backup; gives an outcome per vault. Throws when nothing can be done at all (`source_missing`). */
export async function backup(ports: EnginePorts, request: BackupRequest): Promise<VaultOutcome[]> {
  const started = ports.clock.now();
  const device = checkSource(ports, request);
  const sessions = request.vaults.map((v) => new VaultSession(ports, request, v));
  try {
    for (const s of sessions) attempt(s, () => s.open());
    const active = (): VaultSession[] => sessions.filter((s) => s.failed === undefined);
    if (active().length > 0) {
      const work = new BackupWork(ports, request, active(), started, device);
      await work.run();
    }
    await finishAll(ports, sessions, started);
    return sessions.map(outcomeOf);
  } finally {
    for (const s of sessions) s.close();
  }
}

/** How a session ended. */
export function outcomeOf(s: VaultSession): VaultOutcome {
  return {
    vault: s.request.given,
    stamp: s.stamp,
    errors: s.counts.errors,
    failed: s.failed === undefined ? undefined : asError(s.failed, s.request.root),
  };
}

/** An outcome as it travels to main. */
export type PlainOutcome = Omit<VaultOutcome, "failed"> & { failed: PlainError | undefined };

/** {@link backup}, or its plan, for a caller in another thread. */
export async function backupCommand(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<PlainOutcome[]> {
  const run = request.plan ? (await import("./dry_run.ts")).planBackup : backup;
  const outcomes = await run(ports, request);
  return outcomes.map((o) => ({
    ...o,
    failed: o.failed === undefined ? undefined : toPlainError(o.failed),
  }));
}

/** The source must be there and be readable before any vault is touched; gives its device. */
export function checkSource(ports: EnginePorts, request: BackupRequest): number {
  try {
    const info = ports.fs.lstat(request.source);
    if (info.type !== "dir") {
      throw Object.assign(new Error("it is not a directory"), { code: "ENOTDIR" });
    }
    ports.fs.list(request.source);
    return info.dev;
  } catch (cause) {
    throw new HikaeError("source_missing", `read source: ${messageOf(cause)}`, {
      path: request.source,
      hint: "see that the directory is there and can be read; no vault was touched",
      cause,
    });
  }
}

function attempt(session: VaultSession, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    session.failed = error;
  }
}

/** Anything that ended a vault's part, as an error with an id. */
export function asError(error: unknown, path: string): HikaeError {
  if (error instanceof HikaeError) return error;
  const full = errorCode(error) === "ENOSPC" || errorCode(error) === "EDQUOT";
  return new HikaeError(
    "failed",
    `store: ${full ? "the disk of the vault is full" : messageOf(error)}`,
    {
      path,
      hint: full
        ? "make room, for example with hikae prune or hikae cleanup, and run the backup again"
        : "the vault is valid; see that its disk is well and run the backup again",
      cause: error,
    },
  );
}

async function finishAll(
  ports: EnginePorts,
  sessions: readonly VaultSession[],
  started: number,
): Promise<void> {
  for (const s of sessions) {
    if (s.failed === undefined) {
      const seconds = (ports.clock.now() - started) / 1000;
      const summary = summaryOf(s, seconds);
      try {
        await s.finish(summary.record);
      } catch (error) {
        s.failed = error;
      }
      for (const message of s.notes) {
        ports.emit({ message_type: "note", message, path: s.request.given });
      }
      if (s.failed === undefined) {
        ports.emit({ message_type: "summary", ...summary.message });
        continue;
      }
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
}

/** The walk: a look first where a vault has history, then the writing. */
class BackupWork {
  readonly #ports: EnginePorts;
  readonly #request: BackupRequest;
  readonly #sessions: readonly VaultSession[];
  readonly #runs: VaultRun[];
  readonly #lane: Lane;

  constructor(
    ports: EnginePorts,
    request: BackupRequest,
    sessions: readonly VaultSession[],
    look: number,
    device: number,
  ) {
    this.#ports = ports;
    this.#request = request;
    this.#sessions = sessions;
    this.#runs = sessions.map((s) =>
      new VaultRun(s.vault, s.isFirst ? undefined : s.catalog, {
        stamp: s.stamp,
        look,
        maxGenerations: request.maxGenerations,
        flush: request.flush,
        windows: request.windows,
      }, s)
    );
    this.#lane = new Lane(laneContext(ports, request, this.#runs, device));
    this.#look = look;
  }

  readonly #look: number;

  async run(): Promise<void> {
    const first = this.#runs.some((_, i) => this.#sessions[i]?.isFirst);
    const changed = first && this.#sessions.length === 1 ? [""] : await this.#lookAll();
    for (const [i, s] of this.#sessions.entries()) {
      const run = this.#runs[i];
      if (run === undefined || run.failed !== undefined) continue;
      try {
        s.start(this.#look);
      } catch (error) {
        run.failed = error;
      }
    }
    await this.#writeAll(first ? [""] : changed);
    for (const [i, s] of this.#sessions.entries()) {
      const run = this.#runs[i];
      if (run === undefined) continue;
      s.add(run.counts);
      s.special.push(...run.special);
      s.failed ??= run.failed;
    }
  }

  /** Looks at the whole source for the vaults that have history; gives the directories that changed for any. */
  async #lookAll(): Promise<string[]> {
    const totals = this.#runs.map((run) => ({
      files: 0,
      blind: false,
      sure: 0,
      unsure: 0,
      living: run.catalog?.countLiving("") ?? 0,
    }));
    const changed: string[] = [];
    const stack = [""];
    const looked: Looked[] = this.#runs.map(() => ({
      changed: false,
      sure: 0,
      unsure: 0,
      files: 0,
      blind: false,
    }));
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      for (const d of this.#lane.look(path, looked).reverse()) stack.push(d);
      looked.forEach((l, i) => {
        const t = totals[i];
        if (t === undefined) return;
        t.files += l.files;
        t.blind ||= l.blind;
        t.sure += l.sure;
        t.unsure += l.unsure;
      });
      if (looked.some((l) => l.changed)) changed.push(path);
    }
    await Promise.resolve();
    this.#guardAll(totals, changed);
    return changed;
  }

  #guardAll(
    totals: readonly Parameters<typeof trippedGuard>[0][],
    changed: readonly string[],
  ): void {
    if (this.#request.allowMassChange) return;
    this.#runs.forEach((run, i) => {
      const t = totals[i];
      if (t === undefined || run.catalog === undefined || run.failed !== undefined) return;
      const possible = t.sure + t.unsure;
      const real = isMass(possible, t.living) && !isMass(t.sure, t.living)
        ? t.sure + this.#countChanged(run, changed)
        : possible;
      run.failed = trippedGuard(t, real, this.#request.source);
    });
  }

  /** How many of the files whose times changed have other content: a mass `touch` is no mass change. */
  #countChanged(run: VaultRun, changed: readonly string[]): number {
    let n = 0;
    for (const path of changed) {
      for (const p of this.#lane.plan(path)?.plans ?? []) {
        if (p.run !== run) continue;
        for (const step of p.plan.steps) {
          if (step.act !== "update" || step.sure || step.source.type !== "file") continue;
          const file = path === "" ? step.source.name : `${path}/${step.source.name}`;
          if (this.#lane.hash(file, step.source) !== step.known.hash) n++;
        }
      }
    }
    return n;
  }

  async #writeAll(paths: readonly string[]): Promise<void> {
    const stack = [...paths].reverse();
    // a whole walk meets no directory twice; a list of changed ones may, through a new parent
    const done = paths.length === 1 ? undefined : new Set<string>();
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      if (done?.has(path)) continue;
      done?.add(path);
      for (const d of (await this.#lane.write(path)).reverse()) stack.push(d);
    }
  }
}

/** What a lane in this thread works with. */
export function laneContext(
  ports: EnginePorts,
  request: BackupRequest,
  runs: readonly VaultRun[],
  device: number,
): LaneContext {
  const check = (): void => checkCancelled(ports);
  return {
    view: {
      fs: ports.fs,
      tree: new Tree(request.source, ports.separator),
      rules: compileRules(request.rules, vaultsInside(request, ports.separator)),
      device,
    },
    runs,
    read: {
      fs: ports.fs,
      newHash: ports.newHash,
      hashOf: ports.hashOf,
      buffer: new Uint8Array(BUFFER),
      check,
      progress: (bytes) => ports.progress.done(0, bytes),
      umask: ports.umask,
      flush: request.flush,
    },
    checksum: request.checksum,
    trouble: (t) => {
      ports.progress.error();
      ports.emit({ message_type: "error", ...t });
    },
    check,
    seen: (files, bytes) => ports.progress.found(files, bytes),
  };
}
