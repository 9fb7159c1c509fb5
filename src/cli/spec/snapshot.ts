/** `snapshot`: portable snapshots, each one JSON file. @module */

import type { Command, Flag } from "../command.ts";

const TARGET: Flag = {
  name: "target-directory",
  value: "DIR",
  help: "the directory to take a snapshot of",
};

const SNAPSHOTS: Flag = {
  name: "snapshots-directory",
  value: "DIR",
  help: "where the snapshots are, ./snapshots when not given",
};

const DRY_RUN: Flag = { name: "dry-run", short: "n", help: "say what would be done, do nothing" };

const take: Command = {
  name: "take",
  summary: "take a snapshot of a directory",
  usage: ["--target-directory DIR [--snapshots-directory DIR]"],
  about: "Writes snapshots/snapshot_yyyyMMdd_HHmmss.json with all files below DIR. Links\n" +
    "are kept as links; the directory of the snapshots is left out when it lies in\n" +
    "DIR. What cannot be read is named, and the exit code is 3.",
  flags: [TARGET, SNAPSHOTS],
  examples: [
    { line: "hikae snapshot take --target-directory .", does: "take one of the working directory" },
  ],
  access: "portableTake",
  load: () => import("../cmd_snapshot.ts"),
};

const list: Command = {
  name: "list",
  summary: "list the snapshots",
  usage: ["[--snapshots-directory DIR]"],
  flags: [SNAPSHOTS],
  examples: [{ line: "hikae snapshot list", does: "list what is in ./snapshots" }],
  access: "portableLook",
  load: () => import("../cmd_snapshot_list.ts"),
};

const restore: Command = {
  name: "restore",
  summary: "restore the files of a snapshot",
  usage: ["--snapshot-file FILE --output-directory DIR [--dry-run]"],
  about: "A FILE without a separator is looked for in ./snapshots first. All of it is\n" +
    "checked before anything is written; a damaged file is refused. Files that are in\n" +
    "the way are replaced, others in DIR are left alone, links there never followed.",
  flags: [
    { name: "snapshot-file", value: "FILE", help: "the snapshot" },
    { name: "output-directory", value: "DIR", help: "where its files go" },
    SNAPSHOTS,
    DRY_RUN,
  ],
  examples: [
    {
      line:
        "hikae snapshot restore --snapshot-file snapshot_20261121_073816.json --output-directory out",
      does: "restore it below ./out",
    },
  ],
  access: "portableRestore",
  load: () => import("../cmd_snapshot_restore.ts"),
};

const prune: Command = {
  name: "prune",
  summary: "remove all but the newest snapshots",
  usage: ["--snapshot-number N [--dry-run]"],
  about: "Keeps the newest N. Damaged snapshots and files that are none are not counted\n" +
    "and never removed.",
  flags: [
    { name: "snapshot-number", value: "N", help: "how many to keep, at least 1" },
    SNAPSHOTS,
    DRY_RUN,
  ],
  examples: [{ line: "hikae snapshot prune --snapshot-number 7", does: "keep the newest seven" }],
  access: "portablePrune",
  load: () => import("../cmd_snapshot_prune.ts"),
};

const job: Command = {
  name: "job",
  summary: "take snapshots at an interval",
  usage: ["--target-directory DIR --interval TIME [--duration TIME]"],
  about: "TIME is a number of seconds, or like 30s, 10m, 2h. The first snapshot is taken\n" +
    "at once. A beat that comes while a snapshot is still being taken is left out; a\n" +
    "failed one is reported and the job goes on. Without --duration it ends on Ctrl-C.",
  flags: [
    TARGET,
    { name: "interval", value: "TIME", help: "from the start of one to the start of the next" },
    { name: "duration", value: "TIME", help: "how long snapshots are taken" },
    SNAPSHOTS,
  ],
  examples: [
    {
      line: "hikae snapshot job --target-directory . --interval 10 --duration 60",
      does: "take six in a minute",
    },
  ],
  access: "portableTake",
  load: () => import("../cmd_snapshot_job.ts"),
};

/** The table entry of `snapshot`. */
export const snapshot: Command = {
  name: "snapshot",
  summary: "portable snapshots: a directory as one JSON file",
  usage: ["[take] --target-directory DIR", "list|restore|prune|job …"],
  about: "A portable snapshot is one JSON file that holds a whole directory: paths, hashes,\n" +
    "contents in Base64. It needs no vault. docs/portable.md describes the format.",
  flags: [TARGET, SNAPSHOTS],
  examples: [
    { line: "hikae snapshot --target-directory .", does: "take one of the working directory" },
  ],
  access: "portableTake",
  sub: [take, list, restore, prune, job],
  load: () => import("../cmd_snapshot.ts"),
};
