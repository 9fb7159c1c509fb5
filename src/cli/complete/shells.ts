/** The shells that hikae completes in. @module */

import type { Command } from "../command.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { rowsOf } from "./model.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

/** A shell. */
export interface CompletionShell {
  name: string;
  /** The name that its script has in a release; where the shell looks by name, that name. */
  file: string;
  /** Makes its script from the command table. */
  render(commands: readonly Command[]): string;
}

/** All of them. */
export const SHELLS: readonly CompletionShell[] = [
  { name: "bash", file: "hikae.bash", render: (c) => bashScript(rowsOf(c)) },
  { name: "zsh", file: "_hikae", render: (c) => zshScript(rowsOf(c)) },
  { name: "fish", file: "hikae.fish", render: (c) => fishScript(rowsOf(c)) },
  { name: "powershell", file: "hikae.ps1", render: (c) => powershellScript(rowsOf(c)) },
];
