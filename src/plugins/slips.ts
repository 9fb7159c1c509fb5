/** Finds keys of a plugin that are slips of those that hikae reads: passed over in silence, no hook ever runs. @module */

import { distance } from "../base/nearest.ts";
import { HOOKS } from "./entry.ts";

/** More slips than anybody makes in six words are no slips. */
const MOST = 10;
const NEAR = 2;

/** The odd keys of `plugin`, its own or of its class, each with what it is taken for; a hook that is no function too. */
export function slipsOf(plugin: object): Record<string, string> {
  const slips: [string, string][] = [];
  try {
    for (const [key, { value }] of keysOf(plugin)) {
      const meant = meantBy(key, value, plugin as Record<string, unknown>);
      if (meant !== undefined && slips.length < MOST) slips.push([key, meant]);
    }
  } catch {
    // one that fights being looked at may do its work all the same
  }
  return Object.fromEntries(slips);
}

/** What `key` was most likely meant to be, where it is not that already. What a getter would give is not asked. */
function meantBy(
  key: string,
  value: unknown,
  plugin: Readonly<Record<string, unknown>>,
): string | undefined {
  if (value === undefined || value === null) return undefined;
  const hook = HOOKS.find((known) => isNear(key, known));
  if (hook === key) return typeof value === "function" ? undefined : hook;
  // what is no function may be data of the plugin's own; where the hook is there, it is a helper of it
  if (hook !== undefined) {
    return typeof value === "function" && !isThere(plugin, hook) ? hook : undefined;
  }
  if (key === "permissions" || !isNear(key, "permissions")) return undefined;
  return isThere(plugin, "permissions") ? undefined : "permissions";
}

function isThere(plugin: Readonly<Record<string, unknown>>, key: string): boolean {
  return plugin[key] !== undefined && plugin[key] !== null;
}

function isNear(key: string, known: string): boolean {
  if (Math.abs(key.length - known.length) > NEAR) return false;
  return distance(key.toLowerCase(), known.toLowerCase()) <= NEAR;
}

function keysOf(plugin: object): Map<string, PropertyDescriptor> {
  const keys = new Map<string, PropertyDescriptor>();
  for (
    let at: unknown = plugin;
    typeof at === "object" && at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const key of Object.getOwnPropertyNames(at).slice(0, 1000)) {
      const found = keys.has(key) ? undefined : Object.getOwnPropertyDescriptor(at, key);
      if (found !== undefined) keys.set(key, found);
    }
  }
  return keys;
}
