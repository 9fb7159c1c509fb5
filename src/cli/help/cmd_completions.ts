/** `completions SHELL`: prints the script that completes hikae in a shell. @module */

import { HikaeError } from "../../base/errors.ts";
import type { RunCommand } from "../command.ts";
import { SHELLS } from "../complete/shells.ts";
import { text } from "../../text/text.ts";
import { speakHelp } from "../../text/speak_help.ts";

/** Runs `completions`; each shell is a subcommand of its own. */
export const run: RunCommand = async (context) => {
  const shell = SHELLS.find((s) => s.name === context.command.name);
  if (shell === undefined) throw new HikaeError("usage", text("usage.which-shell"));
  await speakHelp();
  // here and not above: the table names this file
  const { COMMANDS } = await import("../table.ts");
  context.write(new TextEncoder().encode(shell.render(COMMANDS)));
  return 0;
};
