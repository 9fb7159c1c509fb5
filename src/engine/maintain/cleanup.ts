/** `hikae cleanup`: takes deletions by age or by date (spec §4, §5). @module */

import type { During } from "../../base/event.ts";
import { systemText } from "../../base/system_text.ts";
import { nextStep } from "../../base/next_step.ts";
import { defined } from "../../base/defined.ts";
import { errorCode } from "../../base/errors.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import {
  type CleanupRule,
  type DeletionDecision,
  type PlannedCleanup,
  planSeeing,
} from "./cleanup_plan.ts";
import { askProtected } from "./protect.ts";
import { freedBy, planEntries, type Removal, type Removed, removeVersions } from "./removal.ts";
import { type MaintainOutcome, type MaintainRequest, noOutcome } from "./request.ts";
import { inSession, type ThinningSession } from "./thinning.ts";
import { foretellTidy, tidy } from "./empty_directories.ts";
import { text } from "../../text/text.ts";

/** What a cleanup is asked for: exactly one of the two. */
export interface CleanupRequest extends MaintainRequest {
  /** Deletions from before this instant (ms) go. */
  before?: number;
  /** Deletions with stamps that begin so go. */
  date?: string;
  /** The rule as it was given (`90d`, `2026-11-21`). */
  rule: string;
}

/** Runs a cleanup, or gives its plan. */
export function cleanup(
  ports: EnginePorts,
  request: CleanupRequest,
): Promise<MaintainOutcome> {
  return inSession(ports, request, "cleanup", async (session, started) => {
    const work = new Cleanup(ports, request, session);
    await work.run(started);
    return work.outcome;
  });
}

class Cleanup {
  readonly outcome: MaintainOutcome = noOutcome();
  readonly #ports: EnginePorts;
  readonly #request: CleanupRequest;
  readonly #session: ThinningSession;
  /** How many deletions went whole. */
  #deletions = 0;

  constructor(ports: EnginePorts, request: CleanupRequest, session: ThinningSession) {
    this.#ports = ports;
    this.#request = request;
    this.#session = session;
  }

  async run(started: number): Promise<void> {
    const { vault, catalog, contents } = this.#session;
    const plan = await planSeeing(this.#ports, {
      vault,
      catalog,
      contents,
      failed: (path, error) => this.#failed(path, error, "scan"),
      check: () => checkCancelled(this.#ports),
    }, this.#rule());
    await this.#protect(plan);
    for (const d of plan.deletions) this.#decision(d);
    const removals = plan.deletions.flatMap((d) => d.removals);
    const dirs = this.#request.dryRun
      ? this.#planned(plan, removals)
      : await this.#apply(plan, removals);
    this.#session.tellMended("cleanup", this.#request.host);
    this.#session.speak(this.#request.given);
    this.#ports.emit({
      message_type: "summary",
      command: "cleanup",
      vault: this.#request.given,
      ...defined({ stamp: this.outcome.stamp }),
      ...(this.#request.dryRun ? { dry_run: true } : {}),
      deletions_removed: this.#deletions,
      deletions_kept: plan.deletions.length - this.#deletions,
      versions_removed: this.outcome.versions,
      dirs_removed: dirs,
      bytes_freed: this.outcome.bytes,
      protected: this.outcome.protected,
      errors: this.outcome.errors,
      total_duration: (this.#ports.clock.now() - started) / 1000,
    });
  }

  #rule(): CleanupRule {
    const { before, date, rule } = this.#request;
    if (date !== undefined) {
      return {
        stamp: date,
        goes: text("rule.deleted-on", { rule }),
        stays: text("rule.not-deleted-on", { rule }),
      };
    }
    return {
      before: before ?? Number.NaN,
      goes: text("rule.deleted-before", { period: rule }),
      stays: text("rule.deleted-within-rule", { period: rule }),
    };
  }

  async #protect(plan: PlannedCleanup): Promise<void> {
    const going = plan.deletions.filter((d) => !d.keep);
    const removals = going.flatMap((d) => d.removals.map((removal) => ({ d, removal })));
    const entries = planEntries(removals.map((r) => r.removal), 0);
    const held = await askProtected(this.#ports, this.#request, "cleanup", entries);
    for (const [id, who] of held) {
      const d = removals[id]?.d;
      if (d === undefined || d.keep) continue;
      // a deletion goes with its generations or not at all
      this.outcome.protected += d.removals.length;
      Object.assign(d, { keep: true, reason: text("rule.protected", { who }), removals: [] });
    }
  }

  #decision(d: DeletionDecision): void {
    this.#ports.emit({
      message_type: "decision",
      path: d.path,
      keep: d.keep,
      reason: d.reason,
      to: d.stamp,
      dry_run: this.#request.dryRun,
      ...(d.keep ? {} : {
        versions: d.removals.length,
        size: d.removals.reduce((n, r) => n + r.size, 0),
      }),
    });
    if (d.livesOn === undefined || !this.#request.dryRun) return;
    const message = text("share.lives-on", { path: d.livesOn });
    this.#ports.emit({ message_type: "note", message, path: d.path });
  }

  /** Counts what would go; gives how many directories. */
  #planned({ deletions, dirs }: PlannedCleanup, removals: readonly Removal[]): number {
    this.#deletions = deletions.filter((d) => !d.keep).length;
    this.outcome.versions = removals.length;
    this.outcome.bytes = freedBy(this.#session.vault.fs, removals);
    const { vault, catalog } = this.#session;
    const files = removals.map((r) => r.file);
    return foretellTidy(vault, catalog, dirs, files, (path, error) => {
      this.#failed(path, error, "scan");
    });
  }

  /** Files first, then directories, the record's end and the catalog; gives how many directories went. */
  async #apply(plan: PlannedCleanup, removals: readonly Removal[]): Promise<number> {
    const { date, rule } = this.#request;
    const session = this.#session;
    let removed: Removed = { done: [], bytes: 0, errors: 0 };
    if (removals.length > 0) {
      const options = date === undefined ? { maxRetention: rule } : { date: rule };
      const gone = session.begin("cleanup", options, this.#request.host);
      const why = date === undefined ? "retention" : "date";
      removed = await removeVersions(this.#ports, session, removals, gone, why);
    }
    const gone = new Set(removed.done);
    this.#deletions = plan.deletions.filter((d) => !d.keep && d.removals.every((r) => gone.has(r)))
      .length;
    this.outcome.versions = removed.done.length;
    this.outcome.bytes = removed.bytes;
    this.outcome.errors += removed.errors;
    const dirs = await tidy(
      this.#ports,
      session,
      plan.dirs,
      (path, error) => this.#failed(path, error, "remove"),
    );
    if (removals.length > 0) {
      await session.flush(removed.done.map((r) => r.file));
      const done = await session.finish({
        deletions_removed: this.#deletions,
        versions_removed: removed.done.length,
        dirs_removed: dirs,
        bytes_freed: removed.bytes,
      }, () => {});
      if (done) this.outcome.stamp = session.stamp;
      else this.outcome.errors++;
    }
    return dirs;
  }

  #failed(path: string, error: unknown, during: During): void {
    this.outcome.errors++;
    this.#ports.progress.error();
    this.#ports.emit({
      message_type: "error",
      path,
      during,
      code: errorCode(error) || "failed",
      message: systemText(error),
      hint: nextStep(errorCode(error), "vault") ?? text("thinning.failed-hint"),
    });
  }
}
