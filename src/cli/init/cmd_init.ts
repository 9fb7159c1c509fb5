/** `hikae init`. @module */

import { join } from "@std/path";
import { EXIT } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { Context, RunCommand } from "../command.ts";
import { findFolders } from "../config/config_folders.ts";
import { look } from "../config/config_files.ts";
import {
  configOf,
  jobName,
  notifierOf,
  type NotifyChoice,
  readExclude,
  readKeep,
  readTold,
  readWhen,
  type SetupAnswers,
} from "./answers.ts";
import { Interview, Left, type Taken } from "../asking.ts";
import { begin } from "./begin.ts";
import { configPlace, EXCLUDE, onOneDisk, takeFolder, takeVault } from "./places.ts";
import { platformOf } from "../platform.ts";
import { programPath } from "../program/programs.ts";
import { utf8 } from "../../base/bytes.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const file = configPlace(context);
  const asking = new Interview(Deno.stdin.readable, (bytes) => context.write(bytes));
  try {
    const answers = await askAll(context, asking);
    const config = configOf(answers, platformOf(Deno.build.os));
    context.write(utf8(`\n${config}\n`));
    if (!await asking.sure(text("init.write", { file }), "yes")) throw new Left();
    await asking.end();
    return await begin(context, { file, config }, answers);
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    context.tell(text("init.left"));
    return EXIT.interrupted;
  }
};

async function askAll(context: Context, asking: Interview): Promise<SetupAnswers> {
  const platform = platformOf(Deno.build.os);
  const found = findFolders({ env: context.env, platform }, look);
  context.say(text("init.welcome"));
  const source = await asking.ask(
    text("init.source"),
    found?.folders[0]?.path ?? "",
    (answer) => takeFolder(context, answer),
  );
  const job = jobName(source);
  const place = found?.external === true ? join(found.vaultRoot, `hikae-${job}`) : "";
  const vault = await askVault(context, asking, source, place);
  return {
    job,
    source,
    vault,
    when: await asking.ask(text("init.when"), "21:00", readWhen),
    exclude: await asking.ask(text("init.exclude"), EXCLUDE, readExclude),
    keepAll: await asking.ask(text("init.keep"), "usual", readKeep),
    told: await askTold(asking),
  };
}

/** Who is told; the desktop only where the program that shows it is installed. */
async function askTold(asking: Interview): Promise<NotifyChoice> {
  const program = notifierOf(platformOf(Deno.build.os));
  const shown = programPath(program) !== undefined;
  return await asking.ask(text("init.tell"), shown ? "desktop" : "no", (answer) => {
    const told = readTold(answer);
    const desktop = "value" in told && told.value.kind === "desktop";
    return desktop && !shown ? { problem: text("init.no-notifier", { program }) } : told;
  });
}

/** A place for the vault; the disk that is to be saved only when that is what is wanted. */
async function askVault(
  context: Context,
  asking: Interview,
  source: string,
  usual: string,
): Promise<string> {
  for (;;) {
    const take = (answer: string): Taken<string> => takeVault(context, answer, source);
    const vault = await asking.ask(text("init.vault"), usual, take);
    if (!onOneDisk(source, vault) || await asking.sure(text("init.same-disk"), "no")) return vault;
  }
}
