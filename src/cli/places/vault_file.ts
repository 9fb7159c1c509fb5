/** `vault.json`, read by main before an engine is there. @module */

import { join } from "@std/path";
import { isNotFound } from "../../base/errors.ts";
import { readPlainBeginning, readPlainText } from "../../platform/plain_file.ts";
import { META, ROOT_FILES } from "../../vault/names.ts";
import { parseHead, type RecordHead, recordStamp } from "../../vault/record.ts";
import { MOST_OF_INFO, parseVaultInfo, type VaultInfo } from "../../vault/vault_json.ts";

/** The path of a vault's `vault.json`. */
export function vaultFile(root: string): string {
  return join(root, META, ROOT_FILES.vault);
}

/**
 * The text of a vault's `vault.json`; throws where there is none. Somebody else may have put it there: a pipe in its
 * place holds nobody up.
 */
export function readVaultFile(root: string): string {
  return readPlainText(vaultFile(root), MOST_OF_INFO);
}

/** What a vault says of itself; undefined where it has no `vault.json`, which the engine meets and tells of. */
export function vaultInfo(root: string): VaultInfo | undefined {
  try {
    return parseVaultInfo(readVaultFile(root), vaultFile(root));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The first line of a record, which has all patterns of its run, is shorter. */
const MOST_OF_A_LINE = 1 << 20;

/** What the newest run of a vault says first of itself; undefined where no record tells. */
export function newestRunHead(root: string): RecordHead | undefined {
  const runs = join(root, META, ROOT_FILES.runs);
  const records = [...Deno.readDirSync(runs)].map((e) => e.name).filter((n) => recordStamp(n));
  for (const name of records.sort().reverse()) {
    const [line = ""] = readPlainBeginning(join(runs, name), MOST_OF_A_LINE).split("\n", 1);
    const head = parseHead(line);
    if (head?.kind === "run") return head;
  }
  return undefined;
}
