/** The last part of a restore: links, and then the attributes of directories, deepest first. @module */

import { errorCode, isNotFound } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import type { FileSystem } from "../../base/fs.ts";
import type { LinkToMake } from "../../base/links.ts";
import { text } from "../../text/text.ts";
import { LinkRequests } from "../links.ts";
import type { EnginePorts } from "../ports.ts";
import { setAttrs } from "./attrs.ts";
import type { DirJob, Self } from "./request.ts";
import type { RestoreTarget } from "./target.ts";

/** Where something is finished, and as whom. */
export interface Finishing {
  target: RestoreTarget;
  self: Self;
}

/** What is left when all files are there. */
export interface LeftToFinish {
  links: readonly LinkToMake[];
  /** Parents first. */
  dirs: readonly DirJob[];
}

/** Told of what failed. */
export type FinishTrouble = (path: string, error: unknown) => void;

/** Has the links made, and then sets the attributes of directories; gives what was made of links. */
export async function finishTarget(
  ports: EnginePorts,
  at: Finishing,
  { links, dirs }: LeftToFinish,
  trouble: FinishTrouble,
): Promise<LinkRequests> {
  const { root } = at.target;
  const requests = new LinkRequests(ports, { root, owner: at.self.owner }, trouble);
  await requests.make(links);
  requests.tellRefused();
  const note = othersNote(finishDirs({ ...at, fs: ports.fs }, dirs.toReversed(), trouble), root);
  if (note !== undefined) ports.emit(note);
  return requests;
}

/**
 * Sets the attributes of directories in the order given (deepest first); gives the paths of those that belong to
 * another user, who alone may set them: they are restored all the same.
 */
function finishDirs(
  ports: Finishing & { fs: FileSystem },
  dirs: readonly DirJob[],
  trouble: FinishTrouble,
): string[] {
  const others: string[] = [];
  for (const job of dirs) {
    try {
      ports.target.assertReal(job.path);
      setAttrs(ports.fs, ports.target.path(job.path), job, ports.self);
    } catch (error) {
      // what is gone again needs no attributes
      if (isNotFound(error)) continue;
      if (isOfAnother(ports, job, error)) others.push(job.path);
      else trouble(job.path, error);
    }
  }
  return others;
}

/** True when a directory was there before and belongs to another user: a restore into `/tmp` is whole all the same. */
function isOfAnother(
  { fs, target, self }: Finishing & { fs: FileSystem },
  { path }: DirJob,
  error: unknown,
): boolean {
  if (errorCode(error) !== "EPERM" || self.owner || self.uid === undefined) return false;
  const { uid } = fs.lstat(target.path(path));
  return uid !== self.uid;
}

/** Says of which directories the attributes stay as they are; undefined when there are none. */
function othersNote(others: readonly string[], target: string): Message | undefined {
  const [first] = others;
  if (first === undefined) return undefined;
  const message = text("restore.others-dirs", { n: others.length, first: first || target });
  return { message_type: "note", message, path: target };
}
