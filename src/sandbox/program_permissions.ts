/**
 * The permissions that the program itself is started and compiled with (design, *Process and permissions*): the kinds
 * that the commands' declared access adds up to, those that main needs around it, and those that a plugin may
 * be granted. A worker or a child cannot have what the program was started without; main gives all of it up again.
 * Pure: `deno.json`, the binary and the children of hikae all take their flags from here, and tests compare.
 * @module
 */

import { ACCESS, type AccessName } from "../base/access.ts";

/** The kinds that the program may hold, in the order of its flags; `ffi` and `import` are never among them. */
export const PROGRAM_KINDS = ["read", "write", "net", "env", "run", "sys"] as const;

/** A kind of permission that the program may hold. */
export type ProgramKind = typeof PROGRAM_KINDS[number];

/** What main does itself, whatever the command, and what for. */
const MAIN_NEEDS: Readonly<Partial<Record<ProgramKind, string>>> = {
  read: "the config, the real paths of what it grants",
  write: "config init, plugin new, links that a restore makes last",
  env: "NO_COLOR, HOME, where config and state lie",
  run: "children: plugins, runs of jobs, the system's scheduler",
  sys: "host name and user for the records of a vault",
};

/** What a plugin's config entry may grant; main passes it on to the plugin's process. */
export const PLUGIN_MAY: readonly ProgramKind[] = ["read", "write", "net", "env", "run", "sys"];

/** The kinds that the accesses of the commands add up to, with main's own and the plugins'. */
export function programKinds(
  accesses: readonly AccessName[] = Object.keys(ACCESS) as AccessName[],
): ProgramKind[] {
  const reads = accesses.some((name) => ACCESS[name].read.length > 0);
  const writes = accesses.some((name) => ACCESS[name].write.length > 0);
  return PROGRAM_KINDS.filter((kind) =>
    MAIN_NEEDS[kind] !== undefined || PLUGIN_MAY.includes(kind) ||
    (kind === "read" && reads) || (kind === "write" && writes)
  );
}

/**
 * What JavaScript's garbage may come to before it is collected: each thread has a nursery, and V8's of 48 MB made up
 * half of the memory of a first run over a million files, for no gain in time.
 */
export const MEMORY_FLAGS: readonly string[] = ["--v8-flags=--max-semi-space-size=4"];

/**
 * The flags of `deno run` and `deno compile`. On Windows all kinds: Deno opens network paths only for a thread
 * that holds every one of them, so main starts with them and gives them up at once in every other case.
 * Elsewhere imports from other hosts, which Deno allows unasked, are denied.
 */
export function programFlags(windows: boolean, accesses?: readonly AccessName[]): string[] {
  if (windows) return ["--allow-all", "--no-prompt"];
  return [
    ...programKinds(accesses).map((kind) => `--allow-${kind}`),
    "--deny-import",
    "--no-prompt",
  ];
}
