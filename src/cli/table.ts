/** The table of commands: help, completions, man page, permissions and dispatch are all made from it. @module */

import type { Command } from "./command.ts";
import { adopt } from "./spec/adopt.ts";
import { backup } from "./spec/backup.ts";
import { bundle } from "./spec/bundle.ts";
import { cat } from "./spec/cat.ts";
import { completions, man } from "./spec/completions.ts";
import { cleanup } from "./spec/cleanup.ts";
import { config } from "./spec/config.ts";
import { dedupe } from "./spec/dedupe.ts";
import { diff } from "./spec/diff.ts";
import { find } from "./spec/find.ts";
import { history } from "./spec/history.ts";
import { init } from "./spec/init.ts";
import { integrate } from "./spec/integrate.ts";
import { job } from "./spec/job.ts";
import { list } from "./spec/list.ts";
import { logs } from "./spec/logs.ts";
import { ls } from "./spec/ls.ts";
import { plugin } from "./spec/plugin.ts";
import { report } from "./spec/report.ts";
import { restore } from "./spec/restore.ts";
import { deleteCommand } from "./spec/delete.ts";
import { prune } from "./spec/prune.ts";
import { importCommand } from "./spec/import.ts";
import { index } from "./spec/index.ts";
import { reindex } from "./spec/reindex.ts";
import { schedule } from "./spec/schedule.ts";
import { serve } from "./spec/serve.ts";
import { setupPage } from "./spec/setup_page.ts";
import { snapshot } from "./spec/snapshot.ts";
import { verify } from "./spec/verify.ts";
import { status } from "./spec/status.ts";

/** Every command, in the order of help. */
export const COMMANDS: readonly Command[] = [
  init,
  backup,
  adopt,
  importCommand,
  cleanup,
  prune,
  deleteCommand,
  dedupe,
  verify,
  reindex,
  index,
  list,
  ls,
  cat,
  diff,
  history,
  find,
  restore,
  serve,
  integrate,
  setupPage,
  status,
  report,
  logs,
  job,
  bundle,
  snapshot,
  schedule,
  plugin,
  config,
  completions,
  man,
];
