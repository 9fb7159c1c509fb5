/** Past versions on their way out: the last check before, the removal, and what it leaves on record. @module */

import { systemText } from "../../base/system_text.ts";
import { nextStep } from "../../base/next_step.ts";
import { errorCode } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { hasNames } from "../../base/inode.ts";
import { lstatIfAny, removeIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToInstant, stampToLast } from "../../base/stamp.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import type { VaultContents } from "../../vault/content.ts";
import { goneLine } from "../../vault/version.ts";
import type { Why } from "../../vault/record.ts";
import type { Vault } from "../../vault/vault.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { RealDirs } from "../real_dirs.ts";
import { askerFar, AT_ONCE } from "../seen_files.ts";
import type { ThinningSession } from "./thinning.ts";
import { text } from "../../text/text.ts";
import type { PlannedRemoval } from "../questions.ts";

/** A past version that is to go. */
export interface Removal {
  version: Version;
  /** Where it lies, absolute. */
  file: string;
  size: number;
  reason: string;
  /** Must be gone before it: by the mark of a deletion a cleanup finds the generations that go with it. */
  after?: readonly Removal[];
}

/** What a removal came to. */
export interface Removed {
  done: Removal[];
  bytes: number;
  errors: number;
}

/** Why the newest copy of a file whose living copy is lost stays. */
export const ONLY_COPY = "rule.only-copy";

/**
 * True when `v` has the content that the living copy of the same path should have, and that copy is not there (or
 * is not whole): then `v` is what the file can be brought back from.
 */
export function isOnlyCopy(
  vault: Vault,
  catalog: Catalog,
  contents: VaultContents,
  v: Version,
): boolean {
  const living = catalog.living(joinRel(v.dir, v.name));
  if (living === undefined || living.type !== v.type) return false;
  if (living.hash !== null && v.hash !== null && living.hash !== v.hash) return false;
  const there = lstatIfAny(vault.fs, contents.stored(living).file);
  if (there?.type !== "file") return true;
  return living.size !== null && there.size !== living.size && living.type === "file";
}

/**
 * True when a run with this stamp may have begun later than `limit` (ms). A stamp is of the time zone that wrote it, and in the
 * hour that comes twice of either: its record tells when it was.
 */
export function isAfter(catalog: Catalog, stamp: Stamp, limit: number): boolean {
  if (stampToInstant(stamp) >= limit) return true;
  const told = Date.parse(catalog.record(stamp)?.time ?? "");
  return (Number.isNaN(told) ? stampToLast(stamp) : told) >= limit;
}

/** Answers about stamps, each found out once: many files go with one run, and its record is read for an answer. */
export function onceEach<T>(answer: (stamp: Stamp) => T): (stamp: Stamp) => T {
  const known = new Map<Stamp, { is: T }>();
  return (stamp) => {
    const told = known.get(stamp) ?? { is: answer(stamp) };
    known.set(stamp, told);
    return told.is;
  };
}

/** Removes versions, one after another; each is on record once it is gone. */
export async function removeVersions(
  ports: EnginePorts,
  session: ThinningSession,
  removals: readonly Removal[],
  gone: number,
  why: Why,
): Promise<Removed> {
  const result: Removed = { done: [], bytes: 0, errors: 0 };
  const real = new RealDirs(session.vault);
  const stayed = new Set<Removal>();
  const ordered = session.isUntold ? smallestFirst(removals) : removals;
  const ask = askerFar(ports, session.vault.root);
  for (const [i, removal] of ordered.entries()) {
    checkCancelled(ports);
    if (i % AT_ONCE === 0) await ask?.(ordered.slice(i, i + AT_ONCE).map(({ file }) => file));
    if (removal.after?.some((r) => stayed.has(r))) continue;
    try {
      real.check(removal.file);
      result.bytes += removeOne(session.vault, removal.file);
      const line = goneLine(removal.version, gone, why);
      // no room even for the first line of a record: what goes first makes it, and nothing else goes before
      if (session.isUntold) session.beginWith(line);
      else session.line(line);
      result.done.push(removal);
      ports.progress.done(1, removal.size);
    } catch (error) {
      result.errors++;
      stayed.add(removal);
      ports.progress.error();
      ports.emit({
        message_type: "error",
        path: joinRel(removal.version.dir, removal.version.name),
        during: "remove",
        code: errorCode(error) || "failed",
        message: text("thinning.remove-failed", { file: removal.file, problem: systemText(error) }),
        hint: nextStep(errorCode(error), "vault") ?? text("thinning.remove-failed-hint"),
      });
      if (isFatal(error) || session.isUntold) throw error;
    }
  }
  return result;
}

/** A block of most disks: what is smaller may make no room. */
const BLOCK = 4096;

/** In the same order, but for one that makes room for a record and is no loss worth speaking of. */
function smallestFirst(removals: readonly Removal[]): Removal[] {
  const alone = removals.filter((r) => r.after === undefined || r.after.length === 0);
  const enough = alone.filter((r) => r.size >= BLOCK).sort((a, b) => a.size - b.size)[0];
  const first = enough ?? [...alone].sort((a, b) => b.size - a.size)[0];
  return first === undefined ? [...removals] : [first, ...removals.filter((r) => r !== first)];
}

function removeOne(vault: Vault, file: string): number {
  // a share may say once that a file is not there: what is then on record as gone would come back with a new index
  const info = lstatIfAny(vault.fs, file) ?? lstatIfAny(vault.fs, file);
  if (info === undefined) return 0;
  if (info.type !== "file") {
    throw Object.assign(new Error(`it is a ${info.type} where a file should be`), {
      code: "EINVAL",
    });
  }
  // and one that was asked twice says so of what it has removed
  removeIfAny(vault.fs, file);
  // what has another name stays on the disk
  return info.nlink > 1 ? 0 : info.size;
}

/** The bytes that the disk would get back: a file that has several names goes with the last of them. */
export function freedBy(fs: FileSystem, removals: readonly Removal[]): number {
  const names = new Map<string, number>();
  let bytes = 0;
  for (const { file, size } of removals) {
    const info = attempt(() => lstatIfAny(fs, file));
    if (info === undefined || !hasNames(info)) {
      bytes += size;
      continue;
    }
    const key = `${info.dev} ${info.ino}`;
    const left = (names.get(key) ?? info.nlink) - 1;
    names.set(key, left);
    if (left === 0) bytes += info.size;
  }
  return bytes;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // it is met, and told, when it is to go
    return undefined;
  }
}

/** A disk that fails every call is not asked a hundred thousand times. */
function isFatal(error: unknown): boolean {
  return ["EROFS", "EIO", "ENODEV", "ESTALE", "ENOTCONN"].includes(errorCode(error));
}

/** Removals as others are asked about them. */
export function planEntries(removals: readonly Removal[], firstId: number): PlannedRemoval[] {
  return removals.map(({ version: v, size, reason }, i) => ({
    id: firstId + i,
    kind: "version",
    path: joinRel(v.dir, v.name),
    ...(v.since > 0 ? { from: stampFromNumber(v.since) } : {}),
    ...(v.until === null ? {} : { to: stampFromNumber(v.until) }),
    size,
    reason,
  }));
}
