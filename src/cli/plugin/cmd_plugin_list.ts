/** `plugin list`: the plugins of the jobs, what they ask for and what they are given. @module */

import { defined } from "../../base/defined.ts";
import { dirname } from "@std/path";
import { HikaeError, messageOf } from "../../base/errors.ts";
import type { Context, RunCommand } from "../command.ts";
import { wrap } from "../help/help.ts";
import { loadConfig, type LoadedConfig, needConfig, platformOf } from "../config/config_load.ts";
import { type Listed, lookAt } from "./plugin_look.ts";
import { slipLines } from "./plugin_start.ts";
import { SHIPPED } from "../shipped_plugins.ts";
import { describeGrants } from "../../plugins/grants.ts";
import { displayWidth } from "../../report/display_width.ts";
import { text } from "../../text/text.ts";

/** Runs `plugin list`. */
export const run: RunCommand = async (context) => {
  const { parsed, cwd, env } = context;
  const asked = parsed.get("config");
  // a job that is named stands in a config
  const load = parsed.args.length > 0 ? needConfig : loadConfig;
  const config = parsed.has("shipped") ? undefined : await load({
    cwd,
    env,
    platform: platformOf(Deno.build.os),
    ...defined({ config: asked }),
  });
  const why = config?.refused ?? config?.untrusted;
  if (why !== undefined) throw why;
  const listed = config === undefined ? await shipped(cwd) : await ofJobs(context, config);
  for (const one of listed) show(context, one);
  if (listed.length === 0) context.tell(text("plugin.none"));
  return listed.some((one) => one.problem !== undefined) ? 1 : 0;
};

function shipped(cwd: string): Promise<Listed[]> {
  const entries = SHIPPED.map((name) => ({
    path: `hikae:${name}`,
    allow: {},
    options: {},
    onError: "warn" as const,
  }));
  const job = { name: undefined, source: cwd, vaults: [] };
  return Promise.all(entries.map((entry) => lookAt(entry, job, cwd, false)));
}

async function ofJobs(context: Context, { config, file }: LoadedConfig): Promise<Listed[]> {
  const names = context.parsed.args;
  const odd = names.find((name) => !Object.hasOwn(config.jobs, name));
  if (odd !== undefined) {
    throw new HikaeError("usage", text("plugin.no-job", { job: odd }), {
      hint: text("plugin.no-job-hint", { file, jobs: Object.keys(config.jobs).join(", ") }),
    });
  }
  const jobs = Object.values(config.jobs).filter((j) =>
    names.length === 0 || names.includes(j.name)
  );
  const all = jobs.flatMap((job) =>
    job.plugins.map((entry) => lookAt(entry, job, dirname(file), true))
  );
  return await Promise.all(all);
}

function show(context: Context, one: Listed): void {
  if (context.json) return context.emit({ message_type: "answer", ...one });
  const version = one.version === undefined ? "" : ` ${one.version}`;
  const job = one.job === undefined ? "" : `${one.job}: `;
  context.say(`${job}${one.name ?? "?"}${version} (${one.path})`);
  const { columns = 80 } = context;
  if (one.description !== undefined) {
    context.say(wrap(one.description, columns - 4).map((line) => `  ${line}`).join("\n"));
  }
  const rows: [string, string][] = [];
  if (one.hooks !== undefined) {
    rows.push([text("plugin.row-hooks"), one.hooks.join(", ") || text("plugin.row-none")]);
  }
  if (one.asked !== undefined) rows.push([text("plugin.row-asks"), describeGrants(one.asked)]);
  if (one.given !== undefined) rows.push([text("plugin.row-given"), describeGrants(one.given)]);
  for (const [word, said] of rows) context.say(row(word, said, columns));
  for (const [key, doc] of Object.entries(one.options ?? {})) {
    const [first = "", ...rest] = wrap(text("plugin.option", { key, doc }), columns - 4);
    context.say([`  ${first}`, ...rest.map((line) => `    ${line}`)].join("\n"));
  }
  for (const line of slipLines(one.slips ?? {})) context.say(row("!", line, columns));
  // not broken: these have paths, and the line to add to the config
  if (one.problem !== undefined) context.say(`  !      ${messageOf(one.problem)}`);
  if (one.hint !== undefined) context.say(`         ${one.hint}`);
}

/** A word, and beside it a text in as many lines as it takes. */
function row(word: string, said: string, columns: number): string {
  const [first = "", ...rest] = wrap(said, columns - 10);
  const gap = " ".repeat(Math.max(0, 5 - displayWidth(word)));
  return [`  ${word}${gap}  ${first}`, ...rest.map((line) => " ".repeat(9) + line)].join("\n");
}
