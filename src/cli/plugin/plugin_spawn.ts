/** How the process of a plugin is started: arguments, environment, and the permissions of its worker. @module */

import { fromFileUrl } from "@std/path";
import type { Permissions } from "../../plugins/api.ts";
import type { StartRequest } from "../../plugins/entry.ts";
import type { FoundPrograms } from "../program/programs.ts";
import { THREAD_KINDS } from "../../plugins/grants.ts";

/** The hidden command that a compiled hikae runs a plugin's process with. */
const HOST_COMMAND = "__plugin-host";

/** What programs need to run at all; a plugin can read of it what it is granted, like any variable. */
const BASIC_ENV = [
  "HOME",
  "PATH",
  "SystemDrive",
  "SystemRoot",
  "TEMP",
  "TMP",
  "TMPDIR",
  "USERPROFILE",
];
/** Where `deno run` finds its cache of compiled modules. */
const DENO_ENV = ["DENO_DIR", "LOCALAPPDATA", "XDG_CACHE_HOME"];
const HEAP_MB = 384;

/**
 * The arguments after the executable. The binary has its permissions baked in and gives them up; `deno run` gets
 * only the kinds that are granted, and neither npm nor other remote code.
 */
export function childArguments(grants: Permissions): string[] {
  if (Deno.build.standalone) return [HOST_COMMAND];
  const kinds = THREAD_KINDS.filter((kind) => kind !== "read" && isGranted(grants[kind]));
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--unstable-worker-options",
    `--v8-flags=--max-old-space-size=${HEAP_MB}`,
    "--allow-read",
    ...kinds.map((kind) => `--allow-${kind}`),
    fromFileUrl(new URL("../../workers/plugin_child.ts", import.meta.url)),
  ];
}

/** The environment of the process: the basics, and what is granted. */
export function childEnvironment(grants: Permissions): Record<string, string> {
  const granted = grants.env;
  const all = Deno.env.toObject();
  if (granted === true) return all;
  const windows = Deno.build.os === "windows";
  const fold = (name: string): string => windows ? name.toLowerCase() : name;
  const names = [...BASIC_ENV, ...Deno.build.standalone ? [] : DENO_ENV, ...granted ?? []].map(
    fold,
  );
  const kept = Object.entries(all).filter(([name]) =>
    names.some((n) =>
      n === fold(name) || (n.endsWith("*") && fold(name).startsWith(n.slice(0, -1)))
    )
  );
  return Object.fromEntries(kept);
}

/** The permissions of the worker: what is granted, and under `deno run` its own code files, one by one. */
export function workerPermissions(
  request: StartRequest,
  openRead: boolean,
  programs: FoundPrograms = {},
): Deno.PermissionOptionsObject {
  const { grants, files } = request;
  const code = Deno.build.standalone ? [] : files.map((file) => file.path);
  const read = openRead || grants.read === true ? true : [...grants.read ?? [], ...code];
  return {
    read: withLinks(read),
    write: withLinks(grants.write ?? []),
    net: listOf(grants.net),
    env: listOf(grants.env),
    run: grants.run === true ? true : (grants.run ?? []).map((name) => programs[name] ?? name),
    sys: listOf(grants.sys),
    ffi: false,
    import: false,
  };
}

function listOf(items: readonly string[] | true | undefined): string[] | true {
  return items === true ? true : [...items ?? []];
}

/** A permission is checked on the path as it is asked for: a granted path counts as written and with its links resolved. */
function withLinks(paths: readonly string[] | true): string[] | true {
  if (paths === true) return true;
  return [...new Set(paths.flatMap((path) => [path, realPath(path)]))];
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path; // it may come to be later
  }
}

function isGranted(items: readonly string[] | true | undefined): boolean {
  return items === true || (items !== undefined && items.length > 0);
}
