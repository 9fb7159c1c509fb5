/** `plugin`: create, list and test plugins. @module */

import { loadModule } from "../../base/load_module.ts";
import type { HelpId } from "../../text/help_text.ts";
import type { Command, Flag } from "../command.ts";
import { HOOKS } from "../../plugins/entry.ts";

const grant = (kind: string, value: string, help: HelpId): Flag => ({
  name: `allow-${kind}`,
  value,
  many: true,
  help,
});

const create: Command = {
  name: "new",
  summary: "plugin-new.summary",
  usage: ["[--from NAME] [--force] FILE"],
  about: "plugin-new.about",
  flags: [
    { name: "from", value: "NAME", help: "plugin-new.flag-from" },
    { name: "force", help: "plugin-new.flag-force" },
  ],
  examples: [
    { line: "hikae plugin new my_plugin.ts", does: "plugin-new.example-1" },
    { line: "hikae plugin new notify.ts --from webhook", does: "plugin-new.example-2" },
  ],
  access: "none",
  load: () => loadModule(new URL("../plugin/cmd_plugin_new.ts", import.meta.url)),
};

const list: Command = {
  name: "list",
  summary: "plugin-list.summary",
  usage: ["[--config FILE] [JOB…]"],
  about: "plugin-list.about",
  flags: [
    { name: "config", value: "FILE", help: "plugin-list.flag-config" },
    { name: "shipped", help: "plugin-list.flag-shipped" },
  ],
  examples: [{ line: "hikae plugin list --shipped", does: "plugin-list.example-1" }],
  access: "none",
  answers: true,
  load: () => loadModule(new URL("../plugin/cmd_plugin_list.ts", import.meta.url)),
};

const test: Command = {
  name: "test",
  summary: "plugin-test.summary",
  usage: ["--hook HOOK [--options JSON] [--allow-… LIST] FILE"],
  about: "plugin-test.about",
  flags: [
    { name: "hook", value: "HOOK", choices: HOOKS, help: "plugin-test.flag-hook" },
    { name: "options", value: "JSON", help: "plugin-test.flag-options" },
    { name: "vault", value: "VAULT", help: "plugin-test.flag-vault" },
    { name: "at", value: "STAMP", help: "plugin-test.flag-at" },
    { name: "source", value: "DIR", help: "plugin-test.flag-source" },
    { name: "timeout", value: "DURATION", help: "plugin-test.flag-timeout" },
    grant("read", "PATH", "plugin-test.flag-allow-read"),
    grant("write", "PATH", "plugin-test.flag-allow-write"),
    grant("net", "HOST", "plugin-test.flag-allow-net"),
    grant("env", "NAME", "plugin-test.flag-allow-env"),
    grant("run", "PROGRAM", "plugin-test.flag-allow-run"),
    grant("sys", "FACT", "plugin-test.flag-allow-sys"),
    grant("source", "DIR", "plugin-test.flag-allow-source"),
  ],
  examples: [
    {
      line: "hikae plugin test hikae:skip_rules --hook filter",
      does: "plugin-test.example-1",
    },
  ],
  access: "none",
  load: () => loadModule(new URL("../plugin/cmd_plugin_try.ts", import.meta.url)),
};

/** The table entry of `plugin`. */
export const plugin: Command = {
  name: "plugin",
  summary: "plugin.summary",
  usage: ["new|list|test …"],
  flags: [],
  examples: [],
  access: "none",
  sub: [create, list, test],
};
