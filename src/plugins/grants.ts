/** Permissions of plugins: read from config, made absolute, compared with what a plugin wants. @module */

import { HikaeError } from "../base/errors.ts";
import type { Permissions } from "./api.ts";
import { text } from "../text/text.ts";

/** The kinds of permissions of a plugin's thread. */
export const THREAD_KINDS = ["read", "write", "net", "env", "run", "sys"] as const;

/** The kinds of permissions that can be granted; `source` is one of hikae's own. */
export const KINDS = [...THREAD_KINDS, "source"] as const;

/** A kind of permission. */
export type PermissionKind = typeof KINDS[number];

/** What `{source}` and `{vaults}` stand for, and how paths are made absolute. */
export interface GrantPlaces {
  source: string;
  vaults: readonly string[];
  /** Gives the absolute form of a path that may be relative to the config file. */
  absolute(path: string): string;
  windows: boolean;
}

/** Checks an `allow` object of unknown origin; `label` names the plugin in the message. */
export function parseGrants(value: unknown, label: string): Permissions {
  const refuse = (why: string): never => {
    throw new HikaeError("plugin_refused", text("plugin.grant-wrong", { plugin: label, why }), {
      hint: text("plugin.grant-wrong-hint", { kinds: KINDS.join(", ") }),
    });
  };
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(text("plugin.grant-object"));
  }
  const result: Permissions = {};
  for (const [kind, items] of Object.entries(value)) {
    if (items === undefined || items === false) continue;
    if (kind === "ffi" || kind === "import") refuse(text("plugin.grant-never", { kind }));
    if (!isKind(kind)) refuse(text("plugin.grant-no-kind", { kind }));
    else if (items === true) result[kind] = true;
    else if (isList(items)) result[kind] = [...items];
    else if (Array.isArray(items) && items.length > MOST_ITEMS) {
      refuse(text("plugin.grant-long", { kind, most: MOST_ITEMS }));
    } else refuse(text("plugin.grant-list", { kind }));
  }
  return result;
}

/** The kinds whose items are paths. */
const PATHS = ["read", "write", "source"] as const;

/** Replaces `{source}` and `{vaults}` and makes the paths of `read`, `write` and `source` absolute. */
export function resolveGrants(grants: Permissions, places: GrantPlaces): Permissions {
  const result: Permissions = { ...grants };
  for (const kind of PATHS) {
    const items = grants[kind];
    if (items !== undefined && items !== true) {
      result[kind] = items.flatMap((item) => resolvePath(item, places));
    }
  }
  return result;
}

/** What is wanted and not granted; both resolved. Empty when all is granted. */
export function missingGrants(
  wants: Permissions,
  grants: Permissions,
  windows: boolean,
): Permissions {
  const missing: Permissions = {};
  for (const kind of KINDS) {
    const wanted = wants[kind];
    const granted = grants[kind];
    if (wanted === undefined || granted === true) continue;
    if (wanted === true) missing[kind] = true;
    else {
      const rest = wanted.filter((w) => !(granted ?? []).some((g) => covers(kind, g, w, windows)));
      if (rest.length > 0) missing[kind] = rest;
    }
  }
  return missing;
}

/** The `allow` line that grants what was granted before and what is missing. */
export function allowLine(grants: Permissions, missing: Permissions): string {
  const parts = KINDS.flatMap((kind) => {
    const [have, want] = [grants[kind], missing[kind]];
    if (have === undefined && want === undefined) return [];
    const all = have === true || want === true
      ? true
      : [...new Set([...(have ?? []), ...(want ?? [])])];
    return [
      `"${kind}": ${all === true ? "true" : `[${all.map((s) => JSON.stringify(s)).join(", ")}]`}`,
    ];
  });
  return cut(`"allow": { ${parts.join(", ")} }`, MOST_ALLOW);
}

/** Permissions in words: `net example.com; run rclone`, `nothing` for none. */
export function describeGrants(permissions: Permissions): string {
  const parts = KINDS.flatMap((kind) => {
    const items = permissions[kind];
    if (items === undefined || (items !== true && items.length === 0)) return [];
    return [`${kind} ${items === true ? `(${text("plugin.row-all")})` : items.join(" ")}`];
  });
  return parts.length === 0 ? text("plugin.row-nothing") : cut(parts.join("; "), MOST_WORDS);
}

/** What one wish list may take of a message, in characters. */
const MOST_WORDS = 1000;
const MOST_ALLOW = 4000;

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

/** The refusal of a plugin, with what it lacks. */
export class Refusal extends HikaeError {
  /** What it wants and is not granted. */
  readonly missing: Permissions;

  /** Refuses `plugin` for what is `missing`. */
  constructor(plugin: string, missing: Permissions, hint: string) {
    const wants = describeGrants(missing);
    super("plugin_refused", text("plugin.wants", { plugin, wants }), {
      hint,
    });
    this.missing = missing;
  }
}

/** Throws the refusal of a plugin that wants more than it was granted; the message has the line to add. */
export function requireGrants(
  plugin: string,
  wants: Permissions,
  config: Permissions,
  places: GrantPlaces,
): void {
  const missing = missingGrants(
    resolveGrants(wants, places),
    resolveGrants(config, places),
    places.windows,
  );
  if (Object.keys(missing).length === 0) return;
  for (const kind of PATHS) {
    const [paths, items] = [missing[kind], wants[kind]];
    if (paths === undefined || paths === true || items === undefined || items === true) continue;
    // The line to add is to hold for other jobs too: {source}, not where that is today
    missing[kind] = items.filter((i) => resolvePath(i, places).some((p) => paths.includes(p)));
  }
  throw new Refusal(
    plugin,
    missing,
    text("plugin.wants-hint", { line: allowLine(config, missing) }),
  );
}

function isKind(kind: string): kind is PermissionKind {
  return (KINDS as readonly string[]).includes(kind);
}

/** So many items of one kind are taken. */
const MOST_ITEMS = 1000;

function isList(items: unknown): items is readonly string[] {
  return Array.isArray(items) && items.length <= MOST_ITEMS &&
    items.every((i) => typeof i === "string" && i !== "" && i.length <= 4096 && !i.includes("\0"));
}

/** The place of `{source}` is looked for anywhere: what read the config may have put its directory before it. */
function resolvePath(item: string, places: GrantPlaces): string[] {
  const source = item.indexOf("{source}");
  if (source >= 0) return [places.source + item.slice(source + "{source}".length)];
  const vaults = item.indexOf("{vaults}");
  if (vaults < 0) return [places.absolute(item)];
  return places.vaults.map((vault) => vault + item.slice(vaults + "{vaults}".length));
}

function covers(kind: PermissionKind, granted: string, wanted: string, windows: boolean): boolean {
  const isPath = (PATHS as readonly string[]).includes(kind);
  const fold = windows && (isPath || kind === "env" || kind === "run");
  const g = fold ? granted.toLowerCase() : granted;
  const w = fold ? wanted.toLowerCase() : wanted;
  if (g === w) return true;
  if (isPath) return isBelow(g, w, windows);
  if (kind === "net") return w.startsWith(`${g}:`) && !g.includes(":");
  return kind === "env" && g.endsWith("*") && w.startsWith(g.slice(0, -1));
}

/** True when `path` is `dir` or lies below it; by its text alone, without a `..`. */
export function isBelow(dir: string, path: string, windows: boolean): boolean {
  const [d, p] = windows ? [dir.replaceAll("\\", "/"), path.replaceAll("\\", "/")] : [dir, path];
  const climbs = p.split("/").includes("..");
  return !climbs && (p === d || p.startsWith(d.endsWith("/") ? d : `${d}/`));
}
