/** `hikae setup-page`: what the page of `serve --allow-setup` has done by a process that may read and write. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import type { SetupWords } from "../../base/setup.ts";
import { text } from "../../text/text.ts";
import { basename } from "@std/path";
import type { Context, RunCommand } from "../command.ts";
import { taskOf } from "../serve/served_task.ts";
import type { SetupAnswers } from "./answers.ts";
import { begin } from "./begin.ts";
import { planSetup, setupChoices } from "./page_setup.ts";

/** Runs the command: `choices`, or `plan` and `begin` with the answers on standard input. */
export const run: RunCommand = async (context) => {
  const [step] = context.parsed.args;
  if (step === "choices") {
    context.emit({ message_type: "answer", ...await setupChoices(context) });
    return EXIT.ok;
  }
  const words = readWords(await new Response(Deno.stdin.readable).text());
  const { plan, answers } = planSetup(context, words);
  if (step === "plan") {
    context.emit({ message_type: "answer", ...plan });
    return EXIT.ok;
  }
  // it may have changed since the plan was shown
  const [problem] = plan.problems;
  if (answers === undefined) throw new HikaeError("usage", problem ?? text("serve.no-form"));
  if (plan.digest !== words.shown) throw new HikaeError("usage", text("setup.changed"));
  if (plan.sameDisk && !words.sameDisk) throw new HikaeError("usage", text("setup.same-disk-no"));
  const code = await begin(context, plan, answers);
  if (code === EXIT.ok || code === EXIT.incomplete) tellVault(context, answers);
  return code;
};

/** The new vault, for the page that goes on with it. */
function tellVault(context: Context, { job, vault }: SetupAnswers): void {
  const root = Deno.realPathSync(vault);
  const { name, task } = taskOf(context, { name: `${job} (${basename(root)})`, root });
  context.emit({ message_type: "answer", name, task });
}

/** The answers; what is none is an empty one, and is told as such. */
function readWords(json: string): SetupWords {
  const given = JSON.parse(json) as Record<string, unknown>;
  const word = (name: keyof SetupWords): string => {
    const value = given[name];
    return typeof value === "string" ? value : "";
  };
  return {
    source: word("source"),
    drive: word("drive"),
    vault: word("vault"),
    when: word("when"),
    exclude: word("exclude"),
    keep: word("keep"),
    sameDisk: given.sameDisk === true,
    shown: word("shown"),
  };
}
