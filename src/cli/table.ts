/** The table of commands: help, completions, man page, permissions and dispatch are all made from it. @module */

import type { Command } from "./command.ts";
import { backup } from "./spec/backup.ts";
import { completions, man } from "./spec/completions.ts";
import { config } from "./spec/config.ts";
import { plugin } from "./spec/plugin.ts";
import { schedule } from "./spec/schedule.ts";
import { snapshot } from "./spec/snapshot.ts";

/** Every command, in the order of help. */
export const COMMANDS: readonly Command[] = [
  backup,
  snapshot,
  schedule,
  plugin,
  config,
  completions,
  man,
];
