/** Main's own part of a restore: the links, and the directories that they lie in. @module */

import { HikaeError } from "../../base/errors.ts";
import { finishDirs, type MadeLinks, makeLinks, othersNote } from "../../engine/restore/finish.ts";
import type { RestoreRequest, RestoreResult } from "../../engine/restore/request.ts";
import { restoreTrouble } from "../../engine/restore/trouble.ts";
import { RestoreTarget } from "../../engine/restore/target.ts";
import { lenientFs } from "../../base/lenient_fs.ts";
import { TEMPORARY } from "../../engine/restore/copy.ts";
import { refusalTeller } from "../../sandbox/refusals.ts";
import { text } from "../../text/text.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { guardedFs } from "../../platform/guarded_fs.ts";
import type { Context } from "../command.ts";

/** So many links are made between two looks whether the user wants to stop. */
const BATCH = 1000;

/** Makes the links and finishes directories; gives what was made of links and how much failed. */
export async function finishLinks(
  context: Context,
  request: Pick<RestoreRequest, "target" | "self" | "windows">,
  result: Pick<RestoreResult, "links" | "dirs">,
): Promise<MadeLinks & { errors: number }> {
  const separator = request.windows ? "\\" : "/";
  const tell = refusalTeller(context.emit, context);
  const guarded = guardedFs(denoFs, [request.target], separator);
  const root = new RestoreTarget(guarded, request.target, separator);
  const probe = (): string => root.path(`${TEMPORARY}${crypto.randomUUID().slice(0, 8)}-0`);
  const fs = lenientFs(guarded, [{ path: request.target, probe }], separator, tell);
  const refused: string[] = [];
  let errors = 0;
  const ports = {
    fs,
    target: new RestoreTarget(fs, request.target, separator),
    self: request.self,
    id: crypto.randomUUID().slice(0, 8),
    check: (): void => {},
    refused,
    trouble: (path: string, error: unknown): void => {
      errors++;
      context.emit(restoreTrouble(path, "restore", error, request));
    },
  };
  const all = { links: 0, bytes: 0 };
  for (let at = 0; at < result.links.length; at += BATCH) {
    // a signal is only heard between two turns of the event loop
    if (at > 0) await new Promise((resolve) => setTimeout(resolve));
    if (context.signal.aborted) throw new HikaeError("interrupted", "interrupted");
    const made = makeLinks(ports, result.links.slice(at, at + BATCH));
    all.links += made.links;
    all.bytes += made.bytes;
  }
  const [first] = refused;
  if (first !== undefined) {
    const message = text("disk.no-links", { n: refused.length, first });
    context.emit({ message_type: "note", message, path: request.target });
  }
  const note = othersNote(finishDirs(ports, result.dirs), request.target);
  if (note !== undefined) context.emit(note);
  return { ...all, errors };
}
