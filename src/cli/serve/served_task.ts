/** A vault to serve as what its look process may touch. @module */

import { isUnscoped, permissionSet } from "../../sandbox/permissions.ts";
import type { Context } from "../command.ts";
import { explainThread } from "../explain.ts";
import { dirsOf, indexPlaces } from "../places/index_places.ts";
import type { LookTask } from "./look_task.ts";
import type { ServedPlace } from "./served.ts";

/** What is served: names for people, and what each look may touch. */
export interface Served {
  name: string;
  task: LookTask;
  source: string | undefined;
}

/** The task of a vault. Its index directory is made, unless only the permissions are asked for. */
export function taskOf(context: Context, { name, root, source }: ServedPlace): Served {
  const make = !context.parsed.has("explain-permissions");
  const { places } = indexPlaces(context.env, [root], { make });
  const set = permissionSet("look", { vault: [root], index: dirsOf(places) });
  const unscoped = isUnscoped(set, Deno.build.os === "windows");
  return { name, source, task: { root, ...set, index: places, unscoped } };
}

/** Tells what each part of the server may do. */
export function explain(context: Context, served: readonly Served[], port: number): void {
  explainThread(context, "main", { run: true });
  explainThread(context, "http", { net: [`127.0.0.1:${port}`] });
  for (const { task: { root, read, write, unscoped } } of served) {
    explainThread(context, `look ${root}`, { read, write }, unscoped);
  }
}
