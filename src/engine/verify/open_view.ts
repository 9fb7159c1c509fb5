/** Opens a vault for a verify: to be read, or held to be repaired. @module */

import { messageOf } from "../../base/errors.ts";
import type { VaultContents } from "../../vault/content.ts";
import { isHeld } from "../../vault/lock.ts";
import { mendRecords } from "../../vault/mend_records.ts";
import { type HeldVault, openToWrite } from "../../vault/open.ts";
import type { MendedRecord } from "../../vault/record_repair.ts";
import { toldMended } from "../command_record.ts";
import { hold, lookOptions } from "../open_vault.ts";
import type { EnginePorts } from "../ports.ts";
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
  return looking(ports, request);
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
  const records = mendHeld(ports, held);
  const open = openToWrite(held, lookOptions(ports), true);
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
