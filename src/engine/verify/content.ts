/** Checks the content of versions against their recorded hashes. @module */

import { errorCode, HikaeError, isNotFound, messageOf } from "../../base/errors.ts";
import { stampToNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import { type EnginePorts, hashFile } from "../ports.ts";
import type { VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";

/** What a look at one version found. */
export type Finding =
  | { state: "sound" | "unknown"; bytes: number }
  | { state: "damaged" | "missing" | "unreadable"; message: string };

/** Reads the content of `v` and tells how it is. */
export function checkVersion(ports: EnginePorts, view: VerifyView, v: Version): Finding {
  const path = view.find(v);
  if (path === undefined) {
    return view.busy() && v.until === null
      ? { state: "unknown", bytes: 0 }
      : { state: "missing", message: text("verify.missing") };
  }
  try {
    const hash = hashFile(ports, path);
    const bytes = v.size ?? 0;
    if (v.hash === null) return { state: "unknown", bytes };
    if (hash === v.hash || (v.until === null && movedSound(ports, view, v))) {
      return { state: "sound", bytes };
    }
    // a run that is under way may have put a newer copy there
    if (v.until === null && view.busy()) return { state: "unknown", bytes };
    return { state: "damaged", message: text("verify.damaged") };
  } catch (error) {
    if (error instanceof HikaeError) throw error;
    if (isNotFound(error)) return { state: "missing", message: text("verify.missing") };
    return {
      state: "unreadable",
      message: text("verify.read", { problem: messageOf(error), code: errorCode(error) }),
    };
  }
}

/** True when a run that began since has set the copy aside, and it is whole there. */
function movedSound(ports: EnginePorts, view: VerifyView, v: Version): boolean {
  const { vault, catalog, locator } = view;
  const newest = vault.recordFiles().at(-1);
  if (newest === undefined || catalog.records().at(-1)?.stamp === newest.stamp) return false;
  for (const ended of ["changed", "deleted"]) {
    const moved = locator.path({ ...v, until: stampToNumber(newest.stamp), ended });
    try {
      if (hashFile(ports, moved) === v.hash) return true;
    } catch (error) {
      if (error instanceof HikaeError) throw error;
    }
  }
  return false;
}
