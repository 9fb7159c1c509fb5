/** `snapshot prune`: keeps the newest portable snapshots. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import type { Decision } from "../../portable/prune.ts";
import type { Context, RunCommand } from "../command.ts";
import { runEngine } from "../engine.ts";
import { heldSnapshots, noArguments, required } from "./snapshot_places.ts";
import { sayDone } from "../output.ts";
import { text } from "../../text/text.ts";

/** Runs `snapshot prune`. */
export const run: RunCommand = async (context) => {
  noArguments(context);
  const keep = keepNumber(required(context, "snapshot-number"));
  const snapshots = heldSnapshots(context);
  const explain = context.parsed.has("explain-permissions");
  if (!snapshots.exists && !explain) return finish(context, [], 0);
  const pruned = await runEngine(context, {
    command: "snapshotPrune",
    access: "portablePrune",
    roots: { snapshots: [snapshots.grant] },
    request: { snapshots: snapshots.path, keep, dryRun: context.parsed.has("dry-run") },
  });
  return pruned === undefined ? EXIT.ok : finish(context, pruned.decisions, pruned.errors);
};

function keepNumber(given: string): number {
  const keep = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (keep >= 1) return keep;
  throw new HikaeError("usage", text("input.number-up", { given }), {
    hint: text("input.number-up-hint"),
  });
}

function finish(context: Context, decisions: readonly Decision[], errors: number): number {
  const gone = decisions.filter((d) => !d.keep);
  const bytes = gone.reduce((sum, d) => sum + d.size, 0);
  const dry = context.parsed.has("dry-run");
  if (context.json) {
    context.emit({
      message_type: "summary",
      action: "snapshot prune",
      dry_run: dry,
      kept: decisions.length - gone.length,
      removed: gone.length - errors,
      bytes_freed: bytes,
      errors,
    });
  } else {
    const counts = { n: gone.length - errors, size: formatSize(bytes) };
    sayDone(context, text(dry ? "portable.to-remove" : "portable.removed", counts));
  }
  return errors === 0 ? EXIT.ok : EXIT.incomplete;
}
