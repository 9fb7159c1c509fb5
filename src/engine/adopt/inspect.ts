/** What is looked at before a copy is adopted: what lies there, how far a try before this one came, and the guard. @module */

import { HikaeError } from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import { text } from "../../text/text.ts";
import { ROOT_FILES, TEMPORARY } from "../../vault/names.ts";
import { VaultTree } from "../../vault/tree.ts";
import { isBeingAdopted, openVault, vaultState } from "../../vault/vault.ts";
import type { BackupRequest, VaultRequest } from "../backup/request.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import type { Stage } from "./stage.ts";
import { survey, type Surveyed } from "./survey.ts";

/** True where there is no vault yet. */
export function isFirstTry(stage: Stage): boolean {
  return stage === "plain" || stage === "begun";
}

/** How far the copy is; throws where there is nothing to adopt, and for a vault that was not made by adopting it. */
export async function stageOf(
  ports: EnginePorts,
  { source }: BackupRequest,
  { root, given }: VaultRequest,
): Promise<Stage> {
  const { fs, separator } = ports;
  const state = vaultState(fs, root, separator);
  if (state === "missing" || state === "empty") throw nothingThere(root, source, given);
  if (state !== "vault") return await isBegun(ports, root) ? "begun" : "plain";
  const vault = openVault(vaultPorts(ports), root);
  const [oldest, ...later] = vault.recordFiles();
  const head = oldest === undefined ? undefined : vault.recordHead(oldest.stamp);
  if (head?.options.adopted !== true || head.source !== source) {
    throw new HikaeError("failed", text("adopt.is-vault"), {
      path: root,
      hint: text("adopt.is-vault-hint", { source, given }),
    });
  }
  return later.some(({ stamp }) => vault.lastLine(stamp) !== undefined) ? "done" : "recorded";
}

/** True where a try broke off: its meta directories are there, and nothing is lost with them. */
async function isBegun({ fs, separator }: EnginePorts, root: string): Promise<boolean> {
  const tree = new VaultTree(root, separator);
  if (isBeingAdopted(fs, tree)) return true;
  const meta = tree.meta("");
  if (lstatIfAny(fs, meta)?.type !== "dir") return false;
  // cut off before its marker was written: there is no other file than those of the lock
  return (await fs.listWhole(meta)).every(({ name }) =>
    name === ROOT_FILES.lock || name === ROOT_FILES.holder || name.startsWith(TEMPORARY)
  );
}

/** Goes through the copy; throws where it cannot be adopted, or is not one of this source. */
export async function inspect(
  ports: EnginePorts,
  { source, allowMassChange, watched = false }: BackupRequest,
  { root, given }: VaultRequest,
  stage: Stage,
): Promise<Surveyed | undefined> {
  if (stage === "done") return undefined;
  const found = await survey(ports, { root, source }, { stage, watched });
  if (found.files === 0) throw nothingThere(root, source, given);
  if (!allowMassChange && 2 * found.inSource < found.files) {
    throw new HikaeError(
      "guard_mass_change",
      text("adopt.guard", { n: found.inSource, files: found.files, source }),
      { path: root, hint: guardHint(ports, { root, given, source }) },
    );
  }
  return found;
}

/** A copy by `rsync SOURCE DIR` lies one directory deeper than one by `rsync SOURCE/ DIR`. */
function guardHint(
  { fs, separator }: EnginePorts,
  { root, given, source }: { root: string; given: string; source: string },
): string {
  const tree = new VaultTree(root, separator);
  const name = source.split(separator).at(-1) ?? "";
  return name !== "" && lstatIfAny(fs, tree.below(root, name))?.type === "dir"
    ? text("adopt.guard-deeper", { source, copy: tree.below(given, name) })
    : text("adopt.guard-hint");
}

function nothingThere(path: string, source: string, given: string): HikaeError {
  return new HikaeError("failed", text("adopt.nothing"), {
    path,
    hint: text("adopt.nothing-hint", { source, given }),
  });
}
