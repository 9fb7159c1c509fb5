/** What a comparison will ask of a directory of a mirror, asked ahead. @module */

import type { AheadCalls } from "../../base/ahead.ts";
import { askedNow, type LaneVault } from "./lane_vault.ts";
import type { Task } from "./lane_task.ts";
import { SeenAhead } from "./looks_ahead.ts";
import { hasLinks } from "../../vault/pieced_row.ts";

/** What is to be seen. */
interface SightAsked extends Pick<Task, "path" | "stands"> {
  /** All that there is of it, due or not. */
  whole: boolean;
}

/** Sees a directory of vaults; gives what has its comparison go by it. `places` are where the vaults stand among those of the run. */
export async function seeAhead(
  calls: AheadCalls,
  vaults: readonly { run: LaneVault; place: number }[],
  { path, stands, whole }: SightAsked,
): Promise<() => void> {
  const all = await Promise.all(vaults.map(async ({ run, place }) => {
    const seen = new SeenAhead(askedNow(run.vault.fs), calls);
    await seeOne(run, path, seen, { stands: stands?.[place] === true, whole });
    return { run, seen };
  }));
  return () => all.forEach(({ run, seen }) => run.showAs(seen));
}

interface HowSeen {
  stands: boolean;
  whole: boolean;
}

async function seeOne(
  run: LaneVault,
  dir: string,
  seen: SeenAhead,
  how: HowSeen,
): Promise<void> {
  try {
    await seeDirectory(run, dir, seen, how);
  } catch {
    // the comparison meets it again
  }
}

/** The calls are those of `readDir` and `standingIn`, in whatever order. */
async function seeDirectory(
  run: LaneVault,
  dir: string,
  seen: SeenAhead,
  { stands, whole }: HowSeen,
): Promise<void> {
  const { tree } = run.vault;
  const row = run.rowOf(dir);
  const mirror = tree.mirror(dir);
  if (!whole && row !== undefined && run.leavesOut(dir, row)) {
    if (!stands || row.namesOf("dir").length > 0) await seen.see(mirror);
    return;
  }
  const look = async (): Promise<void> => {
    const trusts = !whole && run.trustsMetadata(dir, row);
    const metadata = row === undefined || trusts ? undefined : seen.see(tree.metadata(dir));
    const info = await seen.see(mirror);
    const isLeft = info?.type === "dir" && row !== undefined && run.isLeft(row, info);
    if (info !== undefined && !isLeft) await seen.seeList(mirror);
    if (hasLinks(row)) await seen.seeList(tree.meta(dir));
    await (trusts && !isLeft ? seen.see(tree.metadata(dir)) : metadata);
  };
  await (run.looks?.timedLater(look) ?? look());
}
