/** The attributes of a restore: the programs before, and main's own part after all else (`--attributes`). @module */

import { dirOf } from "../../base/relpath.ts";
import type { RestoreRequest, RestoreResult } from "../../engine/restore/request.ts";
import { RestoreTarget } from "../../engine/restore/target.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { guardedFs } from "../../platform/guarded_fs.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { explainThread } from "../explain.ts";
import type { Helper } from "./port.ts";
import { attributePrograms, writingHelper } from "./programs.ts";

/** What a restore has for attributes. */
export interface RestoreAttributes {
  helper: Helper | undefined;
  /** They were asked for and cannot be had. */
  missing: boolean;
  /** Takes away what was made for it, when the restore fails before it wrote anything. */
  undo: () => void;
}

/** What sets attributes in a restore; `missing` when it was asked for and cannot be had. */
export function attributesFor(
  context: Context,
  request: Pick<RestoreRequest, "attributes" | "target">,
): RestoreAttributes {
  if (request.attributes !== true) return { helper: undefined, missing: false, undo: () => {} };
  const programs = attributePrograms("restore");
  if ("missing" in programs) {
    context.emit({ message_type: "note", message: programs.missing });
    return { helper: undefined, missing: true, undo: () => {} };
  }
  const { target } = request;
  if (context.parsed.has("explain-permissions")) {
    const run = [...programs.starts];
    explainThread(context, "attributes", { read: [target], write: [target], run });
    return { helper: undefined, missing: false, undo: () => {} };
  }
  // the programs work in it, so it is made before they start
  const made = makeTarget(target);
  const helper = writingHelper(programs, target);
  return {
    helper,
    missing: false,
    undo: () => {
      helper.close();
      if (made) removeEmpty(target);
    },
  };
}

/** What the engine is to know of it. */
export function attributesAsked(
  helper: Helper | undefined,
): Pick<RestoreRequest, "attributes" | "attributeSystem"> {
  return helper === undefined
    ? { attributes: false }
    : { attributes: true, attributeSystem: helper.system };
}

function makeTarget(target: string): boolean {
  try {
    Deno.mkdirSync(target);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

function removeEmpty(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // something was restored into it
  }
}

/** Sets those of links and directories; gives what the summary says of attributes. */
export async function finishAttributes(
  context: Context,
  { helper, target: root, windows }: Pick<RestoreRequest, "target" | "windows"> & {
    helper: Helper | undefined;
  },
  { attributes }: Pick<RestoreResult, "attributes">,
): Promise<Record<string, number>> {
  if (helper === undefined || attributes === undefined) return {};
  try {
    const { late, restored } = attributes;
    const separator = windows ? "\\" : "/";
    const fs = guardedFs(denoFs, [root], separator);
    const target = new RestoreTarget(fs, root, separator);
    const isReal = ({ path }: { path: string }): boolean => {
      try {
        if (path !== "") target.assertReal(dirOf(path));
        const type = target.look(path)?.type;
        return type === "dir" || type === "link";
      } catch {
        return false;
      }
    };
    const chmod = (path: string, mode: number): void => {
      try {
        if (isReal({ path })) fs.chmod(target.path(path), mode);
      } catch {
        // the program is refused then, and that is told
      }
    };
    for (const { path, mode } of late.writable) chmod(path, mode | 0o200);
    // what is in a directory before it: nothing inherits what comes later
    const deepestFirst = <T>(list: readonly T[]): T[] => [...list].reverse();
    const done = await helper.finish(
      deepestFirst(late.set.filter(isReal)),
      deepestFirst(late.remove.filter(isReal)),
    );
    for (const { path, mode } of late.writable) chmod(path, mode);
    const complaints = [...attributes.complaints, ...done.complaints ?? []];
    const [first] = complaints;
    if (first !== undefined) {
      const n = complaints.length;
      context.emit({
        message_type: "note",
        message: text("attributes.refused", { n, first }),
        path: root,
      });
    }
    return {
      attributes_restored: Math.max(0, restored - complaints.length),
      attributes_refused: complaints.length,
    };
  } finally {
    helper.close();
  }
}
