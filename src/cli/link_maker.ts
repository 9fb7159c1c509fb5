/** Main's part of whatever restores something: the links. @module */

import { lenientFs } from "../base/lenient_fs.ts";
import { TEMPORARY } from "../base/restore_names.ts";
import type { QuestionHandlers } from "../engine/questions.ts";
import { type LinkPorts, makeLinks } from "../engine/restore/make_links.ts";
import { RestoreTarget } from "../engine/restore/target.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { guardedFs } from "../platform/guarded_fs.ts";
import { refusalTeller } from "../sandbox/refusals.ts";
import type { Context } from "./command.ts";

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/** Answers the engine's questions for links below `path`, the real path of the directory that is restored into. */
export function linkMaker(context: Context, path: string): Pick<QuestionHandlers, "links"> {
  let ports: LinkPorts | undefined;
  return {
    links: (asked) => makeLinks(ports ??= portsFor(context, path), asked),
  };
}

function portsFor(context: Context, path: string): LinkPorts {
  const guarded = guardedFs(denoFs, [path], SEPARATOR);
  const root = new RestoreTarget(guarded, path, SEPARATOR);
  const probe = (): string => root.path(`${TEMPORARY}${crypto.randomUUID().slice(0, 8)}-0`);
  const tell = refusalTeller(context.emit, context);
  const fs = lenientFs(guarded, [{ path, probe }], SEPARATOR, tell);
  return {
    fs,
    target: new RestoreTarget(fs, path, SEPARATOR),
    id: crypto.randomUUID().slice(0, 8),
  };
}
