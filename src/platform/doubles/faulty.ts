/** A double that fails one call, and no other, as a sick disk does (design, *Never lose anything*). @module */

import type { Around, FsCall } from "./tap.ts";

/** What a fault is: an error of the system, fewer bytes written than asked for, or those and then a full disk. */
export type DiskFault = "ENOSPC" | "EIO" | "EACCES" | "EBUSY" | "ENOENT" | "short" | "torn";

/** All of them. */
export const FAULTS: readonly DiskFault[] = [
  "ENOSPC",
  "EIO",
  "EACCES",
  "EBUSY",
  "ENOENT",
  "short",
  "torn",
];

const TEXT: Readonly<Record<string, string>> = {
  ENOSPC: "No space left on device (os error 28)",
  EIO: "Input/output error (os error 5)",
  EACCES: "Permission denied (os error 13)",
  EBUSY: "Device or resource busy (os error 16)",
  ENOENT: "No such file or directory (os error 2)",
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
  if (fault === "EACCES") error.name = "PermissionDenied";
  return error;
}

/** True when a fault can befall a call: a short write only a write of more than one byte. */
export function befalls(fault: DiskFault, call: FsCall): boolean {
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
export function faulty(at: number, fault: DiskFault): Faulty {
  let n = 0;
  const state: Faulty = {
    hit: undefined,
    around: (call, work) => {
      if (n++ !== at || !befalls(fault, call)) return work();
      state.hit = call;
      if (fault !== "short" && fault !== "torn") throw faultOf(fault, call);
      const written = call.writePart?.((call.size ?? 0) >> 1);
      if (fault === "torn") throw faultOf("ENOSPC", call);
      return written as ReturnType<typeof work>;
    },
  };
  return state;
}
