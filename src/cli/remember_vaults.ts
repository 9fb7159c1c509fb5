/** Remembers the vaults that a backup meets, while it runs. @module */

import type { LockAtHome, VaultMet } from "../sandbox/channel.ts";
import type { Context } from "./command.ts";
import type { State } from "./state.ts";
import { text } from "../text/text.ts";

/** True for the engine's word that a vault is there. */
export function isMet(question: unknown): question is VaultMet {
  return typeof question === "object" && question !== null && "met" in question;
}

/** True for the engine's wish for a lock on this machine. */
export function isLockAtHome(question: unknown): question is LockAtHome {
  return typeof question === "object" && question !== null && "lockAtHome" in question;
}

/** What is not remembered is not missed: that guard is then off, and nobody would know; it is told once. */
export function rememberer(
  context: Context,
  state: State,
  source: string,
): (question: VaultMet) => Promise<void> {
  let told = false;
  return async ({ met }) => {
    const seen = new Date(context.clock.now()).toISOString();
    const problem = await state.remember({ [met]: { source, seen } });
    if (problem === undefined || told) return;
    told = true;
    context.emit({
      message_type: "note",
      message: text("vault.not-remembered", { problem }),
      path: state.directory ?? "",
    });
  };
}
