/** `restore --vanished` without a target: lists what was deleted. @module */

import type { Stamp } from "../../base/stamp.ts";
import type { EnginePorts } from "../ports.ts";
import { tellAllProofs } from "../proven.ts";
import type { Reader } from "../reader.ts";
import { vanished } from "../vanished.ts";
import type { LookRequest } from "./query_point.ts";
import { VersionLines } from "./version_line.ts";

/** What is asked. */
export interface VanishedLook extends LookRequest {
  globs: readonly string[];
  since?: Stamp;
}

/** Emits a `version` for the last version of each deleted path, by path; gives their number. */
export async function listVanished(
  ports: EnginePorts,
  reader: Reader,
  request: VanishedLook,
): Promise<number> {
  await tellAllProofs(ports, reader);
  const lines = new VersionLines(reader);
  const found = vanished(reader, request);
  for (const v of found) ports.emit(lines.line(v));
  return found.length;
}
