/**
 * Living copies that are newer than what the records tell: the root's meta directory was put back from an older copy, or
 * comes from another vault. No damage, and nothing that a repair may write over.
 * @module
 */

import { errorCode, isNotFound } from "../../base/errors.ts";
import { readTextIfAny } from "../../base/io.ts";
import type { Version } from "../../vault/catalog.ts";
import { contentHash } from "../../vault/content.ts";
import { directoryHash, LINK_HASH, type Metadata, parseMetadata } from "../../vault/metadata.ts";
import { bareVersion } from "../../vault/version.ts";
import { type EnginePorts, NO_PROGRESS } from "../ports.ts";
import { expectedMetadata } from "./structure.ts";
import type { VerifyView } from "./view.ts";

/** What to say of them. */
export const UNRECORDED = "verify.unrecorded";

/** The names in `dir` (or `only` this one) whose copy is not what the records say but what a whole metadata file says. */
export function unrecorded(
  ports: EnginePorts,
  view: VerifyView,
  dir: string,
  only?: string,
): string[] {
  const { vault } = view;
  const metadata = metadataOf(view, dir);
  if (metadata === undefined) return [];
  if (directoryHash(metadata.files, vault.ports.newHash) !== metadata.directoryHash) return [];
  const expected = expectedMetadata(view, dir);
  return [...metadata.files].filter(([name, field]) =>
    (only === undefined || name === only) && expected.get(name) !== field &&
    isStored(ports, view, { dir, name }, field)
  ).map(([name]) => name);
}

/** What the metadata file says; one that cannot be read, or is something else, vouches for nothing. */
function metadataOf({ vault }: VerifyView, dir: string): Metadata | undefined {
  try {
    return parseMetadata(readTextIfAny(vault.fs, vault.tree.metadata(dir)) ?? "");
  } catch {
    return undefined;
  }
}

function isStored(
  ports: EnginePorts,
  view: VerifyView,
  at: Pick<Version, "dir" | "name">,
  field: string,
): boolean {
  const type = field.startsWith(LINK_HASH) ? "link" : "file";
  const content = view.contents.at(bareVersion({ ...at, type }));
  try {
    const hash = contentHash({ ...ports, progress: NO_PROGRESS }, content);
    return (type === "link" ? LINK_HASH : "") + hash === field;
  } catch (error) {
    const code = errorCode(error);
    if (isNotFound(error) || code === "EINVAL" || code === "ENOTDIR") return false;
    throw error;
  }
}
