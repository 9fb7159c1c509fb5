/** `plugin new`: writes a plugin to start from, and its types beside it. @module */

import { dirname, join, resolve } from "@std/path";
import { errorCode, HikaeError, messageOf } from "../base/errors.ts";
import { isCodeFile } from "../plugins/code_files.ts";
import type { Context, RunCommand } from "./command.ts";
import { API_URL, shippedPlugin } from "./plugin_shipped.ts";
import { fromShipped, starterPlugin, TYPES_FILE, typesText } from "./plugin_starter.ts";

/** Runs `plugin new`. */
export const run: RunCommand = async (context) => {
  const { parsed, cwd } = context;
  const [given, ...more] = parsed.args;
  if (given === undefined || more.length > 0) {
    throw new HikaeError("usage", "plugin new: one FILE to write is needed", {
      hint: "for example: hikae plugin new my_plugin.ts",
    });
  }
  const file = resolve(cwd, /\.[A-Za-z]+$/.test(given) ? given : `${given}.ts`);
  if (!isCodeFile(file)) {
    throw new HikaeError("usage", `plugin new: ${given} is not the name of a TypeScript file`, {
      hint: "let it end in .ts",
    });
  }
  const from = parsed.get("from")?.replace(/^hikae:/, "");
  const text = from === undefined
    ? starterPlugin(file)
    : fromShipped(await Deno.readTextFile(shippedPlugin(from)));
  const types = join(dirname(file), TYPES_FILE);
  await writeNew(file, text, parsed.has("force"));
  await writeNew(types, typesText(await Deno.readTextFile(API_URL)), true);
  tell(context, file, types);
  return 0;
};

function tell(context: Context, file: string, types: string): void {
  if (context.json) context.emit({ message_type: "answer", file, types });
  context.tell(`wrote ${file}`);
  context.tell(`wrote ${types} (its types)`);
  context.tell(`try it: hikae plugin test ${file} --hook postBackup`);
}

async function writeNew(file: string, text: string, replace: boolean): Promise<void> {
  try {
    await Deno.writeTextFile(file, text, { createNew: !replace });
  } catch (error) {
    const exists = errorCode(error) === "EEXIST";
    const why = exists ? "it exists" : messageOf(error);
    throw new HikaeError("failed", `write ${file}: ${why}`, {
      path: file,
      cause: error,
      ...(exists ? { hint: "another name, or --force to replace it" } : {}),
    });
  }
}
