/** `hikae restore`. @module */

import { defined } from "../../base/defined.ts";
import { EXIT } from "../../base/errors.ts";
import { attributesAsked, attributesFor, finishAttributes } from "../attributes/restore.ts";
import type { Context } from "../command.ts";
import { fromOriginal } from "./from_original.ts";
import { runEngine } from "../engine.ts";
import { indexPlaces } from "../places/index_places.ts";
import { isFar, lanesNeeded } from "../places/lane_count.ts";
import { makeParents } from "../places/places.ts";
import { linkMaker } from "../link_maker.ts";
import { withVaultPaths } from "./vault_paths.ts";
import { runQuery, versionsOf } from "./run_query.ts";
import { text } from "../../text/text.ts";
import { vaultArg } from "../lookup/vault_arg.ts";
import { restorePlan, vanishedOf } from "./restore_plan.ts";

/** Runs the command. */
export async function run(given: Context): Promise<number> {
  const original = await fromOriginal(given, { words: "all" });
  const context = withVaultPaths(original.context, { points: !given.parsed.has("at") });
  const started = context.clock.now();
  const { parsed } = context;
  if (parsed.has("vanished") && !parsed.has("to") && !parsed.has("in-place")) {
    return await listVanished(context);
  }
  const { request, given: name } = await restorePlan(context, original.source);
  if (!request.dryRun && !context.parsed.has("explain-permissions")) makeParents(request.target);
  const make = !context.parsed.has("explain-permissions");
  const { places } = indexPlaces(context.env, [request.vault], { make });
  const { helper, missing, undo } = attributesFor(context, request);
  // `attrib` sets flags by one call for each: there is no program that could wait for them
  const runs = Deno.build.os === "windows" && request.attributes === true ? ["run" as const] : [];
  const result = await runEngine(context, {
    command: "restore",
    access: "restore",
    roots: { vault: [request.vault], target: [request.target] },
    // links can only be made by a thread whose rights are not narrowed to paths
    keep: request.dryRun ? [] : ["read", "write", ...runs],
    ...(request.dryRun ? {} : lanesNeeded({
      vaults: [request.vault],
      places,
      far: isFar(request.vault) || isFar(request.target),
      restores: true,
    })),
    index: places,
    request: { ...request, ...attributesAsked(helper) },
    answers: {
      ...linkMaker(context, request.target),
      ...(helper === undefined ? {} : { attributes: (q) => helper.answer(q) }),
    },
  }).catch((error) => {
    undo();
    throw error;
  });
  if (result === undefined) return EXIT.ok;
  const attributes = await finishAttributes(context, { ...request, helper }, result);
  const [stamp] = result.stamps;
  const { errors } = result;
  context.emit({
    message_type: "summary",
    ...(request.dryRun ? { dry_run: true } : {}),
    vault: name,
    target: request.target,
    stamp: result.stamps.length === 1 ? stamp : null,
    ...(result.stamps.length === 1 ? {} : { stamps: result.stamps }),
    ...result.counts,
    ...attributes,
    ...defined({ proven: result.proven }),
    errors,
    total_duration: (context.clock.now() - started) / 1000,
  });
  return errors > 0 || missing ? EXIT.incomplete : EXIT.ok;
}

/** Lists what was deleted: what `--vanished` would bring back. */
async function listVanished(context: Context): Promise<number> {
  const { vanished } = vanishedOf(context);
  const vault = await vaultArg(context);
  const { answer: count, exit } = await runQuery(context, {
    command: "vanished",
    request: { globs: context.parsed.args.slice(1), ...vanished },
    ...versionsOf(context, vault.root),
  }, vault);
  if (count === 0 && !context.json) context.tell(text("vanished.none"));
  if (count !== undefined && count > 0 && !context.json) context.tell(text("vanished.bring-back"));
  return exit;
}
