/** `man`: prints the manual page, for packagers; `man -l <(hikae man)` reads it. @module */

import type { RunCommand } from "../command.ts";
import { manPage } from "./man.ts";
import { VERSION } from "../version.ts";
import { speakHelp } from "../../text/speak_help.ts";

/** Runs `man`. */
export const run: RunCommand = async (context) => {
  await speakHelp();
  // here and not above: the table names this file
  const { COMMANDS } = await import("../table.ts");
  const day = new Date(context.clock.now()).toISOString().slice(0, 10);
  context.write(new TextEncoder().encode(manPage(COMMANDS, VERSION, day)));
  return 0;
};
