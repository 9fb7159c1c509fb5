/** `plugin test`: runs one hook of a plugin and prints what it did. @module */

import { resolve } from "@std/path";
import { HikaeError, messageOf } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { text } from "../../text/text.ts";
import { cleanText } from "../../plugins/answers.ts";
import type { HookName } from "../../plugins/entry.ts";
import { Refusal } from "../../plugins/grants.ts";
import { checkAnswer } from "../../plugins/set.ts";
import type { Context, RunCommand } from "../command.ts";
import { argumentFor, listBatch, pastRun, sampleRun } from "./plugin_sample.ts";
import { startPlugin } from "./plugin_start.ts";
import { tellThrew } from "./threw_at.ts";
import { entryOf, hookOf, noHook, withFlags } from "./plugin_trial.ts";

/** Runs `plugin test`. */
export const run: RunCommand = async (context) => {
  try {
    return await tryHook(context);
  } catch (error) {
    return tellThrew(context, error);
  }
};

const tryHook: RunCommand = async (context) => {
  const { parsed, cwd } = context;
  const hook = hookOf(parsed);
  const source = parsed.get("source");
  const vault = parsed.get("vault");
  const sample = vault === undefined
    ? sampleRun(resolve(cwd, source ?? "."), new Date(context.clock.now()))
    : pastRun(resolve(cwd, vault), parsed.get("at"));
  const entry = entryOf(parsed);
  const plugin = await startPlugin(entry, {
    run: sample.facts,
    baseDir: cwd,
    trial: true,
    warn: context.tell,
    log: (name, level, message) => context.tell(`${name}: ${level}: ${message}`),
  }).catch((error: unknown) => {
    throw error instanceof Refusal ? withFlags(error) : error;
  });
  try {
    if (!plugin.info.hooks.includes(hook)) throw noHook(plugin.info.name, hook, plugin.info.hooks);
    tellOddOptions(context, entry.options, plugin.info);
    const listed = source === undefined ? undefined : listBatch(resolve(cwd, source));
    const argument = { ...sample.facts, ...argumentFor(hook, sample, listed) };
    const started = context.clock.now();
    const answer = await plugin.call(hook, argument).then((value) => {
      checkAnswer(hook, value, argument);
      return value;
    }).catch((cause: unknown) => {
      throw new HikaeError(
        "plugin",
        text("plugin.hook-failed", { plugin: plugin.info.name, hook, problem: messageOf(cause) }),
        { cause },
      );
    });
    show(context, { plugin: plugin.info.name, hook, answer, ms: context.clock.now() - started });
    return 0;
  } finally {
    await plugin.close();
  }
};

/** Names options that the plugin does not tell of: a slip in a name is an option that does nothing. */
function tellOddOptions(
  context: Context,
  given: Readonly<Record<string, unknown>>,
  { name, options }: { name: string; options: Readonly<Record<string, string>> },
): void {
  const known = Object.keys(options);
  // a plugin that tells of none may have some
  if (known.length === 0) return;
  for (const option of Object.keys(given)) {
    if (known.includes(option)) continue;
    const near = nearest(option, known);
    context.tell(
      near === undefined
        ? text("plugin.odd-option", { name, option, known: known.join(", ") })
        : text("plugin.odd-option-near", { name, option, near }),
    );
  }
}

function show(
  context: Context,
  done: { plugin: string; hook: HookName; answer: unknown; ms: number },
): void {
  const { plugin, hook, answer, ms } = done;
  if (context.json) {
    return context.emit({ message_type: "answer", plugin, hook, ...shownAnswer(answer), ms });
  }
  const said = answer === undefined || answer === null
    ? "nothing"
    : cleanText(JSON.stringify(answer, undefined, 2), 20_000);
  context.say(text("plugin.answered", { plugin, hook, ms, said }));
}

/** The longest answer that is printed whole, as JSON. */
const MOST_JSON = 256 * 1024;

/** The answer; of one that is too long its beginning, as a text. */
function shownAnswer(answer: unknown): Record<string, unknown> {
  const json = JSON.stringify(answer ?? null);
  if (json.length <= MOST_JSON) return { answer: answer ?? null };
  return { answer: `${json.slice(0, MOST_JSON)}…`, answer_cut: true };
}
