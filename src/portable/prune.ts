/** Keeps the newest portable snapshots and removes the others; each decision has its reason. @module */

import { systemText } from "../base/system_text.ts";
import { removeIfAny } from "../base/io.ts";
import { PART, stampOfName } from "./format.ts";
import { type Found, listSnapshots } from "./look.ts";
import { lookAt, under } from "./paths.ts";
import { checkCancelled, ErrorCounter, type PortablePorts } from "./ports.ts";
import { text } from "../text/text.ts";

/** What becomes of one file. */
export interface Decision {
  name: string;
  keep: boolean;
  reason: string;
  /** The size of the file. */
  size: number;
}

/** How old the file of an unfinished snapshot is before anybody may think it left behind. */
const STALE_MS = 600_000;

/**
 * Decides over `found` (oldest first), newest first. Damaged files and other names are not counted, and the newest that is
 * complete stays: those after it lack what could not be read.
 */
export function decide(found: readonly Found[], keep: number): Decision[] {
  const whole = found.findLast((f) => stampOfName(f.name) !== undefined && f.state === "complete");
  let kept = 0;
  return found.toReversed().map(({ name, state, size }): Decision => {
    if (stampOfName(name) === undefined) {
      return { name, size, keep: true, reason: text("portable.keep-other") };
    }
    if (state === "damaged") {
      return { name, size, keep: true, reason: text("portable.keep-damaged") };
    }
    kept++;
    if (kept > keep && name === whole?.name) {
      return { name, size, keep: true, reason: text("rule.newest-complete") };
    }
    return kept <= keep
      ? { name, size, keep: true, reason: text("portable.keep-newest", { number: kept, keep }) }
      : { name, size, keep: false, reason: text("portable.drop-older", { keep }) };
  });
}

/** Decides over all files of a snapshots directory. */
export async function planPrune(
  ports: PortablePorts,
  snapshots: string,
  keep: number,
): Promise<Decision[]> {
  const decisions = decide(await listSnapshots(ports, snapshots), keep);
  return [...decisions, ...await leftParts(ports, snapshots)];
}

/** The files that a take which was killed left behind. */
async function leftParts(ports: PortablePorts, snapshots: string): Promise<Decision[]> {
  const root = { path: snapshots, separator: ports.separator };
  const parts: Decision[] = [];
  for (const { name, type } of await ports.fs.listWhole(snapshots)) {
    if (type !== "file" || !name.endsWith(PART)) continue;
    if (stampOfName(name.slice(0, -PART.length)) === undefined) continue;
    const info = lookAt(ports.fs, under(root, name));
    if (info === undefined || ports.clock.now() - info.mtime < STALE_MS) continue;
    if (!isFree(ports, under(root, name))) continue;
    parts.push({ name, keep: false, reason: text("portable.drop-left"), size: info.size });
  }
  return parts;
}

/** True when nobody is writing the file: its writer holds a lock on it, where the disk has locks. */
function isFree(ports: PortablePorts, path: string): boolean {
  const file = ports.fs.open(path, { read: true, write: true });
  try {
    return file.tryLock();
  } catch {
    // a disk without locks: the file's age alone tells
    return true;
  } finally {
    file.close();
  }
}

/** Removes what the decisions do not keep; gives the number that could not be removed. */
export function applyPrune(
  ports: PortablePorts,
  snapshots: string,
  decisions: readonly Decision[],
): number {
  const root = { path: snapshots, separator: ports.separator };
  const trouble = new ErrorCounter(ports);
  for (const { name, keep } of decisions) {
    if (keep) continue;
    checkCancelled(ports);
    try {
      removeIfAny(ports.fs, under(root, name));
    } catch (error) {
      trouble.say(
        name,
        "remove",
        "failed",
        text("portable.not-removed", { problem: systemText(error) }),
      );
    }
  }
  return trouble.count;
}
