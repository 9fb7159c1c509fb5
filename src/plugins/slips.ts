/** Finds keys of a plugin that are slips of those that hikae reads: passed over in silence, no hook ever runs. @module */

import { distance } from "../base/nearest.ts";
import { HOOKS } from "./entry.ts";

/** More slips than anybody makes in six words are no slips. */
const MOST = 10;
const NEAR = 2;

/** The odd keys of `plugin`, its own or of its class, each with what it is taken for; a hook that is no function too. */
export function slipsOf(plugin: object): Record<string, string> {
  const slips: [string, string][] = [];
  for (const key of keysOf(plugin)) {
    const meant = meantBy(key, (plugin as Record<string, unknown>)[key]);
    if (meant !== undefined && slips.length < MOST) slips.push([key, meant]);
  }
  return Object.fromEntries(slips);
}

/** What `key` was most likely meant to be, where it is not that already. */
function meantBy(key: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const hook = HOOKS.find((known) => isNear(key, known));
  if (hook === key) return typeof value === "function" ? undefined : hook;
  // what is no function may be data of the plugin's own; a helper is rarely called almost as a hook is
  if (hook !== undefined) return typeof value === "function" ? hook : undefined;
  return key !== "permissions" && isNear(key, "permissions") ? "permissions" : undefined;
}

function isNear(key: string, known: string): boolean {
  if (Math.abs(key.length - known.length) > NEAR) return false;
  return distance(key.toLowerCase(), known.toLowerCase()) <= NEAR;
}

function keysOf(plugin: object): string[] {
  const keys: string[] = [];
  for (
    let at: unknown = plugin;
    typeof at === "object" && at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    keys.push(...Object.getOwnPropertyNames(at).slice(0, 1000));
  }
  return [...new Set(keys)];
}
