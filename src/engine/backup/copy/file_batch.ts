/**
 * A part of a large directory: a lane that has nothing to do reads and hashes its files and writes them under
 * temporary names, or under their own where nothing can be there; whoever has the directory puts them in their places. So
 * what becomes of a version is decided in one place, and one directory is not one lane's work.
 * @module
 */

import { HikaeError } from "../../../base/errors.ts";
import type { FileHandle } from "../../../base/fs.ts";
import { joinRel } from "../../../base/relpath.ts";
import { dropTemporaries, readContent } from "./content.ts";
import type { LaneContext } from "../lane_context.ts";
import { waitForFlushes } from "../failures.ts";
import { sharerFor } from "../share/run_sharing.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { BatchAnswer, BatchFile, BatchResult, FileBatch } from "../lane_task.ts";

/** Reads the files of a part. Throws when the run was cancelled; what was written is gone then. */
export async function fetchBatch(context: LaneContext, part: FileBatch): Promise<BatchAnswer> {
  const answer: BatchAnswer = [];
  try {
    for (const file of part.files) {
      context.check();
      const runs = file.wants.map(({ vault }) => context.runs[vault]);
      const sound = runs.filter((run): run is LaneVault =>
        run !== undefined && run.failed === undefined
      );
      const fetched = sound.length < runs.length
        ? undefined
        : fetchFile(context, part.dir, file, sound);
      if (fetched === undefined) break;
      answer.push(fetched);
      await waitForFlushes(sound, part.dir);
    }
    context.check();
  } catch (error) {
    part.files.slice(0, answer.length + 1).forEach((file) => drop(context, file));
    throw error;
  }
  return answer;
}

function fetchFile(
  context: LaneContext,
  dir: string,
  file: BatchFile,
  runs: readonly LaneVault[],
): BatchResult | undefined {
  const wants = file.wants.map(({ want }) => want);
  const path = context.view.tree.path(joinRel(dir, file.name));
  let open: (FileHandle | undefined)[] = [];
  try {
    const sharer = sharerFor(runs);
    const content = readContent(context.read, path, file.info, wants, file.likelySame, sharer);
    open = content.open;
    for (const got of content.got) if (typeof got === "object") throw got.failed;
    for (const [i, run] of runs.entries()) {
      const handle = open[i];
      if (handle === undefined) continue;
      run.sink.flushFile(handle);
      // whoever flushes it closes it
      open[i] = undefined;
    }
    const { hash, size, info, got, wrote = [] } = content;
    const own = wants.map(({ spare }) => spare !== undefined);
    const result: BatchResult = own.includes(true)
      ? { hash, size, got, wrote, own }
      : { hash, size, got, wrote };
    return info === file.info ? result : { ...result, info };
  } catch (error) {
    for (const handle of open) handle?.close();
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    drop(context, file);
    return undefined;
  }
}

function drop(context: LaneContext, file: BatchFile): void {
  dropTemporaries(context.read.fs, file.wants.map(({ want }) => want));
}
