/** What the commands that look into a vault have in common. @module */

import { join } from "@std/path";
import { EXIT, HikaeError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import type { Commands } from "../../engine/commands.ts";
import type { LookRequest } from "../../engine/query/query_point.ts";
import { versionHead } from "../../report/answers.ts";
import { printable } from "../../report/printable.ts";
import type { Context } from "../command.ts";
import { type EngineRun, runEngine } from "../engine.ts";
import { quoteFor, userShell } from "../user_shell.ts";
import { type VaultArg, vaultArg } from "../lookup/vault_arg.ts";
import { text } from "../../text/text.ts";

/** The commands that look into one vault. */
export type LookCommand = "vanished" | "list" | "ls" | "cat" | "diff" | "history" | "find";

/** What is looked for. */
export interface QueryCall<K extends LookCommand> {
  /** The engine's command. */
  command: K;
  /** What is asked besides the vault. */
  request: Omit<Commands[K]["request"], keyof LookRequest>;
  /** What people read above a message; undefined for nothing. */
  above?: (message: Message) => string | undefined;
  /** What people read in the place of a message. */
  shown?: (message: Message) => Message;
  /** A source that is looked at too: its real path. */
  source?: string;
}

/** What came of a look. */
export interface QueryOutcome<K extends LookCommand> {
  /** Undefined when only the permissions were asked for. */
  answer: Commands[K]["answer"] | undefined;
  /** 0; or 3 where the answer could not be held against its seal. */
  exit: number;
}

/** Looks into the vault that the line names. */
export async function runQuery<K extends LookCommand>(
  context: Context,
  what: QueryCall<K>,
  vault?: VaultArg,
): Promise<QueryOutcome<K>> {
  const { root } = vault ?? await vaultArg(context);
  const base: LookRequest = { root, windows: Deno.build.os === "windows" };
  const run: EngineRun<K> = {
    command: what.command,
    access: what.source === undefined ? "look" : "lookSource",
    roots: { vault: [root], ...(what.source === undefined ? {} : { source: [what.source] }) },
    request: { ...base, ...what.request },
  };
  const { above } = what;
  if (above !== undefined && !context.json) {
    run.onMessage = (message): void => {
      const text = above(message);
      if (text !== undefined) context.say(text);
    };
  }
  const shown = context.json ? undefined : what.shown;
  let exit: number = EXIT.ok;
  const emit = (m: Message): void => {
    if (m.message_type === "error" && m.code === "unproven") exit = EXIT.incomplete;
    context.emit(shown === undefined ? m : shown(m));
  };
  const answer = await runEngine({ ...context, emit }, run);
  return { answer, exit };
}

/** The arguments after the vault; throws `usage` when there are fewer or more than the command takes. */
export function argumentsOf(
  context: Context,
  least: 1,
  most: number,
): readonly [string, ...string[]];
export function argumentsOf(context: Context, least: 0, most: number): readonly string[];
export function argumentsOf(context: Context, least: number, most: number): readonly string[] {
  const { args } = context.parsed;
  const rest = args.slice(1);
  if (args.length > 0 && rest.length >= least && rest.length <= most) return rest;
  const name = context.command.name;
  const usage = context.command.usage.map((u) => `hikae ${name} ${u}`).join(text("usage.or"));
  const cause = rest.length > most
    ? text("usage.one-too-many", { word: rest[most] ?? "" })
    : text("usage.one-missing", {
      what: context.command.usage[0]?.split(" ")[args.length] ?? "VAULT",
    });
  throw new HikaeError("usage", `${name}: ${cause}`, { hint: text("usage.type", { line: usage }) });
}

/** Names the snapshot that answered, for people; `--json` has it in the summary. */
export function tellStamp(context: Context, stamp: string): void {
  if (!context.json) context.tell(text("summary.point", { stamp }));
}

/** A line above the first message of a type, where its columns fit. */
export function headAbove(
  { narrow = false }: Context,
  type: Message["message_type"],
  text: string,
): (message: Message) => string | undefined {
  let printed = narrow;
  return (message) => {
    if (printed || message.message_type !== type) return undefined;
    printed = true;
    return text;
  };
}

/** How people read `version` lines: what their columns are, and each path once; places that can be pasted. */
export function versionsOf(
  context: Context,
  root: string,
): Pick<QueryCall<"find">, "above" | "shown"> {
  const pasted = context.onTerminal === true;
  return {
    above: versionsAbove(
      context,
      pasted ? "" : `${text("vault.in", { vault: printable(root) })}\n`,
    ),
    ...(pasted ? { shown: (m) => withPlace(context, root, m) } : {}),
  };
}

/** The file of a version with the vault's path in front, quoted for the user's shell: `$` is in every mark. */
function withPlace({ env }: Context, root: string, m: Message): Message {
  if (m.message_type !== "version" || typeof m.stored_as !== "string") return m;
  const windows = Deno.build.os === "windows";
  const path = join(root, windows ? m.stored_as.replaceAll("/", "\\") : m.stored_as);
  return { ...m, pasted: quoteFor(userShell(env, windows), path) };
}

function versionsAbove(
  { narrow = false }: Context,
  vault: string,
): (message: Message) => string | undefined {
  const head = narrow ? vault : `${vault}${versionHead()}\n`;
  let path: unknown;
  return (message) => {
    if (message.message_type !== "version" || message.path === path) return undefined;
    const first = path === undefined ? head : "";
    path = message.path;
    return first + printable(String(path));
  };
}
