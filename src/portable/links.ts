/** Makes the links of a restored snapshot, where the rights for it are: outside the sandbox, last. @module */

import { systemText } from "../base/system_text.ts";
import { errorCode, HikaeError } from "../base/errors.ts";
import type { FileSystem } from "../base/fs.ts";
import { nextStep } from "../base/next_step.ts";
import { PlacedNames } from "../base/placed_names.ts";
import { dirOf, joinRel } from "../base/relpath.ts";
import { lookAt, RealDirCache, type Root, under } from "./paths.ts";
import { text } from "../text/text.ts";

/** A link to make. */
export interface SnapshotLink {
  /** Relative to the output directory, with `/`. */
  path: string;
  target: string;
  mtime: number | undefined;
}

/** A link that could not be made. */
export interface LinkFailure {
  path: string;
  code: string;
  message: string;
  hint?: string;
}

/** Makes links somewhere else, where failures are reported too; gives the numbers of those. */
export type MakeLinks = (jobs: readonly SnapshotLink[]) => NotMade;

/** How many links were not made: that failed, and that the disk refused, which takes none at all (decision 28). */
export interface NotMade {
  failed: number;
  refused: number;
}

/** Codes by which systems say that a disk takes no links. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** True when the disk takes no link at all, asked with one that leads nowhere; on Windows links are a user's right. */
function refusesLinks(fs: FileSystem, root: Root, error: unknown): boolean {
  if (root.separator === "\\" || !NO_LINKS.has(errorCode(error))) return false;
  for (let n = 0;; n++) {
    const probe = under(root, tempName(n));
    if (lookAt(fs, probe) !== undefined) continue;
    try {
      fs.symlink("nowhere", probe);
    } catch (again) {
      return NO_LINKS.has(errorCode(again));
    }
    fs.remove(probe);
    return false;
  }
}

/**
 * Makes links below `root`, replacing files and links that are in their places. Who makes several lots of one restore
 * hands the same `dirs` and `refused` in: deep directories are then not looked at from the root down for each lot.
 */
export function makeLinks(
  fs: FileSystem,
  root: Root,
  jobs: readonly SnapshotLink[],
  dirs: RealDirCache = new RealDirCache(fs, root),
  refused: string[] = [],
): LinkFailure[] {
  const failures: LinkFailure[] = [];
  const fail = (path: string, error: HikaeError): void => {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    failures.push({ path, code: error.id, message: error.message, ...hint });
  };
  const names = new PlacedNames(fs, {
    native: (path) => under(root, path),
    altered: (path, _, error) => fail(path, error),
  });
  for (const job of jobs) {
    if (refused.length > 0) {
      refused.push(job.path);
      continue;
    }
    try {
      makeLink(fs, root, job, { dirs, names });
    } catch (error) {
      if (error instanceof HikaeError) {
        fail(job.path, error);
        continue;
      }
      if (refusesLinks(fs, root, error)) {
        refused.push(job.path);
        continue;
      }
      const code = errorCode(error) || "unstorable";
      const hint = nextStep(code, "target");
      const next = hint === undefined ? {} : { hint };
      const message = text("portable.not-restored", { problem: systemText(error) });
      failures.push({ path: job.path, code, message, ...next });
    }
  }
  names.close();
  return failures;
}

function makeLink(
  fs: FileSystem,
  root: Root,
  job: SnapshotLink,
  { dirs, names }: { dirs: RealDirCache; names: PlacedNames },
): void {
  if (!dirs.parentsAreReal(job.path)) throw unfit(text("portable.below-link"));
  const path = under(root, job.path);
  const there = lookAt(fs, path);
  if (there !== undefined) names.assertOwn(job.path);
  if (there?.type === "dir") throw unfit(text("portable.dir-in-place"));
  if (there === undefined) fs.symlink(job.target, path);
  else replaceByLink(fs, root, job);
  names.add(job.path, 0);
  if (job.mtime !== undefined) fs.lutime(path, job.mtime, job.mtime);
}

/** What is there already, or above it, keeps an entry from its place. */
export function unfit(problem: string): HikaeError {
  return new HikaeError("unstorable", problem, { hint: text("restore.move-away-hint") });
}

function replaceByLink(fs: FileSystem, root: Root, job: SnapshotLink): void {
  for (let n = 0;; n++) {
    const temporary = under(root, joinRel(dirOf(job.path), tempName(n)));
    if (lookAt(fs, temporary) !== undefined) continue;
    fs.symlink(job.target, temporary);
    try {
      return fs.rename(temporary, under(root, job.path));
    } catch (error) {
      fs.remove(temporary);
      throw error;
    }
  }
}

/** The name of a file or link that is not yet in its place. */
export function tempName(n: number): string {
  return `.hikae-restore-${n}.tmp`;
}
