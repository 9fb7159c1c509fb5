/** What git knows of the tree that is compiled. @module */

import { fromFileUrl } from "@std/path";
import { run } from "./run.ts";

/** The commit of a tree. */
export interface Commit {
  /** Twelve digits of it, `-dirty` after them when files differ from it; `unknown` where there is no git. */
  id: string;
  /** When it was made, RFC 3339. */
  time: string;
}

/** Asks git; HIKAE_COMMIT and SOURCE_DATE_EPOCH (of packagers, who build from an archive) come first. */
export async function commitOf(root: URL): Promise<Commit> {
  const cwd = fromFileUrl(root);
  const ask = (...args: string[]): Promise<string> => run("git", args, { cwd }).catch(() => "");
  const epoch = Number(Deno.env.get("SOURCE_DATE_EPOCH") || await ask("log", "-1", "--format=%ct"));
  const time = new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
  const given = Deno.env.get("HIKAE_COMMIT");
  if (given !== undefined && given !== "") return { id: given, time };
  const id = (await ask("rev-parse", "--short=12", "HEAD")).trim();
  const changed = await ask("status", "--porcelain", "--untracked-files=no");
  return { id: id === "" ? "unknown" : `${id}${changed === "" ? "" : "-dirty"}`, time };
}
