/** `hikae prune` and `hikae delete`: forget snapshots, and the versions that only they needed. @module */

import { systemText } from "../../base/system_text.ts";

import { defined } from "../../base/defined.ts";
import type { DecisionMessage } from "../../base/event.ts";
import { joinRel } from "../../base/relpath.ts";
import type { Stamp } from "../../base/stamp.ts";
import type { EnginePorts } from "../ports.ts";
import { forget, knownStamp, recordsToForget } from "./forget.ts";
import { askProtected } from "./protect.ts";
import { type DeleteRequest, planDelete } from "./delete_plan.ts";
import { planPrune, type PruneRequest, type ThinPlan } from "./prune_plan.ts";
import { freedBy, planEntries, type Removal, removeVersions } from "./removal.ts";
import { type MaintainOutcome, type MaintainRequest, noOutcome } from "./request.ts";
import { inSession, type ThinningSession } from "./thinning.ts";
import { type DiskDir, foretellTidy, tidy, upwards } from "./empty_directories.ts";
import { text } from "../../text/text.ts";
import { pastDirs } from "../../vault/history/paths.ts";
import type { PlannedRemoval } from "../questions.ts";

/** Forgets snapshots by rule, or tells what would go. */
export function prune(ports: EnginePorts, request: PruneRequest): Promise<MaintainOutcome> {
  return forgetSnapshots(ports, request, "prune", (session, held) => {
    return planPrune(ports, session, request, held);
  });
}

/** Forgets the snapshots that are named, or tells what would go. */
export function deleteSnapshots(
  ports: EnginePorts,
  request: DeleteRequest,
): Promise<MaintainOutcome> {
  return forgetSnapshots(ports, request, "delete", (session, held) => {
    return planDelete(ports, session, request, held);
  });
}

/** Makes a plan in which the snapshots of `held` stay. */
type ThinPlanner = (session: ThinningSession, held: ReadonlyMap<Stamp, string>) => ThinPlan;

function forgetSnapshots(
  ports: EnginePorts,
  request: MaintainRequest,
  command: "prune" | "delete",
  planner: ThinPlanner,
): Promise<MaintainOutcome> {
  return inSession(ports, request, command, async (session, started) => {
    const work = new Thinning(ports, request, session, command);
    await work.run(planner, started);
    return work.outcome;
  });
}

class Thinning {
  readonly outcome: MaintainOutcome = noOutcome();
  readonly #ports: EnginePorts;
  readonly #request: MaintainRequest;
  readonly #session: ThinningSession;
  readonly #command: "prune" | "delete";

  constructor(
    ports: EnginePorts,
    request: MaintainRequest,
    session: ThinningSession,
    command: "prune" | "delete",
  ) {
    this.#ports = ports;
    this.#request = request;
    this.#session = session;
    this.#command = command;
  }

  async run(planner: ThinPlanner, started: number): Promise<void> {
    const plan = await this.#protect(planner);
    for (const d of plan.snapshots) {
      this.#decide({ stamp: d.stamp, keep: d.keep, reason: d.reasons.join(", ") });
    }
    for (const r of plan.removals) this.#decideVersion(r);
    const forgotten = plan.snapshots.filter((d) => !d.keep).map((d) => d.stamp);
    this.outcome.snapshots = forgotten.length;
    let dirs = 0;
    if (forgotten.length + plan.removals.length > 0) {
      dirs = this.#request.dryRun ? this.#planned(plan) : await this.#apply(plan, forgotten);
    }
    this.#session.tellMended(this.#command, this.#request.host);
    this.#session.speak(this.#request.given);
    this.#summary(plan, dirs, started);
  }

