/**
 * What changes a copy itself, once it is a vault: links, whose records lie in the meta directories, go from the mirror, and
 * directories let their owner write (design, *Commands*).
 * @module
 */

import { utf8 } from "../../base/bytes.ts";
import { readBytes } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { parseMark, storedMark } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { SourceView } from "../source/source_dir.ts";

/** Does it for the whole copy; what it cannot do the run after it meets and tells. */
export function settleMirror(ports: EnginePorts, vault: Vault, view: SourceView): void {
  const { fs, tree } = vault;
  const stack = [""];
  for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
    checkCancelled(ports);
    const mirror = tree.mirror(dir);
    try {
      openToOwner(ports, mirror);
      const before = fs.lstat(mirror).mtime;
      let removed = false;
      for (const { name, type } of fs.list(mirror)) {
        if (view.rules.excludes(joinRel(dir, name), type === "dir")) continue;
        if (type === "dir") stack.push(joinRel(dir, name));
        else if (type === "link" && hasRecord(vault, dir, name)) {
          fs.remove(tree.below(mirror, name));
          removed = true;
        }
      }
      if (removed) fs.utime(mirror, before, before);
    } catch {
      // the run looks at all of it once more
    }
  }
}

function openToOwner({ fs, separator }: EnginePorts, path: string): void {
  const { mode } = fs.lstat(path);
  if (separator === "/" && (mode & 0o700) !== 0o700) fs.chmod(path, (mode & 0o777) | 0o700);
}

/** True for a link whose target is kept: by its record, or by a mark of a run that has been here since. */
function hasRecord({ fs, tree, hashText }: Vault, dir: string, name: string): boolean {
  const meta = tree.meta(dir);
  const { stored } = storedMark("link", name, undefined, hashText);
  const kept = fs.list(meta).filter((e) =>
    e.type === "file" && (e.name === stored || isLinkMark(e.name, name))
  );
  const target = utf8(fs.readLink(tree.entry(dir, name)));
  return kept.some((e) => isSame(readBytes(fs, tree.below(meta, e.name)), target));
}

function isLinkMark(stored: string, name: string): boolean {
  const mark = parseMark(stored);
  return (mark?.kind === "oldLink" || mark?.kind === "deletedLink") && mark.name === name;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
