/** `hikae init`. @module */

import { dirname, join } from "@std/path";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { notAPath } from "../../base/remote_address.ts";
import { expandPath } from "../../config/expand.ts";
import { jsonSchema } from "../../config/schema.ts";
import { text } from "../../text/text.ts";
import { runChild } from "../child.ts";
import type { Context, RunCommand } from "../command.ts";
import { findFolders } from "../config/config_folders.ts";
import { look, replaceFile, writeNew } from "../config/config_files.ts";
import { configPlaces } from "../config/config_load.ts";
import {
  type Answers,
  configOf,
  jobName,
  readExclude,
  readKeep,
  readTold,
  readWhen,
} from "./answers.ts";
import { Asking, Left, type Taken } from "./asking.ts";
import { drill } from "./drill.ts";
import { absolute, isInside, realPlaceToMake } from "../vault/places.ts";
import { platformOf } from "../platform.ts";
import { utf8 } from "../../base/bytes.ts";

const WINDOWS = Deno.build.os === "windows";

/** What is left out where nobody says otherwise. */
const EXCLUDE = "node_modules/, *.tmp, ~$*, Thumbs.db, .DS_Store";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const file = configPlace(context);
  const asking = new Asking(Deno.stdin.readable, (bytes) => context.write(bytes));
  try {
    const answers = await askAll(context, asking);
    const config = configOf(answers, platformOf(Deno.build.os));
    context.write(utf8(`\n${config}\n`));
    if (!await asking.sure(text("init.write", { file }), "yes")) throw new Left();
    await asking.end();
    return await begin(context, file, config, answers);
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    context.tell(text("init.left"));
    return EXIT.interrupted;
  }
};

/** Where the config goes: to the user's own, where it is found from everywhere. */
function configPlace(context: Context): string {
  const platform = platformOf(Deno.build.os);
  const places = configPlaces({ cwd: context.cwd, env: context.env, platform });
  const there = places.find((place) => look.text(place) !== "");
  if (there !== undefined) {
    throw new HikaeError("usage", text("init.exists"), {
      path: there,
      hint: text("init.exists-hint"),
    });
  }
  const file = places[1];
  if (file !== undefined) return file;
  throw new HikaeError("failed", text("init.no-place"), { hint: text("init.no-place-hint") });
}

async function askAll(context: Context, asking: Asking): Promise<Answers> {
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
    told: await asking.ask(text("init.tell"), "desktop", readTold),
  };
}

/** The path of an answer, with `~` and variables expanded as in a config. */
function fullPath(context: Context, answer: string): string {
  const expansion = { env: context.env, platform: platformOf(Deno.build.os) };
  const expanded = expandPath(answer, context.cwd, expansion);
  return "path" in expanded ? expanded.path : absolute(context.cwd, answer);
}

function takeFolder(context: Context, answer: string): Taken<string> {
  const path = fullPath(context, answer);
  try {
    const real = Deno.realPathSync(path);
    if (answer !== "" && Deno.statSync(real).isDirectory) return { value: real };
  } catch {
    // said below
  }
  return { problem: text("init.no-folder", { path: answer === "" ? '""' : path }) };
}

/** A place for the vault; the disk that is to be saved only when that is what is wanted. */
async function askVault(
  context: Context,
  asking: Asking,
  source: string,
  usual: string,
): Promise<string> {
  for (;;) {
    const vault = await asking.ask(text("init.vault"), usual, (answer): Taken<string> => {
      const address = notAPath(answer, WINDOWS);
      if (address !== undefined) return { problem: `${address.problem}; ${address.hint}.` };
      if (answer === "") return { problem: text("init.no-folder", { path: '""' }) };
      const place = realPlaceToMake(context.cwd, fullPath(context, answer));
      if (isInside(place, source, WINDOWS)) return { problem: text("init.vault-in-source") };
      if (isInside(source, place, WINDOWS)) return { problem: text("init.source-in-vault") };
      return { value: place };
    });
    if (!onOneDisk(source, vault) || await asking.sure(text("init.same-disk"), "no")) return vault;
  }
}

/** True when what is there of the vault's path lies on the source's own file system. */
function onOneDisk(source: string, vault: string): boolean {
  for (let at = vault;; at = dirname(at)) {
    try {
      return Deno.statSync(at).dev === Deno.statSync(source).dev;
    } catch {
      if (dirname(at) === at) return true;
    }
  }
}

/** Writes the config, makes the first backup, installs the schedule, restores a file. */
async function begin(
  context: Context,
  file: string,
  config: string,
  { job, source, vault, when }: Answers,
): Promise<number> {
  Deno.mkdirSync(dirname(file), { recursive: true });
  await writeNew(file, config);
  await replaceFile(join(dirname(file), "hikae.schema.json"), jsonSchema());
  context.say(text("init.wrote", { file }));
  context.say(text("init.backup"));
  const named = ["--config", file];
  // the person has just said where the vault is to be
  const code = await runChild(context, ["backup", job, "--init", ...named]);
  if (code !== EXIT.ok && code !== EXIT.incomplete) return code;
  if (when.length > 0) {
    const done = await runChild(context, ["schedule", "install", job, ...when, ...named]);
    if (done !== EXIT.ok) context.tell(text("init.no-schedule", { job }));
  }
  context.say(await drill(context, source, vault));
  context.tell(text("init.next"));
  return code;
}
