/** `plugin test`: runs one hook of a plugin and prints what it did. @module */

import { resolve } from "@std/path";
import { parseSeconds } from "../base/duration.ts";
import { HikaeError, messageOf } from "../base/errors.ts";
import type { Permissions } from "../plugins/api.ts";
import { cleanText } from "../plugins/answers.ts";
import { type HookName, HOOKS, type PluginEntry } from "../plugins/entry.ts";
import { KINDS } from "../plugins/grants.ts";
import { checkAnswer } from "../plugins/set.ts";
import type { Context, Parsed, RunCommand } from "./command.ts";
import { argumentFor, listBatch, pastRun, sampleRun } from "./plugin_sample.ts";
import { startPlugin } from "./plugin_start.ts";

/** Runs `plugin test`. */
export const run: RunCommand = async (context) => {
  const { parsed, cwd } = context;
  const hook = hookOf(parsed);
  const source = parsed.get("source");
  const vault = parsed.get("vault");
  const sample = vault === undefined
    ? sampleRun(resolve(cwd, source ?? "."), new Date(context.clock.now()))
    : pastRun(resolve(cwd, vault), parsed.get("at"));
  const plugin = await startPlugin(entryOf(parsed), {
    run: sample.facts,
    baseDir: cwd,
    warn: context.tell,
    log: (name, level, message) => context.tell(`${name}: ${level}: ${message}`),
  });
  try {
    if (!plugin.info.hooks.includes(hook)) throw noHook(plugin.info.name, hook, plugin.info.hooks);
    const listed = source === undefined ? undefined : listBatch(resolve(cwd, source));
    const argument = { ...sample.facts, ...argumentFor(hook, sample, listed) };
    const started = context.clock.now();
    const answer = await plugin.call(hook, argument).then((value) => {
      checkAnswer(hook, value, argument);
      return value;
    }).catch((cause: unknown) => {
      throw new HikaeError("plugin", `plugin ${plugin.info.name}, ${hook}: ${messageOf(cause)}`, {
        cause,
      });
    });
    show(context, { plugin: plugin.info.name, hook, answer, ms: context.clock.now() - started });
    return 0;
  } finally {
    await plugin.close();
  }
};

function show(
  context: Context,
  done: { plugin: string; hook: HookName; answer: unknown; ms: number },
): void {
  const { plugin, hook, answer, ms } = done;
  if (context.json) {
    return context.emit({ message_type: "answer", plugin, hook, answer: answer ?? null, ms });
  }
  const text = answer === undefined || answer === null
    ? "nothing"
    : cleanText(JSON.stringify(answer, undefined, 2), 20_000);
  context.say(`${plugin}: ${hook} answered in ${ms} ms: ${text}`);
}

function hookOf(parsed: Parsed): HookName {
  const hook = HOOKS.find((h) => h === parsed.get("hook"));
  if (hook !== undefined && parsed.args.length === 1) return hook;
  const why = hook === undefined ? "--hook with the hook to run is needed" : "one FILE is needed";
  throw new HikaeError("usage", `plugin test: ${why}`, {
    hint: `hikae plugin test FILE --hook ${HOOKS.join("|")}`,
  });
}

function entryOf(parsed: Parsed): PluginEntry {
  const allow: Permissions = {};
  for (const kind of KINDS) {
    const items = parsed.all(`allow-${kind}`).flatMap((text) => text.split(",")).filter(Boolean);
    if (items.length > 0) allow[kind] = items;
  }
  const timeout = parsed.get("timeout");
  return {
    path: parsed.args[0] ?? "",
    allow,
    options: optionsOf(parsed.get("options")),
    onError: "abort",
    ...(timeout === undefined ? {} : { timeout: parseSeconds(timeout, "--timeout") }),
  };
}

function optionsOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // said below
  }
  throw new HikaeError("usage", `plugin test: --options: ${text} is not a JSON object`, {
    hint: 'for example: --options \'{"url": "https://example.com"}\'',
  });
}

function noHook(name: string, hook: HookName, hooks: readonly HookName[]): HikaeError {
  return new HikaeError("failed", `plugin test: ${name} has no hook ${hook}`, {
    hint: hooks.length === 0 ? "it has none" : `it has ${hooks.join(", ")}`,
  });
}
