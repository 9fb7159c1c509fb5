/** A state directory in a vault: what lies in a vault is copies and records, and a run would take the rest for strangers. @module */

import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { platformOf } from "../platform.ts";
import { stateDir } from "../state_dir.ts";
import { enclosingVault } from "./enclosing_vault.ts";
import { isInside, realPlaceToMake } from "./places.ts";

const WINDOWS = Deno.build.os === "windows";

/** Refuses to back up into the vault `root`, there or not, while the state directory lies in it or in another one. */
export function refuseStateInVault(
  env: (name: string) => string | undefined,
  root: string,
  given: string,
): void {
  const state = realState(env);
  if (state === undefined) return;
  const vault = isInside(state, root, WINDOWS) ? root : enclosingVault(state);
  if (vault === undefined) return;
  throw new HikaeError("usage", text("vault.state-inside", { state, vault }), {
    path: given,
    hint: text("vault.state-inside-hint"),
  });
}

/** True where the state directory lies in one of these vaults: who only looks writes nothing there. */
export function isStateIn(
  env: (name: string) => string | undefined,
  roots: readonly string[],
): boolean {
  const state = realState(env);
  return state !== undefined && roots.some((root) => isInside(state, root, WINDOWS));
}

function realState(env: (name: string) => string | undefined): string | undefined {
  try {
    return realPlaceToMake("/", stateDir(env, platformOf(Deno.build.os)));
  } catch {
    // without one nothing is kept
    return undefined;
  }
}
