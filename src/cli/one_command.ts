/** One command of the table without the others: a call needs no more of it, and there are many. @module */

import { loadModule } from "../base/load_module.ts";
import type { Command } from "./command.ts";

/** Where each command of `table.ts` is described, by its name. */
export const SPECS: Readonly<Record<string, URL>> = {
  adopt: new URL("./spec/adopt.ts", import.meta.url),
  backup: new URL("./spec/backup.ts", import.meta.url),
  bundle: new URL("./spec/bundle.ts", import.meta.url),
  cat: new URL("./spec/cat.ts", import.meta.url),
  cleanup: new URL("./spec/cleanup.ts", import.meta.url),
  completions: new URL("./spec/completions.ts", import.meta.url),
  man: new URL("./spec/completions.ts", import.meta.url),
  config: new URL("./spec/config.ts", import.meta.url),
  dedupe: new URL("./spec/dedupe.ts", import.meta.url),
  delete: new URL("./spec/delete.ts", import.meta.url),
  diff: new URL("./spec/diff.ts", import.meta.url),
  find: new URL("./spec/find.ts", import.meta.url),
  history: new URL("./spec/history.ts", import.meta.url),
  import: new URL("./spec/import.ts", import.meta.url),
  index: new URL("./spec/index.ts", import.meta.url),
  init: new URL("./spec/init.ts", import.meta.url),
  integrate: new URL("./spec/integrate.ts", import.meta.url),
  job: new URL("./spec/job.ts", import.meta.url),
  list: new URL("./spec/list.ts", import.meta.url),
  logs: new URL("./spec/logs.ts", import.meta.url),
  ls: new URL("./spec/ls.ts", import.meta.url),
  plugin: new URL("./spec/plugin.ts", import.meta.url),
  prune: new URL("./spec/prune.ts", import.meta.url),
  reindex: new URL("./spec/reindex.ts", import.meta.url),
  report: new URL("./spec/report.ts", import.meta.url),
  restore: new URL("./spec/restore.ts", import.meta.url),
  schedule: new URL("./spec/schedule.ts", import.meta.url),
  serve: new URL("./spec/serve.ts", import.meta.url),
  "setup-page": new URL("./spec/setup_page.ts", import.meta.url),
  snapshot: new URL("./spec/snapshot.ts", import.meta.url),
  status: new URL("./spec/status.ts", import.meta.url),
  verify: new URL("./spec/verify.ts", import.meta.url),
};

/** The command of a name; undefined where there is none. */
export async function oneCommand(name: string | undefined): Promise<Command | undefined> {
  if (name === undefined || !Object.hasOwn(SPECS, name)) return undefined;
  const file = SPECS[name];
  return file === undefined ? undefined : named(await loadModule<object>(file), name);
}

function named(module: object, name: string): Command | undefined {
  return Object.values(module).find((value: unknown): value is Command =>
    typeof value === "object" && value !== null && "name" in value && value.name === name
  );
}

/** All commands, in the order of help. */
export async function allCommands(): Promise<readonly Command[]> {
  const table = new URL("./table.ts", import.meta.url);
  return (await loadModule<typeof import("./table.ts")>(table)).COMMANDS;
}
