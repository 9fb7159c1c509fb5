/** `config init`: writes a config to start from, and the schema beside it. @module */

import { systemText } from "../../base/system_text.ts";
import { errorCode, HikaeError } from "../../base/errors.ts";
import { pathsOf } from "../../config/expand.ts";
import { jsonSchema } from "../../config/schema.ts";
import { starter } from "../../config/starter.ts";
import type { Context, RunCommand } from "../command.ts";
import { findFolders } from "./config_folders.ts";
import { look, replaceFile } from "./config_files.ts";
import { CONFIG_NAME, configPlaces, platformOf } from "./config_load.ts";
import { writeNewFile } from "../new_file.ts";
import { sayDone } from "../output.ts";
import { refuseAddress } from "../places/places.ts";
import { text } from "../../text/text.ts";

const SCHEMA_MARK = '"title": "hikae.jsonc"';

/** Runs `config init`. */
export const run: RunCommand = async (context) => {
  const platform = platformOf(Deno.build.os);
  const paths = pathsOf(platform);
  const file = target(context, platform);
  const parts = findFolders({ env: context.env, platform }, look);
  if (parts === undefined) {
    throw new HikaeError("failed", text("config.no-home"), {
      hint: text("config.no-home-hint", { name: platform === "windows" ? "USERPROFILE" : "HOME" }),
    });
  }
  const schema = paths.join(paths.dirname(file), "hikae.schema.json");
  await orSay(file, async () => {
    await Deno.mkdir(paths.dirname(file), { recursive: true });
    await write(file, starter(parts), context.parsed.has("force"));
    const before = look.text(schema);
    // An older hikae's schema is brought up to date; a file that only has its name is not ours.
    if (before === "" || before.includes(SCHEMA_MARK)) await replaceFile(schema, jsonSchema());
    else context.tell(text("config.other-schema", { file: schema }));
  });
  report(context, file, configPlaces({ cwd: context.cwd, env: context.env, platform }));
  return 0;
};

/** What the system refuses is no mistake of hikae's. */
async function orSay(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof HikaeError) throw cause;
    throw new HikaeError("failed", text("config.not-written", { problem: systemText(cause) }), {
      path,
      hint: text("config.not-written-hint"),
      cause,
    });
  }
}

function target(context: Context, platform: ReturnType<typeof platformOf>): string {
  const { args } = context.parsed;
  if (args.length > 1) throw new HikaeError("usage", text("config.more-files"));
  const paths = pathsOf(platform);
  const asked = args[0] ?? context.parsed.get("config") ?? CONFIG_NAME;
  refuseAddress(asked);
  const file = paths.resolve(context.cwd, asked);
  // as with other programs, a slash at the end says that a directory is meant, which may be yet to be made
  const isDirectory = /[/\\]$/.test(asked) || look.leadsToDirectory(file);
  return isDirectory ? paths.join(file, CONFIG_NAME) : file;
}

async function write(file: string, content: string, force: boolean): Promise<void> {
  if (force) return await replaceFile(file, content);
  try {
    writeNewFile(file, content);
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST") throw cause;
    throw new HikaeError("usage", text("config.exists", { file }), {
      path: file,
      hint: text("config.exists-hint"),
      cause,
    });
  }
}

function report(context: Context, file: string, places: readonly string[]): void {
  if (context.json) {
    context.emit({ message_type: "summary", action: "config init", file });
    return;
  }
  sayDone(context, text("usage.wrote", { file }));
  const found = places.includes(file);
  const everywhere = places.at(-1);
  const flag = found ? "" : ` --config ${file}`;
  context.tell(text("config.look-over", { flag }));
  if (found && file !== everywhere && places.length > 1) {
    context.tell(text("config.only-here", { place: String(everywhere) }));
  }
}
