/** `hikae adopt`. @module */

import { HikaeError } from "../../base/errors.ts";
import { parseSize } from "../../base/size.ts";
import { text } from "../../text/text.ts";
import { makePlan } from "./backup_plan.ts";
import { runBackup } from "./backup_run.ts";
import type { Context } from "../command.ts";
import { patternsFor } from "../config/pattern_file.ts";
import { isVault } from "../places/find_vaults.ts";
import { absolute, refuseAddress } from "../places/places.ts";
import { StateDir } from "../state.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const { parsed } = context;
  const [directory, more] = parsed.args;
  const source = parsed.get("source");
  if (directory === undefined || source === undefined || more !== undefined) {
    throw new HikaeError("usage", text("adopt.usage"), { hint: text("adopt.usage-hint") });
  }
  checkThere(context, directory);
  refuseVault(context, source, directory);
  const larger = parsed.get("exclude-larger-than");
  const state = new StateDir(context.env);
  const plan = makePlan(context, state, {
    source,
    vaults: [directory],
    exclude: patternsFor(context),
    excludeIfPresent: parsed.all("exclude-if-present"),
    oneFileSystem: parsed.has("one-file-system"),
    // what a copy is only its contents tell
    checksum: true,
    attributes: false,
    ...(larger === undefined
      ? {}
      : { excludeLargerThan: parseSize(larger, "--exclude-larger-than") }),
  });
  const request = { ...plan.request, adopt: true as const, command: "adopt" };
  return await runBackup(context, { ...plan, request }, state);
}

/** With a vault for the source, the originals themselves would be named as the copy, and become a vault. */
function refuseVault({ cwd }: Context, source: string, directory: string): void {
  if (!isVault(absolute(cwd, source))) return;
  throw new HikaeError("usage", text("adopt.from-vault"), {
    path: source,
    hint: text("adopt.from-vault-hint", { source, directory }),
  });
}

/** Of a copy that is not there no vault can be made, and no directory is made for it. */
function checkThere({ cwd }: Context, given: string): void {
  refuseAddress(given);
  let isDirectory = false;
  try {
    isDirectory = Deno.statSync(absolute(cwd, given)).isDirectory;
  } catch {
    // said below
  }
  if (isDirectory) return;
  throw new HikaeError("failed", text("adopt.no-directory"), {
    path: given,
    hint: text("adopt.no-directory-hint"),
  });
}
