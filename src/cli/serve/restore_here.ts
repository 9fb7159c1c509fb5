/** What the page brings back: into one directory, by a child of hikae that may write no other. @module */

import { HikaeError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import { overlap } from "../../base/relpath.ts";
import type { RestoreAnswer } from "../../base/vault_questions.ts";
import { text } from "../../text/text.ts";
import { childLines } from "../child.ts";
import type { Context } from "../command.ts";
import { absolute } from "../places/places.ts";
import type { Served } from "./served_task.ts";

/** The real path of where files may be brought back: never in, nor above, a vault or a source. */
export function restorePlace(context: Context, served: readonly Served[]): string | undefined {
  const given = context.parsed.get("allow-restore");
  if (given === undefined) return undefined;
  const place = directory(context, given);
  for (const { task, source } of served) {
    const refused = [task.root, ...(source === undefined ? [] : [source])]
      .find((dir) => overlap(place, dir));
    if (refused === undefined) continue;
    throw new HikaeError("usage", text("serve.restore-inside", { dir: refused }), {
      path: given,
      hint: text("serve.restore-inside-hint"),
    });
  }
  return place;
}

function directory(context: Context, given: string): string {
  try {
    const place = Deno.realPathSync(absolute(context.cwd, given));
    if (Deno.statSync(place).isDirectory) return place;
  } catch {
    // said below
  }
  throw new HikaeError("usage", text("serve.restore-nowhere"), {
    path: given,
    hint: text("serve.restore-nowhere-hint"),
  });
}

/** What is to come back, as of which point. */
export interface RestoreWish {
  path: string;
  at: string;
  dryRun: boolean;
}

/** Brings a path back by a child of hikae, which may write that directory alone. */
export async function restore(
  context: Context,
  root: string,
  target: string | undefined,
  { path, at, dryRun }: RestoreWish,
): Promise<RestoreAnswer> {
  if (target === undefined) throw new HikaeError("failed", text("serve.only-shows"));
  const what = path === "" ? [] : [`./${path}`];
  const told = new RestoreLines();
  const words = [
    "restore",
    root,
    ...what,
    "--at",
    at,
    "--to",
    target,
    ...(dryRun ? ["--dry-run"] : []),
  ];
  const code = await childLines(context, words, { input: "", heard: (m) => told.take(m) });
  return { lines: told.lines(), code };
}

/**
 * Has restores done one after the other, as two into one directory would be in each other's way: a button may be pressed
 * twice. A plan waits for none.
 */
export function oneByOne<W extends { dryRun: boolean }, T>(
  bring: (wish: W) => Promise<T>,
): (wish: W) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (wish) => {
    if (wish.dryRun) return bring(wish);
    const done = last.then(() => bring(wish));
    last = done.catch(() => {});
    return done;
  };
}

/** So many entries, and so much trouble, a page shows. */
const MOST = 500;

/** What a restore told, in words: of a large vault the first of it, for it is shown on one page. */
export class RestoreLines {
  readonly #lines: string[] = [];
  readonly #counts = { change: 0, trouble: 0 };

  /** Takes what was told next. */
  take(m: Message): void {
    const line = lineOf(m);
    if (line === undefined) return;
    const kind = m.message_type === "change" ? "change" : "trouble";
    if (++this.#counts[kind] <= MOST) this.#lines.push(line);
  }

  /** The lines, and at last how many more there are. */
  lines(): string[] {
    const { change, trouble } = this.#counts;
    const more = change + trouble - this.#lines.length;
    return more === 0 ? this.#lines : [...this.#lines, text("serve.restore-more", { n: more })];
  }
}

function lineOf(m: Message): string | undefined {
  if (m.message_type === "change") {
    // what is there already is written over, and that is said
    const over = m.modifier === "+" ? "" : ` (${text("serve.restore-over")})`;
    return `${m.modifier} ${m.path}${over}`;
  }
  if (m.message_type !== "error" && m.message_type !== "note") return undefined;
  return `${m.path === undefined ? "" : `${m.path}: `}${m.message}`;
}
