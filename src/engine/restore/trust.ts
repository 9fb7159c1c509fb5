/**
 * Whether root may believe what a vault says of owners and set-id bits: where others may write the records, they may
 * have written that a file of theirs was root's (design, *Commands*, `--owners`).
 * @module
 */

import { lstatIfAny } from "../../base/io.ts";
import { text } from "../../text/text.ts";
import { isNotFound } from "../../base/errors.ts";
import type { FileInfo } from "../../base/fs.ts";
import { attrStamp } from "../../vault/attr_file.ts";
import type { Vault } from "../../vault/vault.ts";
import type { EnginePorts } from "../ports.ts";
import type { RestoreRequest } from "./request.ts";

const OTHERS_WRITE = 0o022;

/** The request with the rights of `self` narrowed, and told so, where the vault is not root's alone. */
export function trusting(
  ports: EnginePorts,
  vault: Vault,
  request: RestoreRequest,
): RestoreRequest {
  if (!request.self.owner || request.owners === true || isRoots(vault, request)) {
    return request;
  }
  if (!request.dryRun) {
    ports.emit({ message_type: "note", message: text("restore.owners"), path: request.vault });
  }
  return { ...request, self: { ...request.self, owner: false, setId: false } };
}

/** True when vault root, meta directory and records belong to root and nobody else may write them. */
function isRoots(vault: Vault, { attributes }: RestoreRequest): boolean {
  const { fs, tree } = vault;
  const runs = tree.rootFile("runs");
  const own = [tree.root, tree.meta(""), tree.rootFile("vault"), runs];
  // what a run knows of attributes lies beside its record, and of ten thousand runs hardly one has any
  const beside = attributes === true ? namesIn(vault, runs).filter((n) => attrStamp(n)) : [];
  const paths = [
    ...own,
    ...vault.recordsWhenOpened(),
    ...beside.map((name) => tree.below(runs, name)),
  ];
  return paths.every((path) => isRootsAlone(lstatIfAny(fs, path)));
}

function namesIn({ fs }: Vault, dir: string): string[] {
  try {
    return fs.list(dir).map(({ name }) => name);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

function isRootsAlone(info: FileInfo | undefined): boolean {
  return info === undefined ||
    (info.uid === 0 && info.type !== "link" && (info.mode & OTHERS_WRITE) === 0);
}
