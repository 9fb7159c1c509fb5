/** From the command line to the request of a restore. @module */

import { isAbsolute } from "@std/path";
import { text } from "../../text/text.ts";
import { before, parseDuration } from "../../base/duration.ts";
import { HikaeError } from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import type { Overwrite, RestoreRequest, Self } from "../../engine/restore/request.ts";
import { stampOf } from "../../base/stamp.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import type { Context } from "../command.ts";
import { isBackedUp } from "../places/backed_up.ts";
import { isInside, realPlaceToMake } from "../places/places.ts";
import { isWatched } from "../progress.ts";
import { type VaultArg, vaultArg } from "../lookup/vault_arg.ts";
import { refuseVaultTarget } from "../places/enclosing_vault.ts";
import { vaultInfo } from "../places/vault_file.ts";

const WINDOWS = Deno.build.os === "windows";

/** What the command line asks for, and how it names the vault; throws `usage` when it cannot be. `original` is the source of an original it named. */
export async function restorePlan(
  context: Context,
  original?: string,
): Promise<{ request: RestoreRequest; given: string }> {
  const { parsed } = context;
  const inPlace = parsed.has("in-place");
  const to = parsed.get("to");
  if (inPlace === (to !== undefined)) {
    throw new HikaeError(
      "usage",
      text(inPlace ? "usage.restore-both" : "usage.restore"),
      { hint: text("usage.restore-hint") },
    );
  }
  const vault = await vaultArg(context);
  const target = realPlaceToMake(context.cwd, to ?? original ?? sourceOf(vault));
  if (isInside(target, vault.root, WINDOWS)) {
    throw new HikaeError("usage", text("restore.target-in-vault"), {
      path: target,
      hint: text("restore.target-in-vault-hint"),
    });
  }
  refuseVaultTarget(target, vault.root);
  refuseFile(target);
  const request: RestoreRequest = {
    vault: vault.root,
    target,
    paths: parsed.args.slice(1),
    at: parsed.get("at"),
    ...vanishedOf(context),
    // what lives in the source again by now is left alone
    overwrite: (parsed.get("overwrite") ??
      (inPlace && parsed.has("vanished") ? "never" : "always")) as Overwrite,
    delete: parsed.has("delete"),
    dryRun: parsed.has("dry-run"),
    // a line per file that is right already helps a script, and a person only who asks
    kept: context.json || context.verbose,
    preview: inPlace,
    backedUp: inPlace || isBackedUp(target, sourcesOf(vault), WINDOWS),
    verify: parsed.has("verify"),
    force: parsed.has("force"),
    owners: parsed.has("owners"),
    ...(parsed.has("attributes") && !parsed.has("dry-run") ? { attributes: true } : {}),
    watched: isWatched(context),
    self: self(),
    windows: WINDOWS,
  };
  return { request, given: vault.given };
}

/** What `--vanished` and `--since` ask for; throws `usage` where they do not fit the rest of the line. */
export function vanishedOf({ parsed, clock }: Context): Pick<RestoreRequest, "vanished"> {
  const since = parsed.get("since");
  if (!parsed.has("vanished")) {
    if (since === undefined) return {};
    throw new HikaeError("usage", text("vanished.since-alone"), {
      hint: text("vanished.since-hint"),
    });
  }
  const other = ["at", "delete"].find((flag) => parsed.has(flag));
  if (other !== undefined) {
    throw new HikaeError("usage", text("vanished.not-with", { flag: `--${other}` }), {
      hint: text("vanished.not-with-hint"),
    });
  }
  if (since === undefined) return { vanished: {} };
  const period = parseDuration(since, "restore: --since");
  return { vanished: { since: stampOf(before(clock.now(), period)) } };
}

/** A target that is there must be a directory. */
export function refuseFile(target: string): void {
  const info = lstatIfAny(denoFs, target);
  if (info === undefined || info.type === "dir") return;
  throw new HikaeError("failed", text("restore.target-no-dir"), {
    path: target,
    hint: text("restore.target-no-dir-hint"),
  });
}

/** All that is known of where a vault's files come from. */
function sourcesOf({ job, root }: VaultArg): string[] {
  let recorded: string | undefined;
  try {
    recorded = vaultInfo(root)?.source;
  } catch {
    // the engine meets it, and says what is wrong with it
  }
  return [job?.job.source, recorded].filter((source) => source !== undefined);
}

/** Where a vault's files came from: what the job says, or the vault itself. */
function sourceOf(vault: VaultArg): string {
  const source = vault.job?.job.source ?? vaultInfo(vault.root)?.source;
  if (source !== undefined && isAbsolute(source)) return source;
  throw new HikaeError(
    "usage",
    source === undefined ? text("restore.no-source") : text("restore.foreign-source", { source }),
    { hint: text("restore.no-source-hint") },
  );
}

/** What this process may do with owners and modes. */
export function self(): Self {
  // no mode is born right: of a read-only file the attribute has to be set
  if (WINDOWS) return { owner: false, uid: undefined, gid: undefined, umask: 0o777 };
  const uid = Deno.uid() ?? undefined;
  return { owner: uid === 0, uid, gid: Deno.gid() ?? undefined, umask: Deno.umask() };
}
