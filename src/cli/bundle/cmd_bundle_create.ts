/** `hikae bundle create`. @module */

import { join } from "@std/path";
import { remotePlace } from "../../base/bundle_place.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import type { BundleCreateAnswer, BundleCreateRequest } from "../../engine/bundle/create.ts";
import { text } from "../../text/text.ts";
import { type BundleOptions, bundleOptions } from "./bundle_options.ts";
import { explainReach, reach, type ReachOptions } from "./bundle_place.ts";
import { spoolFor, stateFor } from "./bundle_state.ts";
import type { Context, RunCommand } from "../command.ts";
import { runEngine } from "../engine.ts";
import { recordedRules } from "../../engine/source/rules.ts";
import { bundleParentsMissing, missingParent } from "../places/missing_parents.ts";
import { bundlesInSource, type RuledSource } from "../places/backed_up.ts";
import { refuseWriteInVault } from "../places/enclosing_vault.ts";
import { isInside, makeParents, realPlaceAndRest } from "../places/places.ts";
import { newestRunHead, vaultInfo } from "../places/vault_file.ts";
import { hostName } from "../host.ts";
import { onlyVaultArg, type VaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const started = context.clock.now();
  const vault = await onlyVaultArg(context);
  const explain = context.parsed.has("explain-permissions");
  if (vault.job?.untrusted !== undefined && !explain) throw vault.job.untrusted;
  const options = bundleOptions(context, vault.job?.job.bundle);
  const away = remotePlace(options.to) !== undefined;
  const where = away ? options.to : directoryFor(context, options.to, vault, explain);
  const { request, thread } = requestFor(context, vault, { where, away, options, explain });
  const reached = explain ? undefined : await reach(context, where, thread);
  const { state } = request;
  const answer = await runEngine(context, {
    command: "bundleCreate",
    access: "bundleCreate",
    roots: {
      vault: [vault.root],
      ...(away ? {} : { bundles: [where] }),
      ...(state === undefined ? {} : { state: [state] }),
    },
    lanes: Math.min(8, navigator.hardwareConcurrency) - 1,
    request,
    ...(reached === undefined ? {} : { answers: reached.answers }),
  }).finally(() => reached?.end());
  if (answer === undefined) {
    explainReach(context, where, thread);
    return EXIT.ok;
  }
  tell(context, answer, options.to, started);
  return answer.errors > 0 ? EXIT.incomplete : EXIT.ok;
};

/** The real path of the directory of the bundles, made where it is missing. */
function directoryFor(
  context: Context,
  to: string,
  vault: VaultArg,
  explain: boolean,
): string {
  const found = realPlaceAndRest(context.cwd, to);
  const place = join(found.real, ...found.missing);
  if (isInside(place, vault.root, Deno.build.os === "windows")) {
    throw new HikaeError("usage", text("bundle.inside-vault"), { path: to });
  }
  refuseWriteInVault(place);
  const source = sourceOf(vault);
  const backedUp = source === undefined ? undefined : bundlesInSource(found, to, source);
  if (backedUp !== undefined) throw backedUp;
  const parent = missingParent(found, vault.root, context.env);
  if (parent !== undefined) throw bundleParentsMissing(to, parent);
  if (!explain) makeParents(`${place}/x`);
  return place;
}

/** Where what is in a vault comes from, as far as it is a place of this machine, and what its last run left out. */
function sourceOf({ job, root }: VaultArg): RuledSource | undefined {
  try {
    const info = vaultInfo(root);
    const source = job?.job.source ?? (info?.host === hostName() ? info.source : undefined);
    if (source === undefined) return undefined;
    return { source, rules: () => recordedRules(newestRunHead(root)?.options ?? {}) };
  } catch {
    // the engine meets it, and says what is wrong with it
    return undefined;
  }
}

interface CreateFlags {
  where: string;
  away: boolean;
  options: BundleOptions;
  explain: boolean;
}

/** What the engine is asked, and what the uploader works with. */
function requestFor(
  context: Context,
  vault: VaultArg,
  { where, away, options, explain }: CreateFlags,
): { request: BundleCreateRequest; thread: ReachOptions } {
  const { to: _, limit, spoolLimit, as, parts, ...rest } = options;
  const state = stateFor(context, !explain);
  const request: BundleCreateRequest = {
    root: vault.root,
    given: vault.given,
    where,
    state,
    ...rest,
  };
  if (!away) return { request, thread: { thread: "uploader" } };
  const spool = spoolFor(state, `${vault.root}\0${where}`, {
    asked: spoolLimit ?? 4 * rest.volumeSize,
    make: !explain,
  });
  const volumeSize = Math.min(rest.volumeSize, spool.limit);
  return {
    request: {
      ...request,
      volumeSize,
      remote: { spool: spool.path, limit: spool.limit, parts, as },
    },
    thread: { thread: "uploader", spool: spool.path, ...(limit === undefined ? {} : { limit }) },
  };
}

function tell(context: Context, answer: BundleCreateAnswer, where: string, started: number): void {
  const { stamp, full, entries, volumes, bytes } = answer;
  const duration = (context.clock.now() - started) / 1000;
  if (context.json) {
    context.emit({ message_type: "summary", ...answer, to: where, total_duration: duration });
  } else if (stamp === null) context.say(text("bundle.nothing-new"));
  else {
    const kind = text(full ? "bundle.kind-full" : "bundle.kind-changes");
    context.say(text("bundle.done", { stamp, where, kind }));
    context.say(text("bundle.done-size", { n: entries, files: volumes, size: formatSize(bytes) }));
  }
}
