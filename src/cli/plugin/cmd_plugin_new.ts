/** `plugin new`: writes a plugin to start from, and its types beside it. @module */

import { systemText } from "../../base/system_text.ts";
import { dirname, fromFileUrl, join, relative, resolve } from "@std/path";
import { errorCode, HikaeError } from "../../base/errors.ts";
import type { RunCommand } from "../command.ts";
import { writeNewFile } from "../new_file.ts";
import { API_URL, shippedPlugin } from "../shipped_plugins.ts";
import { refuseAddress } from "../places/places.ts";
import { codeFilesOf } from "./plugin_start.ts";
import { fromShipped, starterPlugin, TYPES_FILE, typesText } from "./plugin_starter.ts";
import { text } from "../../text/text.ts";

/** Runs `plugin new`. */
export const run: RunCommand = async (context) => {
  const { parsed, cwd } = context;
  const [given, ...more] = parsed.args;
  if (given === undefined || more.length > 0) {
    throw new HikaeError("usage", text("plugin.new-file"), {
      hint: text("plugin.new-file-hint"),
    });
  }
  refuseAddress(given);
  const file = resolve(cwd, /\.[A-Za-z]+$/.test(given) ? given : `${given}.ts`);
  // what is written has types in it: under the name of JavaScript it would not be loaded
  if (!/\.m?ts$/i.test(file)) {
    throw new HikaeError("usage", text("plugin.new-name", { file: given }), {
      hint: text("plugin.new-name-hint"),
    });
  }
  const from = parsed.get("from")?.replace(/^hikae:/, "");
  const types = join(dirname(file), TYPES_FILE);
  const [code, parts] = from === undefined ? [starterPlugin(file), []] : shippedTexts(from, file);
  await makeDir(dirname(file));
  for (const part of parts) await writePart(part, parsed.has("force"));
  await writeNew(file, code, parsed.has("force"));
  await writeNew(types, typesText(await Deno.readTextFile(API_URL)), true);
  const written = [file, ...parts.map((part) => part.file), types];
  if (context.json) context.emit({ message_type: "answer", file, types, written });
  for (const path of written) context.tell(text("usage.wrote", { file: path }));
  const hook = /\bpostBackup\(/.test(code) ? "postBackup" : "filter";
  context.tell(text("plugin.try-it", { file, hook }));
  return 0;
};

/** A file that a shipped plugin imports, and where it goes. */
interface PluginFile {
  file: string;
  text: string;
}

/** The text of a shipped plugin, and the files that it imports, which keep their places beside it. */
function shippedTexts(name: string, file: string): [string, PluginFile[]] {
  const url = shippedPlugin(name);
  const files = codeFilesOf(`hikae:${name}`, dirname(file));
  const parts = files.filter((part) => part.url !== url.href).map((part) => ({
    file: join(dirname(file), relative(dirname(fromFileUrl(url)), part.path)),
    text: Deno.readTextFileSync(part.path),
  }));
  return [fromShipped(Deno.readTextFileSync(url)), parts];
}

/** Two plugins may share a part: one that is there already with the same text is as good as written. */
async function writePart({ file, text: code }: PluginFile, replace: boolean): Promise<void> {
  const there = await Deno.readTextFile(file).catch(() => undefined);
  if (there === code) return;
  await makeDir(dirname(file));
  await writeNew(file, code, replace);
}

async function makeDir(dir: string): Promise<void> {
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (cause) {
    throw new HikaeError(
      "failed",
      text("usage.write-failed", { file: dir, why: systemText(cause) }),
      {
        path: dir,
        cause,
      },
    );
  }
}

async function writeNew(file: string, code: string, replace: boolean): Promise<void> {
  try {
    if (replace) await Deno.writeTextFile(file, code);
    else writeNewFile(file, code);
  } catch (error) {
    const exists = errorCode(error) === "EEXIST";
    const why = exists ? text("usage.exists") : systemText(error);
    throw new HikaeError("failed", text("usage.write-failed", { file, why }), {
      path: file,
      cause: error,
      ...(exists ? { hint: text("plugin.new-exists-hint") } : {}),
    });
  }
}
