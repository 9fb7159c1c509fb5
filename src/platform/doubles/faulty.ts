/** A double that fails one call, and no other, as a sick disk does (design, *Never lose anything*). @module */

import type { Around, FsCall } from "./tap.ts";

/**
 * What a fault is: an error of the system; fewer bytes written than asked for, or those and then a full disk; an error
 * though it was done (`replay`: as a share says it whose server was asked twice); a listing of a half and then an error, of
 * which the quick way of listing tells nothing; an end of a file before its end; a disk that is gone from then on, or one
 * path of it; something that is not seen.
 */
export type DiskFault =
  | "ENOSPC"
  | "EIO"
  | "EACCES"
  | "EBUSY"
  | "ENOENT"
  | "short"
  | "torn"
  | "done"
  | "replay"
  | "cut"
  | "eof"
  | "down"
  | "bad"
  | "unseen";

/** Those that every command is tried with; `cut` and `eof` are wrong answers without an error. */
export const FAULTS: readonly DiskFault[] = [
  "ENOSPC",
  "EIO",
  "EACCES",
  "EBUSY",
  "ENOENT",
  "short",
  "torn",
  "done",
  "replay",
  "down",
  "bad",
  "unseen",
];

/** Wrong answers without an error. */
export const LIES: readonly DiskFault[] = ["cut", "eof"];

const TEXT: Readonly<Record<string, string>> = {
  ENOSPC: "No space left on device (os error 28)",
  EIO: "Input/output error (os error 5)",
  EACCES: "Permission denied (os error 13)",
  EBUSY: "Device or resource busy (os error 16)",
  ENOENT: "No such file or directory (os error 2)",
  EEXIST: "File exists (os error 17)",
};

/** SQLite's result codes for what the disk says. */
const SQLITE: Readonly<Record<string, number>> = {
  ENOSPC: 13,
  EIO: 10,
  EACCES: 8,
  EBUSY: 5,
  ENOENT: 14,
};

/** The error that the machine would give: Deno names the path of calls by path, and none for an open file. */
function faultOf(fault: string, call: FsCall): Error {
  const text = TEXT[fault] ?? fault;
  if (call.op.startsWith("sql.")) {
    const errcode = SQLITE[fault] ?? 1;
    return Object.assign(new Error(`sqlite: ${text}`), { code: "ERR_SQLITE_ERROR", errcode });
  }
  const where = call.op.startsWith("file.") ? "" : `: ${call.op} '${call.path}'`;
  const error = Object.assign(new Error(text + where), { code: fault });
  if (fault === "ENOENT") error.name = "NotFound";
  if (fault === "EEXIST") error.name = "AlreadyExists";
  if (fault === "EACCES") error.name = "PermissionDenied";
  return error;
}

/** True when a fault can befall a call: a short write only a write of more than one byte. */
export function befalls(fault: DiskFault, call: FsCall): boolean {
  if (call.op === "exists") return fault === "unseen" || fault === "bad" || fault === "down";
  if (fault === "unseen") return false;
  const sql = call.op.startsWith("sql.");
  if (fault === "done") return call.effect !== "read" && !sql;
  if (fault === "replay") return ["rename", "remove", "mkdir", "link", "symlink"].includes(call.op);
  if (fault === "cut") return call.op === "list" || call.op === "listWhole";
  if (fault === "eof") return call.op === "file.read";
  if (fault === "down" || fault === "bad") return !sql;
  if (fault === "short" || fault === "torn") {
    return call.op === "file.write" && (call.size ?? 0) > 1;
  }
  return true;
}

/** A fault on its way. */
export interface Faulty {
  around: Around;
  /** The call that was failed; undefined while none was. */
  hit: FsCall | undefined;
}

/** Fails the call number `at` (from 0) of those that pass with `fault`. */
export function faulty(at: number, fault: DiskFault, roots: readonly string[] = []): Faulty {
  let n = 0;
  const state: Faulty = {
    hit: undefined,
    around: (call, work) => {
      const again = state.hit !== undefined && lasts(fault, state.hit, call, roots);
      if (again) throw faultOf("EIO", call);
      if (n++ !== at || !befalls(fault, call)) return work();
      state.hit = call;
      return befall(fault, call, work);
    },
  };
  return state;
}

function befall<T>(fault: DiskFault, call: FsCall, work: () => T): T {
  if (fault === "short" || fault === "torn") {
    const written = call.writePart?.((call.size ?? 0) >> 1);
    if (fault === "torn") throw faultOf("ENOSPC", call);
    return written as T;
  }
  if (fault === "eof") return 0 as T;
  if (fault === "cut") {
    const got = work();
    if (Array.isArray(got)) return got.slice(0, got.length >> 1) as T;
    return (got as Promise<unknown>).then(() => {
      throw faultOf("EIO", call);
    }) as T;
  }
  if (fault === "done" || fault === "replay") {
    const code = fault === "done"
      ? "EIO"
      : ["mkdir", "link", "symlink"].includes(call.op)
      ? "EEXIST"
      : "ENOENT";
    const got = work();
    if (got instanceof Promise) {
      return got.then(() => {
        throw faultOf(code, call);
      }) as T;
    }
    if (call.op === "open") (got as { close(): void }).close();
    throw faultOf(code, call);
  }
  throw faultOf(["down", "bad", "unseen"].includes(fault) ? "EIO" : fault, call);
}

function lasts(
  fault: DiskFault,
  hit: FsCall,
  call: FsCall,
  roots: readonly string[],
): boolean {
  if (call.op.startsWith("sql.")) return false;
  if (fault === "bad") return call.path === hit.path || call.to === hit.path;
  if (fault !== "down") return false;
  const root = roots.find((r) => hit.path.startsWith(r));
  return root !== undefined && call.path.startsWith(root);
}
