/** Which vaults are served: named ones, those of jobs, those in a directory, or all that this machine knows. @module */

import { readVaultFile, vaultFile } from "../places/vault_file.ts";
import { defined } from "../../base/defined.ts";
import { basename } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { parseVaultInfo } from "../../vault/vault_json.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { findVaults } from "../places/find_vaults.ts";
import { absolute } from "../places/places.ts";
import { targetsOf } from "../status/status_targets.ts";

/** A vault to serve. */
export interface ServedPlace {
  name: string;
  /** Its real path; the given one while it is not there. */
  root: string;
  /** What it is a backup of, if that can be read now. */
  source?: string;
}

/** Gathers them; throws when there is none. */
export async function servedVaults(context: Context): Promise<ServedPlace[]> {
  const { targets, broken } = await targetsOf(context);
  if (broken !== undefined) throw broken;
  const named = context.parsed.args.length > 0;
  const places = targets.flatMap(({ vault, root, job }): ServedPlace[] => {
    // a drive that is not plugged in now may be later
    if (root === undefined) return [placeOf(absolute(context.cwd, vault), job)];
    const found = findVaults(root);
    if (found.length === 0 && named && job === undefined) {
      throw new HikaeError("no_vault", text("serve.no-vault-in"), {
        path: vault,
        hint: text("serve.no-vault-in-hint"),
      });
    }
    return found.map((path) => placeOf(path, job));
  });
  const once = places.filter((p, i) => places.findIndex((q) => q.root === p.root) === i);
  if (once.length > 0) return once;
  throw new HikaeError("no_vault", text("serve.no-vault"), { hint: text("serve.no-vault-hint") });
}

function placeOf(root: string, job: string | undefined): ServedPlace {
  const name = job === undefined ? basename(root) : `${job} (${basename(root)})`;
  const source = sourceOf(root);
  return { name, root, ...defined({ source }) };
}

function sourceOf(root: string): string | undefined {
  try {
    return parseVaultInfo(readVaultFile(root), vaultFile(root)).source;
  } catch {
    return undefined;
  }
}
