/** `plugin`: create, list and test plugins. @module */

import type { Command, Flag } from "../command.ts";
import { HOOKS } from "../../plugins/entry.ts";

const grant = (kind: string, value: string, help: string): Flag => ({
  name: `allow-${kind}`,
  value,
  many: true,
  help: `grant it ${help}; several with commas`,
});

const create: Command = {
  name: "new",
  summary: "write a plugin to start from",
  usage: ["[--from NAME] [--force] FILE"],
  about: "Writes a plugin and, beside it, hikae_plugin.d.ts with the types of everything\n" +
    "that it is given, so that an editor checks and completes it with no set-up. --from\n" +
    "writes out a plugin that comes with hikae, to read or to change.",
  flags: [
    { name: "from", value: "NAME", help: "start from a plugin that comes with hikae (webhook, …)" },
    { name: "force", help: "replace a file that exists" },
  ],
  examples: [
    { line: "hikae plugin new my_plugin.ts", does: "write a plugin with every hook" },
    { line: "hikae plugin new notify.ts --from webhook", does: "write out the webhook plugin" },
  ],
  access: "none",
  load: () => import("../cmd_plugin_new.ts"),
};

const list: Command = {
  name: "list",
  summary: "show the plugins of the jobs, what they ask for and what they are given",
  usage: ["[--config FILE] [JOB…]"],
  about: "Loads each plugin of the config in its sandbox, calls none of its hooks, and shows\n" +
    "its hooks, the permissions it asks for and those it is given. Without a config:\n" +
    "the plugins that come with hikae. Exit code 1: one does not load or lacks a grant.",
  flags: [
    { name: "config", value: "FILE", help: "the config to use, instead of looking for one" },
    { name: "shipped", help: "the plugins that come with hikae, whatever the config says" },
  ],
  examples: [{ line: "hikae plugin list --shipped", does: "list what comes with hikae" }],
  access: "none",
  answers: true,
  load: () => import("../cmd_plugin_list.ts"),
};

const test: Command = {
  name: "test",
  summary: "run one hook of a plugin and print what it did",
  usage: ["--hook HOOK [--options JSON] [--allow-… LIST] FILE"],
  about: "Runs one hook in the sandbox, with a sample run or, with --vault, a real past one;\n" +
    "prints its log lines, its answer and how long it took. FILE is a path or\n" +
    "hikae:NAME. What the hook does (a message that it sends) is real.",
  flags: [
    { name: "hook", value: "HOOK", choices: HOOKS, help: "the hook to run" },
    { name: "options", value: "JSON", help: "the plugin's options, an object" },
    { name: "vault", value: "VAULT", help: "tell it of the newest run of this vault" },
    { name: "at", value: "STAMP", help: "with --vault: of this run" },
    { name: "source", value: "DIR", help: "the source it is told of; filter sees its entries" },
    { name: "timeout", value: "DURATION", help: "the time limit, 30s when not given" },
    grant("read", "PATH", "reading of a path"),
    grant("write", "PATH", "writing of a path"),
    grant("net", "HOST", "connections to a host"),
    grant("env", "NAME", "an environment variable"),
    grant("run", "PROGRAM", "a program"),
    grant("sys", "FACT", "a system fact (hostname, …)"),
    grant("source", "DIR", "reading of DIR (or all) in the source's place"),
  ],
  examples: [
    {
      line: "hikae plugin test hikae:skip_rules --hook filter",
      does: "see what a filter leaves out of a sample",
    },
  ],
  access: "none",
  load: () => import("../cmd_plugin_try.ts"),
};

/** The table entry of `plugin`. */
export const plugin: Command = {
  name: "plugin",
  summary: "create, list and test plugins",
  usage: ["new|list|test …"],
  flags: [],
  examples: [],
  access: "none",
  sub: [create, list, test],
};
