/** `config`: the config file. @module */

import type { Command, Flag } from "../command.ts";

const CONFIG: Flag = {
  name: "config",
  value: "FILE",
  help: "the config to use, instead of looking for one",
};

const init: Command = {
  name: "init",
  summary: "write a config to start from",
  usage: ["[--force] [FILE]"],
  about: "Writes a commented hikae.jsonc with this machine's own folders, and beside it\n" +
    "hikae.schema.json, from which editors complete and check it. FILE is\n" +
    "./hikae.jsonc when not given; a file that exists is left alone.",
  flags: [{ name: "force", help: "replace a config that exists" }],
  examples: [
    { line: "hikae config init", does: "write ./hikae.jsonc" },
    { line: "hikae config init backup/hikae.jsonc", does: "write it there" },
  ],
  access: "none",
  load: () => import("../cmd_config_init.ts"),
};

const show: Command = {
  name: "show",
  summary: "print what is in force, and where each value comes from",
  usage: ["[--config FILE]"],
  about: "Prints every value of every job, paths expanded and defaults filled in, with\n" +
    "the line of the config that says so.",
  flags: [CONFIG],
  examples: [{ line: "hikae config show", does: "print the config in force" }],
  access: "none",
  answers: true,
  load: () => import("../cmd_config_show.ts"),
};

const check: Command = {
  name: "check",
  summary: "check the config, its sources, vaults and plugins",
  usage: ["[--config FILE]"],
  about: "Checks the config, that sources and vaults are there, and that plugins load and\n" +
    "are granted what they want. A vault that does not exist yet is a note when its\n" +
    "parent exists: the first backup makes it. Exit code 2: the config is wrong; 1:\n" +
    "something that it names is not there or not right.",
  flags: [CONFIG],
  examples: [{ line: "hikae config check", does: "check the config in force" }],
  access: "none",
  answers: true,
  load: () => import("../cmd_config_check.ts"),
};

const trust: Command = {
  name: "trust",
  summary: "allow the config of this directory to start plugins and programs",
  usage: ["[FILE]"],
  about: "A config that was found in the working directory (not named by --config, not in\n" +
    "the config directory) starts no plugin and no program until it was allowed once.\n" +
    "This shows what it starts and allows it, as it is now; after a change it has to\n" +
    "be allowed again.",
  flags: [CONFIG],
  examples: [{ line: "hikae config trust", does: "allow ./hikae.jsonc" }],
  access: "none",
  load: () => import("../cmd_config_trust.ts"),
};

const schema: Command = {
  name: "schema",
  summary: "print the JSON Schema of the config",
  usage: [""],
  flags: [],
  examples: [{ line: "hikae config schema", does: "print the schema" }],
  access: "none",
  answers: true,
  load: () => import("../cmd_config_schema.ts"),
};

/** The table entry of `config`. */
export const config: Command = {
  name: "config",
  summary: "write, show or check the config file",
  usage: ["init|show|check|trust|schema"],
  about: "The config is the file of --config, or hikae.jsonc in the working directory, or\n" +
    "the one in the platform's config directory (~/.config/hikae on Linux,\n" +
    "%APPDATA%\\hikae on Windows, ~/Library/Application Support/hikae on macOS).",
  flags: [],
  examples: [],
  access: "none",
  sub: [init, show, check, trust, schema],
};
