/** `config`: the config file. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command, Flag } from "../command.ts";

const CONFIG: Flag = {
  name: "config",
  value: "FILE",
  help: "config.flag-config",
};

const init: Command = {
  name: "init",
  summary: "config-init.summary",
  usage: ["[--force] [FILE]"],
  about: "config-init.about",
  flags: [{ name: "force", help: "config-init.flag-force" }],
  examples: [
    { line: "hikae config init", does: "config-init.example-1" },
    { line: "hikae config init backup/hikae.jsonc", does: "config-init.example-2" },
  ],
  access: "none",
  load: () => loadModule(new URL("../config/cmd_config_init.ts", import.meta.url)),
};

const show: Command = {
  name: "show",
  summary: "config-show.summary",
  usage: ["[--config FILE]"],
  about: "config-show.about",
  flags: [CONFIG],
  examples: [{ line: "hikae config show", does: "config-show.example-1" }],
  access: "none",
  answers: true,
  load: () => loadModule(new URL("../config/cmd_config_show.ts", import.meta.url)),
};

const check: Command = {
  name: "check",
  summary: "config-check.summary",
  usage: ["[--config FILE]"],
  about: "config-check.about",
  flags: [CONFIG],
  examples: [{ line: "hikae config check", does: "config-check.example-1" }],
  access: "none",
  answers: true,
  load: () => loadModule(new URL("../config/cmd_config_check.ts", import.meta.url)),
};

const trust: Command = {
  name: "trust",
  summary: "config-trust.summary",
  usage: ["[FILE]"],
  about: "config-trust.about",
  flags: [CONFIG],
  examples: [{ line: "hikae config trust", does: "config-trust.example-1" }],
  access: "none",
  load: () => loadModule(new URL("../config/cmd_config_trust.ts", import.meta.url)),
};

const schema: Command = {
  name: "schema",
  summary: "config-schema.summary",
  usage: [""],
  flags: [],
  examples: [{ line: "hikae config schema", does: "config-schema.example-1" }],
  access: "none",
  answers: true,
  load: () => loadModule(new URL("../config/cmd_config_schema.ts", import.meta.url)),
};

/** The table entry of `config`. */
export const config: Command = {
  name: "config",
  summary: "config.summary",
  usage: ["init|show|check|trust|schema"],
  about: "config.about",
  flags: [],
  examples: [],
  access: "none",
  sub: [init, show, check, trust, schema],
};
