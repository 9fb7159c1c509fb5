/** `snapshot`: portable snapshots, each one JSON file. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command, Flag } from "../command.ts";

const TARGET: Flag = {
  name: "target-directory",
  value: "DIR",
  help: "snapshot.flag-target-directory",
};

const SNAPSHOTS: Flag = {
  name: "snapshots-directory",
  value: "DIR",
  help: "snapshot.flag-snapshots-directory",
};

const DRY_RUN: Flag = { name: "dry-run", short: "n", help: "snapshot.flag-dry-run" };

const take: Command = {
  name: "take",
  summary: "snapshot-take.summary",
  usage: ["--target-directory DIR [--snapshots-directory DIR]"],
  about: "snapshot-take.about",
  flags: [TARGET, SNAPSHOTS],
  examples: [
    { line: "hikae snapshot take --target-directory .", does: "snapshot-take.example-1" },
  ],
  access: "portableTake",
  load: () => loadModule(new URL("../snapshot/cmd_snapshot.ts", import.meta.url)),
};

const list: Command = {
  name: "list",
  summary: "snapshot-list.summary",
  usage: ["[--snapshots-directory DIR]"],
  flags: [SNAPSHOTS],
  examples: [{ line: "hikae snapshot list", does: "snapshot-list.example-1" }],
  access: "portableLook",
  load: () => loadModule(new URL("../snapshot/cmd_snapshot_list.ts", import.meta.url)),
};

const restore: Command = {
  name: "restore",
  summary: "snapshot-restore.summary",
  usage: ["--snapshot-file FILE --output-directory DIR [--dry-run]"],
  about: "snapshot-restore.about",
  flags: [
    { name: "snapshot-file", value: "FILE", help: "snapshot-restore.flag-snapshot-file" },
    { name: "output-directory", value: "DIR", help: "snapshot-restore.flag-output-directory" },
    SNAPSHOTS,
    DRY_RUN,
  ],
  examples: [
    {
      line:
        "hikae snapshot restore --snapshot-file snapshot_20261121_073816.json --output-directory out",
      does: "snapshot-restore.example-1",
    },
  ],
  access: "portableRestore",
  load: () => loadModule(new URL("../snapshot/cmd_snapshot_restore.ts", import.meta.url)),
};

const prune: Command = {
  name: "prune",
  summary: "snapshot-prune.summary",
  usage: ["--snapshot-number N [--dry-run]"],
  about: "snapshot-prune.about",
  flags: [
    { name: "snapshot-number", value: "N", help: "snapshot-prune.flag-snapshot-number" },
    SNAPSHOTS,
    DRY_RUN,
  ],
  examples: [{
    line: "hikae snapshot prune --snapshot-number 7",
    does: "snapshot-prune.example-1",
  }],
  access: "portablePrune",
  load: () => loadModule(new URL("../snapshot/cmd_snapshot_prune.ts", import.meta.url)),
};

const job: Command = {
  name: "job",
  summary: "snapshot-job.summary",
  usage: ["--target-directory DIR --interval TIME [--duration TIME]"],
  about: "snapshot-job.about",
  flags: [
    TARGET,
    { name: "interval", value: "TIME", help: "snapshot-job.flag-interval" },
    { name: "duration", value: "TIME", help: "snapshot-job.flag-duration" },
    SNAPSHOTS,
  ],
  examples: [
    {
      line: "hikae snapshot job --target-directory . --interval 10 --duration 60",
      does: "snapshot-job.example-1",
    },
  ],
  access: "portableTake",
  load: () => loadModule(new URL("../snapshot/cmd_snapshot_job.ts", import.meta.url)),
};

/** The table entry of `snapshot`. */
export const snapshot: Command = {
  name: "snapshot",
  summary: "snapshot.summary",
  usage: ["[take] --target-directory DIR", "list|restore|prune|job …"],
  about: "snapshot.about",
  flags: [TARGET, SNAPSHOTS],
  examples: [
    { line: "hikae snapshot --target-directory .", does: "snapshot.example-1" },
  ],
  access: "portableTake",
  sub: [take, list, restore, prune, job],
  load: () => loadModule(new URL("../snapshot/cmd_snapshot.ts", import.meta.url)),
};
