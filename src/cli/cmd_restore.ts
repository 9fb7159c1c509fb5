/** `hikae restore`. @module */

import { EXIT } from "../base/errors.ts";
import type { RestoreResult } from "../engine/restore/request.ts";
import type { Context } from "./command.ts";
import { runEngine } from "./engine.ts";
import { makeParents } from "./places.ts";
import { finishLinks } from "./restore_finish.ts";
import { restorePlan } from "./restore_plan.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const started = context.clock.now();
  const request = await restorePlan(context);
  if (!request.plan && !context.parsed.has("explain-permissions")) makeParents(request.target);
  const result = await runEngine(context, {
    command: "restore",
    access: "restore",
    roots: { vault: [request.vault], target: [request.target] },
    // links can only be made by a thread whose rights are not narrowed to paths
    keep: request.plan ? [] : ["read", "write"],
    request,
  }) as RestoreResult | undefined;
  if (result === undefined) return EXIT.ok;
  const finished = request.plan
    ? { links: result.counts.links_restored, errors: 0 }
    : await finishLinks(context, request, result);
  const [stamp] = result.stamps;
  const errors = result.errors + finished.errors;
  context.emit({
    message_type: "summary",
    ...(request.plan ? { dry_run: true } : {}),
    vault: request.vault,
    target: request.target,
    stamp: result.stamps.length === 1 ? stamp : null,
    ...(result.stamps.length === 1 ? {} : { stamps: result.stamps }),
    ...result.counts,
    links_restored: finished.links,
    errors,
    total_duration: (context.clock.now() - started) / 1000,
  });
  return errors > 0 ? EXIT.incomplete : EXIT.ok;
}
