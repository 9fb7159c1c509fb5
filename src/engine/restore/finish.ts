/**
 * The last part of a restore: links, and then the attributes of directories, deepest first. Main does the links
 * by itself, because only a thread with unscoped rights can make one; it follows none.
 * @module
 */

import { nextStep } from "../../base/next_step.ts";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import type { FileSystem } from "../../base/fs.ts";
import { utf8 } from "../../base/bytes.ts";
import { dirOf } from "../../base/relpath.ts";
import { systemText } from "../../base/system_text.ts";
import { text } from "../../text/text.ts";
import { setAttrs } from "./attrs.ts";
import { setLinkAttrs } from "./apply.ts";
import { discard, TEMPORARY } from "./copy.ts";
import { nameOfOther, PlacedNames } from "../../base/placed_names.ts";
import type { DirJob, RestoreLink, Self } from "./request.ts";
import type { RestoreTarget } from "./target.ts";

/** What finishing needs. */
export interface FinishPorts {
  fs: FileSystem;
  target: RestoreTarget;
  self: Self;
  /** Told of what failed. */
  trouble: (path: string, error: unknown) => void;
  /** Throws when the restore is to end. */
  check: () => void;
  /** A random part of the names of temporary files. */
  id: string;
  /** Paths of links that the target's disk, which takes none at all, did not take. */
  refused: string[];
}

/** How many links were made, and the bytes of their targets. */
export interface MadeLinks {
  links: number;
  bytes: number;
}

/** Makes links; gives what was made. */
export function makeLinks(ports: FinishPorts, links: readonly RestoreLink[]): MadeLinks {
  const made = { links: 0, bytes: 0 };
  const names = new PlacedNames(ports.fs, {
    native: (path) => ports.target.path(path),
    altered: (path, bytes, error) => {
      made.links--;
      made.bytes -= bytes ?? 0;
      ports.trouble(path, error);
    },
  });
  links.forEach((job, i) => {
    ports.check();
    if (ports.refused.length > 0) return void ports.refused.push(job.path);
    try {
      makeLink(ports, job, i, names);
      made.links++;
      made.bytes += utf8(job.target).length;
    } catch (error) {
      if (refusesLinks(ports, error)) ports.refused.push(job.path);
      else ports.trouble(job.path, withHint(error, ports.target.separator === "\\"));
    }
  });
  names.close();
  return made;
}

/** Codes by which systems say that a disk takes no links. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** True when the target takes no link at all, asked with one that leads nowhere; on Windows links are a user's right. */
function refusesLinks({ fs, target, id }: FinishPorts, error: unknown): boolean {
  if (target.separator === "\\" || !NO_LINKS.has(errorCode(error))) return false;
  const probe = target.below(target.root, `${TEMPORARY}${id}-l0`);
  try {
    fs.symlink("nowhere", probe);
  } catch (again) {
    return NO_LINKS.has(errorCode(again));
  }
  discard(fs, probe);
  return false;
}

function makeLink(
  { fs, target, self, id }: FinishPorts,
  job: RestoreLink,
  serial: number,
  names: PlacedNames,
): void {
  const dir = dirOf(job.path);
  target.assertReal(dir);
  // what was made before and is kept as this one goes
  if (target.look(job.path) !== undefined) names.assertOwn(job.path);
  const there = target.look(job.path);
  if (there?.type === "dir") {
    throw new HikaeError("unstorable", text("restore.dir-for-link"), {
      hint: text("restore.move-away-hint"),
    });
  }
  if (there !== undefined && job.careful) throw nameOfOther();
  // made beside and renamed: whoever looks finds the old entry or the new link
  const temporary = target.below(target.path(dir), `${TEMPORARY}${id}-l${serial}`);
  fs.symlink(job.target, temporary);
  try {
    setLinkAttrs(fs, temporary, job, self.owner);
    fs.rename(temporary, target.path(job.path));
    names.add(job.path, utf8(job.target).length);
  } catch (error) {
    discard(fs, temporary);
    throw error;
  }
}

/**
 * Sets the attributes of directories in the order given (deepest first); gives the paths of those that belong to
 * another user, who alone may set them: they are restored all the same.
 */
export function finishDirs(
  ports: Omit<FinishPorts, "check" | "id" | "refused">,
  dirs: readonly DirJob[],
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
      else ports.trouble(job.path, error);
    }
  }
  return others;
}

/** True when a directory was there before and belongs to another user: a restore into `/tmp` is whole all the same. */
function isOfAnother(
  { fs, target, self }: Pick<FinishPorts, "fs" | "target" | "self">,
  { path }: DirJob,
  error: unknown,
): boolean {
  if (errorCode(error) !== "EPERM" || self.owner || self.uid === undefined) return false;
  const { uid } = fs.lstat(target.path(path));
  return uid !== self.uid;
}

/** Says of which directories the attributes stay as they are; undefined when there are none. */
export function othersNote(others: readonly string[], target: string): Message | undefined {
  const [first] = others;
  if (first === undefined) return undefined;
  const message = text("restore.others-dirs", { n: others.length, first: first || target });
  return { message_type: "note", message, path: target };
}

/** The directories that main finishes (those with links in or below them), and those that the engine does. */
export function splitDirs(
  dirs: readonly DirJob[],
  links: readonly RestoreLink[],
): { engine: DirJob[]; main: DirJob[] } {
  const late = new Set<string>();
  for (const { path } of links) {
    for (let at = path; at !== "" && !late.has(at = dirOf(at));) late.add(at);
  }
  const engine: DirJob[] = [];
  const main: DirJob[] = [];
  for (const job of [...dirs].reverse()) (late.has(job.path) ? main : engine).push(job);
  return { engine, main };
}

function withHint(error: unknown, windows: boolean): unknown {
  const code = errorCode(error);
  if (error instanceof HikaeError || code === "") return error;
  const hint = windows && (code === "EPERM" || code === "EACCES")
    ? text("restore.link-hint-windows")
    : code === "EPERM"
    ? text("restore.link-hint-disk")
    : nextStep(code, "target");
  return new HikaeError("unstorable", text("restore.failed", { problem: systemText(error) }), {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
