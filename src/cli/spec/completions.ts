/** `completions` and `man`: what shells and `man` need, made from the table. @module */

import { loadModule } from "../../base/load_module.ts";
import type { HelpId } from "../../text/help_text.ts";
import type { Command } from "../command.ts";

const load: NonNullable<Command["load"]> = () =>
  loadModule(new URL("../help/cmd_completions.ts", import.meta.url));

function shell(name: string, summary: HelpId, does: HelpId): Command {
  return {
    name,
    summary,
    usage: [""],
    flags: [],
    examples: [{ line: `hikae completions ${name}`, does }],
    access: "none",
    answers: true,
    load,
  };
}

/** The table entry of `completions`. */
export const completions: Command = {
  name: "completions",
  summary: "completions.summary",
  usage: ["bash|zsh|fish|powershell"],
  about: "completions.about",
  flags: [],
  examples: [],
  access: "none",
  sub: [
    shell("bash", "completions-bash.summary", "completions-bash.example-1"),
    shell("zsh", "completions-zsh.summary", "completions-zsh.example-1"),
    shell("fish", "completions-fish.summary", "completions-fish.example-1"),
    shell("powershell", "completions-powershell.summary", "completions-powershell.example-1"),
  ],
};

/** The table entry of `man`. */
export const man: Command = {
  name: "man",
  summary: "man.summary",
  usage: [""],
  flags: [],
  examples: [],
  access: "none",
  answers: true,
  hidden: true,
  load: () => loadModule(new URL("../help/cmd_man.ts", import.meta.url)),
};
