/** What a backup would do: the same comparison, rendered as `change` lines instead of carried out. @module */

import { HikaeError } from "../../base/errors.ts";
import { joinRel } from "../../base/relpath.ts";
import type { EnginePorts } from "../ports.ts";
import { checkSource, outcomeOf, type VaultOutcome } from "./backup.ts";
import { laneContext, makeRun } from "./lane_setup.ts";
import type { Step } from "./compare.ts";
import { type AskFilter, walkFiltered } from "./filtered.ts";
import { Lane, type SourceRead } from "./lane.ts";
import type { BackupRequest } from "./request.ts";
import { VaultSession } from "./session.ts";
import type { SourceEntry } from "./source_dir.ts";
import { loadRules } from "./rules.ts";
import { summaryOf } from "./summary.ts";
import type { VaultRun } from "./vault_run.ts";

/** Plans a backup vault by vault and writes nothing. */
export async function planBackup(
  ports: EnginePorts,
  request: BackupRequest,
): Promise<VaultOutcome[]> {
  const device = checkSource(ports, request);
  await loadRules(request.rules);
  const outcomes: VaultOutcome[] = [];
  for (const vault of request.vaults) {
    const session = new VaultSession(ports, request, vault);
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
        ...(hint === undefined ? {} : { hint }),
      });
    }
    outcomes.push(outcome);
  }
  return outcomes;
}

async function planVault(
  ports: EnginePorts,
  request: BackupRequest,
  session: VaultSession,
  device: number,
): Promise<void> {
  const started = ports.clock.now();
  session.look();
  const setup = {
    request: { ...request, flush: false },
    device,
    look: started,
    umask: ports.umask,
    scouted: false,
    vaults: [{
      root: session.request.root,
      info: session.vault.info,
      stamp: session.stamp,
      first: session.isFirst,
    }],
  };
  const run = makeRun(setup, 0, session.vault, session.catalog, session);
  const planner = new Planner(ports, run, new Lane(laneContext(ports, setup, [run])));
  await planner.walk(request.filtered ? ports.ask as AskFilter : undefined);
  session.add(run.counts);
  session.special.push(...run.special);
  const summary = summaryOf(session, (ports.clock.now() - started) / 1000);
  ports.emit({ message_type: "summary", ...summary.message, dry_run: true });
}

class Planner {
  readonly #ports: EnginePorts;
  readonly #run: VaultRun;
  readonly #lane: Lane;

  constructor(ports: EnginePorts, run: VaultRun, lane: Lane) {
    this.#ports = ports;
    this.#run = run;
    this.#lane = lane;
  }

  async walk(ask: AskFilter | undefined): Promise<void> {
    if (ask !== undefined) {
      return await walkFiltered(this.#lane, ask, (p, read) => this.#visit(p, read));
    }
    const stack = [""];
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      for (const below of this.#visit(path).reverse()) stack.push(below);
    }
  }

  #visit(path: string, read?: SourceRead): string[] {
    const prepared = this.#lane.plan(path, false, read);
    if (prepared === undefined) return [];
    for (const { plan } of prepared.plans) {
      for (const step of plan.steps) this.#step(prepared.source.path, step);
    }
    return prepared.subdirs;
  }

  #step(dir: string, step: Step): void {
    const { counts } = this.#run;
    if (step.act === "add") this.#arrive(dir, step.source, "files_new", "+");
    else if (step.act === "repair") this.#arrive(dir, step.source, "files_repaired", "M");
    else if (step.act === "update") this.#update(dir, step);
    else if (step.act === "attrs") counts.files_attrs++;
    else if (step.act === "addDir") {
      counts.dirs_new++;
      this.#change(joinRel(dir, step.source.name), "dir", "+");
    } else if (step.act === "delete") {
      counts.files_deleted++;
      this.#change(joinRel(dir, step.known.name), fileType(step.known.type), "-");
    } else this.#deleteTree(joinRel(dir, step.known.name));
  }

  #arrive(
    dir: string,
    source: SourceEntry,
    count: "files_new" | "files_repaired",
    modifier: "+" | "M",
  ): void {
    this.#run.counts[count]++;
    this.#run.counts.bytes_added += source.info.size;
    this.#change(joinRel(dir, source.name), fileType(source.type), modifier);
  }

  #update(dir: string, step: Extract<Step, { act: "update" }>): void {
    const { counts } = this.#run;
    const path = joinRel(dir, step.source.name);
    if (!step.sure && this.#isSame(path, step)) {
      const { info } = step.source;
      const same = info.mtime === step.known.mtime && info.mode === step.known.mode &&
        info.uid === step.known.uid && info.gid === step.known.gid;
      counts[same ? "files_unmodified" : "files_attrs"]++;
      return;
    }
    counts.files_changed++;
    counts.bytes_added += step.source.info.size;
    this.#change(
      path,
      fileType(step.source.type),
      step.source.type === step.known.type ? "M" : "T",
    );
  }

  #isSame(path: string, step: Extract<Step, { act: "update" }>): boolean {
    return step.source.type === "link"
      ? this.#lane.hashLink(path) === step.known.hash
      : this.#lane.hash(path, step.source) === step.known.hash;
  }

  #deleteTree(path: string): void {
    const { counts, catalog } = this.#run;
    for (const v of catalog?.livingIn(path) ?? []) {
      if (v.name === "") continue;
      const below = joinRel(path, v.name);
      if (v.type === "dir") this.#deleteTree(below);
      else {
        counts.files_deleted++;
        this.#change(below, v.type, "-");
      }
    }
    counts.dirs_deleted++;
    this.#change(path, "dir", "-");
  }

  #change(path: string, type: "file" | "dir" | "link", modifier: "+" | "-" | "M" | "T"): void {
    this.#ports.emit({ message_type: "change", path, type, modifier });
  }
}

function fileType(type: string): "file" | "link" {
  return type === "link" ? "link" : "file";
}
