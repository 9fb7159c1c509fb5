/** The argument that names where bundles are: a place, or a job of the config that has one. @module */

import { readVaultFile } from "../places/vault_file.ts";
import { remotePlace } from "../../base/bundle_place.ts";
import { HikaeError } from "../../base/errors.ts";
import type { BundlePlace } from "../../engine/bundle/places.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { placeToRead } from "./bundle_place.ts";
import { jobNamed } from "../lookup/vault_arg.ts";

/** Resolves the first argument of a command that reads bundles; a job's are those of its own vault. */
export async function bundlesArg(context: Context, usage: string): Promise<BundlePlace> {
  const [given] = context.parsed.args;
  if (given === undefined) {
    throw new HikaeError("usage", text("bundle.one-place"), { hint: usage });
  }
  const named = remotePlace(given) === undefined ? await jobNamed(context, given) : undefined;
  if (named === undefined) return placeToRead(context, given);
  const { bundle, vaults } = named.job;
  if (bundle === undefined) {
    throw new HikaeError("usage", text("bundle.job-has-none", { job: given }), {
      path: named.file,
      hint: text("bundle.job-has-none-hint"),
    });
  }
  // reaching a place that nobody allowed this config to name would give it the keys
  if (named.untrusted !== undefined) throw named.untrusted;
  const place = placeToRead(context, bundle.to);
  const id = vaults.map(idOf).find((one) => one !== undefined);
  return id === undefined ? place : { ...place, vault: id };
}

/** The id of a vault that can be read now; undefined on the machine that has only the bundles. */
function idOf(vault: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readVaultFile(vault));
    const { id } = value as { id?: unknown };
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
