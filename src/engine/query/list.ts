/** `list`: the snapshots of a vault. @module */

import { text } from "../../text/text.ts";
import { isHeld } from "../../vault/lock.ts";
import type { EnginePorts } from "../ports.ts";
import type { Reader, Snapshot } from "../reader.ts";

/** Emits a `snapshot` per run, oldest first; gives their number. */
export function list(ports: EnginePorts, reader: Reader): number {
  const snapshots = reader.snapshots();
  tellSnapshots(ports, snapshots);
  if (snapshots.length === 0 && !isHeld(ports, reader.vault.tree)) {
    ports.emit({ message_type: "note", message: text("vault.no-snapshots") });
  }
  return snapshots.length;
}

/** Emits a `snapshot` for each. */
export function tellSnapshots(ports: EnginePorts, snapshots: readonly Snapshot[]): void {
  for (const s of snapshots) ports.emit({ message_type: "snapshot", ...fieldsOf(s) });
}

/** What stands in a record's last line beside its counts, or is told here by other names. */
const NO_COUNTS: ReadonlySet<string> = new Set([
  "stamp",
  "state",
  "lost",
  "sha256",
  "tree",
  "before",
  "chain",
  "ended",
  "sealed",
  "unsealed",
  "unrecorded",
  "checked",
  "mirror_looked",
]);

function fieldsOf(s: Snapshot): Record<string, unknown> {
  const counts = Object.fromEntries(
    Object.entries(s.counts()).filter(([key, value]) =>
      !NO_COUNTS.has(key) && typeof value === "number"
    ),
  );
  return {
    stamp: s.stamp,
    time: s.time,
    state: s.state,
    proven: s.proven,
    ...(s.state === "partial" ? { lost: s.lost } : {}),
    errors: s.errors,
    ...counts,
  };
}
