/** What a set-up takes for a folder, for a vault and for the place of its config. @module */

import { dirname } from "@std/path";
import { isDriveName } from "../../base/drive_names.ts";
import { HikaeError, isNotFound } from "../../base/errors.ts";
import { notAPath, notExpanded } from "../../base/remote_address.ts";
import { systemText } from "../../base/system_text.ts";
import { expandPath } from "../../config/expand.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { look } from "../config/config_files.ts";
import { configPlaces } from "../config/config_load.ts";
import { platformOf } from "../platform.ts";
import { isVault } from "../places/find_vaults.ts";
import { absolute, isInside, realPlaceToMake } from "../places/places.ts";
import type { Taken } from "../asking.ts";

const WINDOWS = Deno.build.os === "windows";

/** What is left out where nobody says otherwise. */
export const EXCLUDE = "node_modules/, *.tmp, ~$*, Thumbs.db, .DS_Store";

/** Where a set-up looks. */
export type SetupContext = Pick<Context, "cwd" | "env">;

/** The user's own config, and what stands in it: a job may be added to it. */
export interface OwnConfig {
  file: string;
  /** Undefined where there is none. */
  text: string | undefined;
}

/** The user's own config. Throws where the directory of the program has one of its own, which counts before it. */
export function ownConfig(context: SetupContext): OwnConfig {
  const [here, own] = placesOf(context);
  if (own !== undefined && (here === own || look.text(here ?? "") === "")) {
    const text = look.text(own);
    return { file: own, text: text === "" ? undefined : text };
  }
  // throws: it is there, or no place is known
  return { file: configPlace(context), text: undefined };
}

function placesOf(context: SetupContext): string[] {
  const platform = platformOf(Deno.build.os);
  return configPlaces({ cwd: context.cwd, env: context.env, platform });
}

/** Where the config goes: to the user's own, where it is found from everywhere. Throws when there is one already. */
export function configPlace(context: SetupContext): string {
  const places = placesOf(context);
  const there = places.find((place) => look.text(place) !== "");
  if (there !== undefined) {
    throw new HikaeError("usage", text("init.exists"), {
      path: there,
      hint: text("init.exists-hint"),
    });
  }
  const file = places[1];
  if (file !== undefined) return file;
  throw new HikaeError("failed", text("init.no-place"), { hint: text("init.no-place-hint") });
}

/** The path of an answer, with `~` and variables expanded as in a config. */
function fullPath(context: SetupContext, answer: string): string {
  const expansion = { env: context.env, platform: platformOf(Deno.build.os) };
  const expanded = expandPath(answer, context.cwd, expansion);
  return "path" in expanded ? expanded.path : absolute(context.cwd, answer);
}

/** A folder to back up. */
export function takeFolder(context: SetupContext, answer: string): Taken<string> {
  const path = fullPath(context, answer);
  try {
    const real = Deno.realPathSync(path);
    if (answer !== "" && Deno.statSync(real).isDirectory) return { value: real };
  } catch {
    // said below
  }
  return { problem: text("init.no-folder", { path: answer === "" ? '""' : path }) };
}

/** What is taken, or the refusal that was thrown as a problem. */
export function tried<T>(take: () => Taken<T>): Taken<T> {
  try {
    return take();
  } catch (error) {
    const hint = error instanceof HikaeError && error.hint !== undefined ? `; ${error.hint}` : "";
    return { problem: `${systemText(error)}${hint}.` };
  }
}

/** A place for a vault of `source`. */
export function takeVault(context: SetupContext, answer: string, source: string): Taken<string> {
  return tried(() => vaultAt(context, answer, source));
}

function vaultAt(context: SetupContext, answer: string, source: string): Taken<string> {
  const address = notExpanded(answer, WINDOWS) ?? notAPath(answer, WINDOWS);
  if (address !== undefined) return { problem: `${address.problem}; ${address.hint}.` };
  if (answer === "") return { problem: text("init.no-folder", { path: '""' }) };
  const place = realPlaceToMake(context.cwd, fullPath(context, answer));
  if (isInside(place, source, WINDOWS)) return { problem: text("init.vault-in-source") };
  if (isInside(source, place, WINDOWS)) return { problem: text("init.source-in-vault") };
  return free(place);
}

/** A folder that holds something else is no place for a vault; a vault is, and its history goes on. */
function free(place: string): Taken<string> {
  if (isVault(place)) return { value: place };
  try {
    if (!Deno.statSync(place).isDirectory) {
      return { problem: text("init.no-folder", { path: place }) };
    }
    const strange = [...Deno.readDirSync(place)]
      .some(({ name, isDirectory }) => !isDriveName(name, isDirectory ? "dir" : "file"));
    return strange ? { problem: text("setup.not-empty", { path: place }) } : { value: place };
  } catch (error) {
    return isNotFound(error) ? { value: place } : { problem: systemText(error) };
  }
}

/** True when what is there of the vault's path lies on the source's own file system. */
export function onOneDisk(source: string, vault: string): boolean {
  for (let at = vault;; at = dirname(at)) {
    try {
      return Deno.statSync(at).dev === Deno.statSync(source).dev;
    } catch {
      if (dirname(at) === at) return true;
    }
  }
}
