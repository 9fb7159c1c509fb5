/** `config show`: what is in force, and where each value comes from. @module */

import { defined } from "../../base/defined.ts";
import type { Context, RunCommand } from "../command.ts";
import { type InForce, inForce } from "./config_origin.ts";
import { needConfig, platformOf } from "./config_load.ts";
import { text } from "../../text/text.ts";

/** Runs `config show`. */
export const run: RunCommand = async (context) => {
  const { parsed, cwd, env } = context;
  const asked = parsed.get("config");
  const platform = platformOf(Deno.build.os);
  const loaded = await needConfig({
    cwd,
    env,
    platform,
    ...defined({ config: asked }),
  });
  const values = inForce(loaded);
  if (context.json) emitAll(context, values, loaded.file);
  else sayAll(context, values, loaded.file);
  return 0;
};

function emitAll(context: Context, values: readonly InForce[], file: string): void {
  for (const { job, key, value, origin } of values) {
    context.emit({
      message_type: "answer",
      job: job ?? null,
      key,
      value,
      from: origin === undefined ? "default" : `${file}:${origin.line}`,
    });
  }
}

function sayAll(context: Context, values: readonly InForce[], file: string): void {
  context.say(`# ${file}`);
  let last: string | undefined;
  for (const { job, key, value, origin } of values) {
    if (job !== last) context.say(job === undefined ? "" : `\n${job}`);
    last = job;
    const from = origin === undefined ? "default" : text("config.line", { line: origin.line });
    context.say(`  ${key.padEnd(18)} ${from.padEnd(9)} ${shown(value)}`);
  }
}

function shown(value: unknown): string {
  if (value === null) return text("config.not-set");
  if (Array.isArray(value) && value.length === 0) return "none";
  return JSON.stringify(value);
}
