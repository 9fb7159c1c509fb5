/** Answers with the wrong shape: `kind` is the answer as JSON. */
import type { Run } from "./deed.ts";

const answer = (run: Run): unknown => JSON.parse(run.options.kind);

export default {
  name: "wrong-shape",
  preBackup: answer,
  filter: (_batch: unknown, run: Run): unknown => answer(run),
  preCleanup: answer,
};
