/**
 * Where the lanes of a run find the copy of a file that has several names in the source: under a temporary name made of its
 * inode and its content, whichever lane comes first.
 * @module
 */

import type { FileInfo } from "../../base/fs.ts";
import { removeQuietly } from "../../base/io.ts";
import { TEMPORARY } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";
import { LEAST_SHARED } from "../../vault/history/contents.ts";
import type { SharedTemporary } from "./make_shared.ts";

const PREFIX = `${TEMPORARY}names-`;

/** What is looked for. */
export interface Meeting {
  hash: string;
  size: number;
  info: FileInfo;
}

function place({ tree }: Vault, { hash, info }: Meeting): string {
  return tree.below(tree.meta(""), `${PREFIX}${info.ino}-${hash.slice(0, 32)}`);
}

/** Makes `to` a name of the copy that another name of the file has brought in this run; undefined when none has. */
export function meet(vault: Vault, meeting: Meeting, to: string): SharedTemporary | undefined {
  const { fs, tree } = vault;
  if (meeting.size < LEAST_SHARED) return undefined;
  const from = place(vault, meeting);
  if (!fs.exists(from)) return undefined;
  try {
    fs.link(from, to);
    // who brought it may not have flushed it yet
    return { open: tree.separator === "/" ? fs.open(to, { read: true }) : undefined };
  } catch {
    removeQuietly(fs, to);
    return undefined;
  }
}

/** Leaves a copy there for the other names of its file. */
export function leave(vault: Vault, meeting: Meeting, copy: string): void {
  if (meeting.size < LEAST_SHARED) return;
  try {
    vault.fs.link(copy, place(vault, meeting));
  } catch {
    // another lane was first, or the disk takes no links: each name has a file of its own then
  }
}

/** Takes away what a run left there. */
export function clearMeetings({ fs, tree }: Vault): void {
  try {
    for (const { name } of fs.list(tree.meta(""))) {
      if (name.startsWith(PREFIX)) removeQuietly(fs, tree.below(tree.meta(""), name));
    }
  } catch {
    // the next run removes what is left under a temporary name
  }
}
