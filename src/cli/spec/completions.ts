/** `completions` and `man`: what shells and `man` need, made from the table. @module */

import type { Command } from "../command.ts";

const load: NonNullable<Command["load"]> = () => import("../cmd_completions.ts");

function shell(name: string, does: string, line: string): Command {
  return {
    name,
    summary: `print the completions for ${name}`,
    usage: [""],
    flags: [],
    examples: [{ line, does }],
    access: "none",
    answers: true,
    load,
  };
}

/** The table entry of `completions`. */
export const completions: Command = {
  name: "completions",
  summary: "print completions for a shell",
  usage: ["bash|zsh|fish|powershell"],
  about: "Prints a script that completes commands, flags and files of hikae. bash and zsh\n" +
    "read it with source <(hikae completions bash); for zsh it may also be kept as\n" +
    "_hikae in a directory of $fpath. fish finds it as\n" +
    "~/.config/fish/completions/hikae.fish. PowerShell reads it in $PROFILE with\n" +
    "hikae completions powershell | Out-String | Invoke-Expression",
  flags: [],
  examples: [],
  access: "none",
  sub: [
    shell("bash", "complete in bash", "hikae completions bash"),
    shell("zsh", "complete in zsh", "hikae completions zsh"),
    shell("fish", "complete in fish", "hikae completions fish"),
    shell("powershell", "complete in PowerShell", "hikae completions powershell"),
  ],
};

/** The table entry of `man`. */
export const man: Command = {
  name: "man",
  summary: "print the manual page",
  usage: [""],
  flags: [],
  examples: [],
  access: "none",
  answers: true,
  hidden: true,
  load: () => import("../cmd_man.ts"),
};
