/** Opens a vault for a verify: to be read, or held to be repaired. @module */

import { messageOf } from "../../base/errors.ts";
import type { VaultContents } from "../../vault/content.ts";
import { isHeld } from "../../vault/lock.ts";
import { mendRecords } from "../../vault/mend_records.ts";
import { type HeldVault, openToWrite } from "../../vault/open.ts";
import type { MendedRecord } from "../../vault/record_repair.ts";
import { hold, lookOptions } from "../open_vault.ts";
import type { EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import type { VerifyRequest } from "./request.ts";
import type { VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";

/** Opens the vault of a verify. */
export function openView(ports: EnginePorts, request: VerifyRequest): VerifyView {
  return request.repair ? held(ports, request) : looking(ports, request);
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

function held(ports: EnginePorts, request: VerifyRequest): VerifyView {
  const held = hold(ports, request, "verify --repair");
  const records = mendHeld(ports, held);
  const open = openToWrite(held, lookOptions(ports), true);
  const { vault, catalog, mended } = open;
  if (mended !== undefined) {
    const message = text("backup.mended", { stamp: mended });
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
