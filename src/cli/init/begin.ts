/** The end of a set-up: config, first backup, schedule, drill. @module */

import { dirname, join } from "@std/path";
import { EXIT } from "../../base/errors.ts";
import { jsonSchema } from "../../config/schema.ts";
import { text } from "../../text/text.ts";
import { runChild } from "../child.ts";
import type { Context } from "../command.ts";
import { replaceFile } from "../config/config_files.ts";
import { writeNewFile } from "../new_file.ts";
import type { SetupPlan } from "../../base/setup.ts";
import type { SetupAnswers } from "./answers.ts";
import { drill } from "./drill.ts";

/** Writes the config (`added` where one is there: it has no more than the job before), makes the first backup, installs the schedule, restores a file. */
export async function begin(
  context: Context,
  { file, config, added }: Pick<SetupPlan, "file" | "config" | "added">,
  { job, source, vault, when }: SetupAnswers,
): Promise<number> {
  Deno.mkdirSync(dirname(file), { recursive: true });
  if (added === undefined) {
    writeNewFile(file, config);
    await replaceFile(join(dirname(file), "hikae.schema.json"), jsonSchema());
    tell(context, text("init.wrote", { file }));
  } else {
    await replaceFile(file, config, Deno.statSync(file).mode);
    tell(context, text("init.added", { file, job }));
  }
  tell(context, text("init.backup"));
  const named = ["--config", file, ...(context.json ? ["--json"] : [])];
  // the person has just said where the vault is to be
  const code = await runChild(context, ["backup", job, "--init", ...named]);
  if (code !== EXIT.ok && code !== EXIT.incomplete) {
    tell(context, text("init.no-backup", { file, job }), context.tell);
    return code;
  }
  if (when.length > 0) {
    const done = await runChild(context, ["schedule", "install", job, ...when, ...named]);
    if (done !== EXIT.ok) tell(context, text("init.no-schedule", { job }), context.tell);
  }
  tell(context, await drill(context, source, vault));
  if (!context.json) context.tell(text("init.next"));
  return code;
}

/** What was done: for people, or for a program that shows it to them. */
function tell(context: Context, message: string, say = context.say): void {
  if (context.json) context.emit({ message_type: "note", message });
  else say(message);
}
