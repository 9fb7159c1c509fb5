/** What `--explain-permissions` prints: what each thread of a command may do. @module */

import type { Context } from "./command.ts";
import { text } from "../text/text.ts";

/** The sets of a command's threads. */
export interface ExplainedSets {
  engine: { read: readonly string[]; write: readonly string[] };
  /** The engine has all permissions: Deno opens a network path on Windows for no other (docs/security.md). */
  unscoped: boolean;
  /** Kinds that main itself goes on needing. */
  keep: readonly string[];
}

type GrantedRights = Record<"read" | "write" | "net" | "env" | "run" | "sys" | "ffi", unknown> & {
  /** Of a plugin: what it may have read in the source's place. */
  source?: unknown;
};

const NOTHING: GrantedRights = { read: [], write: [], net: [], env: [], run: [], sys: [], ffi: [] };

/** Prints the sets of main and engine. */
export function explainSets(context: Context, { engine, unscoped, keep }: ExplainedSets): void {
  const all = Object.fromEntries(Object.keys(NOTHING).map((kind) => [kind, true])) as GrantedRights;
  const kept = Object.fromEntries(
    Object.keys(NOTHING).map((kind) => [kind, keep.includes(kind) ? true : []]),
  ) as GrantedRights;
  explainThread(context, "main", kept);
  explainThread(context, "engine", unscoped ? all : { ...NOTHING, ...engine }, unscoped);
}

/** Prints what main may do in a command that starts no engine: it works itself, and gives nothing up. */
export function explainMain(emit: Context["emit"]): void {
  const held = Object.keys(NOTHING).filter((name) =>
    Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state === "granted"
  );
  explainThread({ emit }, "main", Object.fromEntries(held.map((kind) => [kind, true])));
}

/** Prints the set of one thread. */
export function explainThread(
  context: Pick<Context, "emit">,
  thread: string,
  rights: Partial<GrantedRights>,
  unscoped = false,
): void {
  const full = { ...NOTHING, ...rights };
  context.emit({
    message_type: "permissions",
    thread,
    ...full,
    text: explainText(thread, full, unscoped),
  });
}

function explainText(thread: string, rights: GrantedRights, unscoped: boolean): string {
  const lines = Object.entries(rights).map(([kind, value]) => {
    const what = value === true
      ? "all"
      : Array.isArray(value) && value.length > 0
      ? value.join(", ")
      : "nothing";
    return `  ${kind.padEnd(6)} ${what}`;
  });
  if (unscoped) {
    lines.push(
      text("help.network-path"),
    );
  }
  return [thread, ...lines].join("\n");
}
