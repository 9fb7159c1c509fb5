/** Whether snapshots are what their seals say, for who answers from them (docs/format.md, *Seals*). @module */

import { type Stamp, stampToNumber } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import type { EnginePorts } from "./ports.ts";
import type { Reader } from "./reader.ts";
import { isToldBy } from "../vault/history/paths.ts";

/** What an answer says of its proof: nothing where nothing gainsays it. */
export interface Proof {
  proven?: false;
}

/**
 * Holds snapshots against their seals, over an index made again where one does not agree. One that still does not is
 * told as an error: what is answered may be incomplete, and the command ends with exit code 3.
 */
export async function tellProof(
  ports: EnginePorts,
  reader: Reader,
  stamps: Iterable<Stamp>,
): Promise<Proof> {
  const broken = (): Stamp[] => {
    const all = reader.broken();
    return all.size === 0 ? [] : [...new Set(stamps)].filter((stamp) => all.has(stamp));
  };
  if (broken().length > 0) await reader.renew();
  const left = broken();
  for (const stamp of left) {
    ports.emit({
      message_type: "error",
      path: reader.vault.recordPath(stamp),
      during: "prove",
      code: "unproven",
      message: text("index.unproven", { stamp }),
      hint: text("index.unproven-hint"),
      stamp,
      proven: false,
    });
  }
  noteDoubtful(ports, reader, stamps, left);
  return left.length > 0 ? { proven: false } : {};
}

/**
 * A seal has names and hashes of all that lives, and no attributes: what a damaged record tells of these stays in later
 * snapshots whose seals agree, so that is said where one of them is asked for.
 */
function noteDoubtful(
  ports: EnginePorts,
  { catalog }: Reader,
  stamps: Iterable<Stamp>,
  told: readonly Stamp[],
): void {
  const broken = catalog.broken().map((r) => r.stamp).filter((stamp) => !told.includes(stamp));
  if (broken.length === 0) return;
  const asked = [...new Set(stamps)].filter((stamp) => !told.includes(stamp));
  for (const stamp of broken) {
    const since = stampToNumber(stamp);
    const at = asked.find((a) => a > stamp && isToldBy(catalog, since, stampToNumber(a)));
    if (at === undefined) continue;
    ports.emit({
      message_type: "note",
      message: text("index.doubtful", { stamp, asked: at }),
    });
  }
}

/** The same for all snapshots: of what was over time each of them tells. */
export function tellAllProofs(ports: EnginePorts, reader: Reader): Promise<Proof> {
  // of ten thousand none is looked at where all agree
  const runs: Iterable<Stamp> = { [Symbol.iterator]: () => reader.runs()[Symbol.iterator]() };
  return tellProof(ports, reader, runs);
}
