/** Opens a vault for a verify: to be read, or held to be repaired. @module */

import { messageOf } from "../../base/errors.ts";
import type { VaultContents } from "../../vault/content.ts";
import { isHeld } from "../../vault/lock.ts";
import { mendRecords } from "../../vault/mend_records.ts";
import { DiskUnseen } from "../../vault/disk_sight.ts";
import { type HeldVault, openToWrite, type OpenVault } from "../../vault/open.ts";
import type { MendedRecord } from "../../vault/record_repair.ts";
import { toldMended } from "../command_record.ts";
import { hold, lookOptions } from "../open_vault.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { type SeenFiles, seeOpening } from "../seen_files.ts";
import type { VerifyRequest } from "./request.ts";
import type { SightSteps } from "./seen_steps.ts";
import type { VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";

/** Opens the vault of a verify, of which `seen` sees ahead what that reads. */
export function* openView(
  ports: EnginePorts,
  request: VerifyRequest,
  seen: SeenFiles | undefined,
): SightSteps<VerifyView> {
  if (request.repair) return yield* held(ports, request, seen);
  if (seen !== undefined) yield seeOpening(seen, ports, request.root, { distrust: true });
  try {
    return looking(ports, request);
  } catch (error) {
    if (!(error instanceof DiskUnseen)) throw error;
    yield* sawDisk(ports, error);
    return looking(ports, request);
  } finally {
    ports.sight?.over();
  }
}

/** Sees the disk of a vault where somebody waits for it. */
function* sawDisk(
  ports: EnginePorts,
  unseen: Pick<DiskUnseen, "vault" | "isKnown">,
): SightSteps<void> {
  let ended: { why: unknown } | undefined;
  const seeing = ports.sight?.see(unseen, () => checkCancelled(ports));
  if (seeing === undefined) return;
  yield seeing.catch((why: unknown) => void (ended = { why }));
  if (ended !== undefined) throw ended.why;
}

/** The same of a vault that is held, which is let go of where it is to end. */
function* sawHeld(ports: EnginePorts, { vault, lock }: HeldVault): SightSteps<void> {
  try {
    // of a vault that is not open yet nothing is known: what its directories list is seen
    yield* sawDisk(ports, { vault, isKnown: () => true });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The index is made of the records, all of which are read: what it says is what they say. */
function looking(ports: EnginePorts, request: VerifyRequest): VerifyView {
  const reader = Reader.open(ports, request.root, { distrust: true });
  const { vault, catalog, contents } = reader;
  return {
    vault,
    catalog,
    contents,
    busy: () => isHeld(vault.ports, vault.tree),
    close: () => reader.close(),
    mended: [],
  };
}

function* held(
  ports: EnginePorts,
  request: VerifyRequest,
  seen: SeenFiles | undefined,
): SightSteps<VerifyView> {
  const held = hold(ports, request, "verify --repair");
  // it fails never: what could not be seen is met below
  if (seen !== undefined) {
    yield seeOpening(seen, ports, request.root, { distrust: true, held: true });
  }
  const { records, open } = yield* mendedAndOpen(ports, held);
  ports.opened?.();
  const { vault, catalog } = open;
  for (const message of toldMended(ports, open, request)) {
    ports.emit({ message_type: "note", message, path: request.given });
  }
  let contents: VaultContents;
  try {
    contents = open.contents;
  } catch (error) {
    open.close();
    throw error;
  }
  return {
    vault,
    catalog,
    contents,
    busy: () => false,
    close: () => open.close(),
    mended: records,
  };
}

/** Mends the records and opens the vault; what is asked of its disk is seen before. */
function* mendedAndOpen(
  ports: EnginePorts,
  held: HeldVault,
): SightSteps<{ records: MendedRecord[]; open: OpenVault }> {
  // the lock holds it as it is, and what is mended are records alone
  yield* sawHeld(ports, held);
  const records = mendHeld(ports, held);
  try {
    return { records, open: openToWrite(held, lookOptions(ports), true) };
  } catch (error) {
    if (!(error instanceof DiskUnseen)) throw error;
    // the index had trouble while the disk was mended: another one is made elsewhere
    yield* sawHeld(ports, held);
    return { records, open: openToWrite(held, lookOptions(ports), true) };
  } finally {
    ports.sight?.over();
  }
}

/** Mends damaged records first: opening to write would go on from what is left of them. */
function mendHeld(ports: EnginePorts, held: HeldVault): MendedRecord[] {
  try {
    return mendRecords(held, lookOptions(ports));
  } catch (error) {
    if (ports.cancelled()) {
      held.lock.release();
      throw error;
    }
    // what is left of the damage is told when the records are read
    const message = text("verify.repair-failed", { problem: messageOf(error) });
    ports.emit({ message_type: "note", message });
    return [];
  }
}

/** Says what was done with a record. */
export function mendedText({ stamp, how, aside: file = "" }: MendedRecord): string {
  if (how === "proven") return text("record.mended-proven", { stamp });
  if (how === "remade") return text("record.remade-unproven", { stamp });
  return how === "aside"
    ? text("record.put-aside", { file })
    : text("record.mended-unproven", { stamp, file });
}
