/** `serve FILE`: the page opens at a file of one's own, out of the vaults that hold it. @module */

import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { isVault } from "../places/find_vaults.ts";
import { findVaults } from "../places/find_vaults.ts";
import { holdersOf, originalPlace } from "../lookup/originals.ts";
import { isJobs } from "../lookup/vault_arg.ts";

/** Where the page opens. */
export interface OpensAt {
  /** The real path of the vault. */
  root: string;
  path: string;
  directory: boolean;
}

/** The line with the vaults in the place of files, and where the page opens: at the first file of the line. */
export async function withOriginals(
  context: Context,
): Promise<{ context: Context; opensAt?: OpensAt }> {
  const args: string[] = [];
  let opensAt: OpensAt | undefined;
  for (const word of context.parsed.args) {
    const found = await vaultsOf(context, word);
    args.push(...found?.vaults ?? [word]);
    opensAt ??= found?.opensAt;
  }
  if (opensAt === undefined) return { context };
  return { context: { ...context, parsed: { ...context.parsed, args } }, opensAt };
}

/** The vaults that hold a file of one's own; undefined for a word that names vaults or a job. */
async function vaultsOf(
  context: Context,
  word: string,
): Promise<{ vaults: string[]; opensAt: OpensAt } | undefined> {
  if (await isJobs(context, word)) return undefined;
  const real = originalPlace(context.cwd, word);
  if (real === undefined || isVault(real) || findVaults(real).length > 0) return undefined;
  return await vaultsOfOriginal(context, word, real);
}

/** The vaults that hold the original at `real`; undefined where none does. Throws when none of them is there. */
export async function vaultsOfOriginal(
  context: Context,
  word: string,
  real: string,
): Promise<{ vaults: string[]; opensAt: OpensAt } | undefined> {
  const holders = await holdersOf(context, real);
  const [first] = holders.filter((h) => h.there);
  if (first === undefined) {
    if (holders.length === 0) return undefined;
    throw new HikaeError("no_vault", text("original.away"), {
      path: word,
      hint: text("original.away-hint", { vaults: holders.map((h) => h.vault).join(", ") }),
    });
  }
  const { vault, path } = first;
  const opensAt = { root: vault, path, directory: isDirectory(real) };
  return { vaults: holders.map((h) => h.vault), opensAt };
}

/** True for a directory that is none by a link. */
export function isDirectory(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
