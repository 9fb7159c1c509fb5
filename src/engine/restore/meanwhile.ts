/** What somebody does in a target while a restore is at work there: the rule for what is there holds for that too. @module */

import type { LinkToMake } from "../../base/links.ts";
import { dirOf, joinRel, nameOf } from "../../base/relpath.ts";
import type { Attrs } from "./request.ts";
import { mayStay } from "./compare.ts";
import type { RestoreContext } from "./context.ts";

/**
 * True where something is under the name of `v` now that was not there when its directory was looked at, or had another
 * time than `seen`, and that may not be written over.
 */
export function staysMeanwhile(
  { request, target }: RestoreContext,
  { dir, name, mtime }: { dir: string; name: string } & Pick<Attrs, "mtime">,
  seen: number | undefined,
): boolean {
  const { overwrite } = request;
  // the others write over whatever is there, and need no look
  if (overwrite !== "never" && overwrite !== "if-newer") return false;
  const there = target.look(joinRel(dir, name));
  return there !== undefined && there.mtime !== seen && mayStay({ mtime }, there, { overwrite });
}

/** The links that are still to be made: those that replace something had it looked at long before they come. */
export function linksToMake(
  c: RestoreContext,
  links: LinkToMake[],
  seen: ReadonlyMap<string, number>,
): LinkToMake[] {
  if (seen.size === 0) return links;
  return links.filter(({ path, mtime }) => {
    const over = seen.get(path);
    const v = { dir: dirOf(path), name: nameOf(path), mtime };
    if (over === undefined || !staysMeanwhile(c, v, over)) return true;
    c.counts.files_replaced--;
    c.counts.files_kept++;
    c.counts.links_kept++;
    return false;
  });
}
