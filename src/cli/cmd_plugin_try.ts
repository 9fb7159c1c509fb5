/** `plugin test`: runs one hook of a plugin and prints what it did. @module */

import { resolve } from "@std/path";
import { HikaeError, messageOf } from "../base/errors.ts";
import { cleanText } from "../plugins/answers.ts";
import type { HookName } from "../plugins/entry.ts";
import { Refusal } from "../plugins/grants.ts";
import { checkAnswer } from "../plugins/set.ts";
import type { Context, RunCommand } from "./command.ts";
import { argumentFor, listBatch, pastRun, sampleRun } from "./plugin_sample.ts";
import { startPlugin } from "./plugin_start.ts";
import { entryOf, hookOf, noHook, withFlags } from "./plugin_trial.ts";

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
  }).catch((error: unknown) => {
    throw error instanceof Refusal ? withFlags(error) : error;
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