  #summary(plan: ThinPlan, dirs: number, started: number): void {
    const { stamp, snapshots, versions, bytes, errors } = this.outcome;
    this.#ports.emit({
      message_type: "summary",
      command: this.#command,
      vault: this.#request.given,
      ...defined({ stamp }),
      ...(this.#request.dryRun ? { dry_run: true } : {}),
      snapshots_removed: snapshots,
      snapshots_kept: plan.kept,
      versions_removed: versions,
      dirs_removed: dirs,
      bytes_freed: bytes,
      protected: this.outcome.protected,
      errors,
      total_duration: (this.#ports.clock.now() - started) / 1000,
    });
  }

  /** Makes the plan, and makes it again where others hold on to snapshots or versions of it. */
  async #protect(planner: ThinPlanner): Promise<ThinPlan> {
    const plan = planner(this.#session, new Map());
    const snapshots = plan.snapshots.filter((d) => !d.keep);
    const entries: PlannedRemoval[] = snapshots.map((d, id) => ({
      id,
      kind: "snapshot",
      path: "",
      from: d.stamp,
      size: 0,
      reason: d.reasons.join(", "),
    }));
    for (const e of planEntries(plan.removals, snapshots.length)) entries.push(e);
    const held = await askProtected(this.#ports, this.#request, this.#command, entries);
    if (held.size === 0) return plan;
    this.outcome.protected = held.size;
    const stamps = new Map<Stamp, string>();
    const versions = new Set<string>();
    for (const [id, who] of held) {
      const snapshot = snapshots[id];
      const removal = plan.removals[id - snapshots.length];
      if (snapshot !== undefined) stamps.set(snapshot.stamp, who);
      else if (removal !== undefined) versions.add(removal.file);
    }
    const again = stamps.size === 0 ? plan : planner(this.#session, stamps);
    return { ...again, removals: again.removals.filter((r) => !versions.has(r.file)) };
  }

  #decide(
    decision: Omit<DecisionMessage, "message_type" | "keep" | "reason"> & {
      keep: boolean;
      reason: string;
    },
  ): void {
    this.#ports.emit({ message_type: "decision", ...decision, dry_run: this.#request.dryRun });
  }

  #decideVersion({ version: v, size, reason }: Removal): void {
    this.#decide({
      path: joinRel(v.dir, v.name),
      keep: false,
      reason,
      from: knownStamp(v.since),
      to: knownStamp(v.until),
      size,
    });
  }

  /** Counts what would go; gives how many directories. */
  #planned({ removals }: ThinPlan): number {
    this.outcome.versions = removals.length;
    this.outcome.bytes = freedBy(this.#session.vault.fs, removals);
    const { vault, catalog } = this.#session;
    const files = removals.map((r) => r.file);
    // what cannot be looked at is met, and told, by the run that is not dry
    return foretellTidy(vault, catalog, this.#touched(removals), files, () => {});
  }

  /** Files first, then directories, records and the catalog; gives how many directories went. */
  async #apply(plan: ThinPlan, forgotten: readonly Stamp[]): Promise<number> {
    const session = this.#session;
    // told before anything goes: a record that is not there is then known not to be lost
    const options = { ...plan.options, snapshots: [...forgotten] };
    const gone = session.begin(this.#command, options, this.#request.host);
    const removed = await removeVersions(this.#ports, session, plan.removals, gone, "prune");
    this.outcome.versions = removed.done.length;
    this.outcome.bytes = removed.bytes;
    this.outcome.errors += removed.errors;
    const dirs = await tidy(
      this.#ports,
      session,
      this.#touched(removed.done),
      (path, error) => {
        this.#ports.emit({
          message_type: "note",
          message: text("thinning.dir-stays", {
            problem: systemText(error),
          }),
          path,
        });
      },
    );
    const summary = {
      snapshots_removed: forgotten.length,
      versions_removed: removed.done.length,
      dirs_removed: dirs,
      bytes_freed: removed.bytes,
      forgot: [...forgotten],
    };
    const versions = removed.done.map((r) => r.version);
    await session.flush(removed.done.map((r) => r.file));
    await session.seeRecords(recordsToForget(session.catalog, forgotten));
    const done = await session.finish(summary, (catalog) => {
      forget(session.vault, catalog, { stamps: forgotten, versions }, session.takeSeen());
    });
    if (done) this.outcome.stamp = session.stamp;
    else this.outcome.errors++;
    return dirs;
  }

  /** Directories that lost versions, those that are gone from the source, and all above them, deepest first. */
  #touched(removed: readonly Removal[]): DiskDir[] {
    const { catalog, contents, vault } = this.#session;
    const dirs = new Map<string, DiskDir>();
    const touch = (dir: string, until: number | null): void => {
      const disk = contents.dir(dir, until);
      if (dirs.has(vault.tree.path(disk))) return;
      for (const d of upwards(vault, disk, dir)) dirs.set(d.path, d);
    };
    for (const { version: v } of removed) touch(v.dir, v.until);
    for (const v of pastDirs(catalog)) {
      touch(joinRel(v.dir, v.name), v.until);
    }
    return [...dirs.values()].sort((a, b) => b.path.length - a.path.length);
  }
}
