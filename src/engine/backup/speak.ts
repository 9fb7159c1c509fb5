/** Counts and tells what comparing a directory came to: the one place, and once for each directory. @module */

import type { ComparedDirectory } from "./compare/compare_directory.ts";
import { addCounts } from "./counts.ts";
import type { Failures } from "./failures.ts";

/** Counts and tells it in every vault that still takes part. */
export function speak(failures: Failures, { source, troubles, vaults }: ComparedDirectory): void {
  for (const trouble of troubles) failures.source(trouble);
  for (const { run, counts, troubles } of vaults) {
    if (run.failed !== undefined) continue;
    addCounts(run.counts, counts);
    if (source !== undefined && counts.files_special > 0) run.noteSpecial(source);
    for (const trouble of troubles) failures.vault(run, trouble);
  }
}
