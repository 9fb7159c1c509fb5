/**
 * Finds the config in force and reads it. What it takes to read one (the schema library, the parser) is
 * loaded only when there is one, so that a start without a config stays fast.
 * @module
 */

import { systemText } from "../../base/system_text.ts";
import { errorCode, HikaeError } from "../../base/errors.ts";
import { pathsOf } from "../../config/expand.ts";
import { text as say } from "../../text/text.ts";
import { configPlaces, type ConfigSearch } from "./config_places.ts";
export { CONFIG_NAME, configPlaces } from "./config_places.ts";
export { platformOf } from "../platform.ts";
import type { Config, Origins } from "../../config/types.ts";

/** How a config is looked for. */
export interface ConfigLoadOptions extends ConfigSearch {
  /** `--config`. */
  config?: string;
  /** Reads a file of UTF-8; throws what the system says. */
  readText?: (path: string) => Promise<string>;
}

/** A config that was found. */
export interface LoadedConfig {
  config: Config;
  /** The absolute path of the file. */
  file: string;
  /** Its text. */
  source: string;
  origins: Origins;
  /** Why nothing may be started for it; see `config_trust.ts`. */
  untrusted?: HikaeError;
  /** Why none of its jobs may be used. */
  refused?: HikaeError;
}

/** Reads the config in force; undefined when there is none and `--config` was not given. */
export async function loadConfig(options: ConfigLoadOptions): Promise<LoadedConfig | undefined> {
  const read = options.readText ?? readTextFile;
  const { config: asked, cwd, platform, env } = options;
  const files = asked === undefined
    ? configPlaces(options)
    : [pathsOf(platform).resolve(cwd, asked)];
  for (const file of files) {
    const text = await readIfThere(file, read);
    if (text === undefined) continue;
    const { parseConfig } = await import("../../config/parse.ts");
    const parsed = parseConfig(text, { file, expand: { env, platform } });
    // one that the user named, or put into the config directory, is the user's own
    const here = asked === undefined && file === files[0] && file !== files[1];
    const untrusted = here
      ? await untrustedError(parsed.config, { file, text, options })
      : undefined;
    const refused = Deno.uid() === 0 ? await refusedError(file) : undefined;
    return {
      ...parsed,
      file,
      source: text,
      ...(untrusted === undefined ? {} : { untrusted }),
      ...(refused === undefined ? {} : { refused }),
    };
  }
  if (asked === undefined) return undefined;
  throw new HikaeError("config", say("config.missing", { file: files[0] ?? "" }), {
    hint: say("config.missing-hint"),
    ...(files[0] === undefined ? {} : { path: files[0] }),
  });
}

/** The text of the config in force, for a look at all that is wrong with it; undefined when there is none. */
export async function configText(
  options: ConfigLoadOptions,
): Promise<{ file: string; text: string } | undefined> {
  const { config: asked, cwd, platform } = options;
  const files = asked === undefined
    ? configPlaces(options)
    : [pathsOf(platform).resolve(cwd, asked)];
  for (const file of files) {
    const text = await readIfThere(file, options.readText ?? readTextFile);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

async function untrustedError(
  config: Config,
  { file, text, options }: { file: string; text: string; options: ConfigLoadOptions },
): Promise<HikaeError | undefined> {
  const { startedBy, untrusted } = await import("./config_trust.ts");
  return startedBy(config).length === 0 ? undefined : untrusted(file, text, options);
}

/** As root, a config that others may write would be their way to be root. */
async function refusedError(file: string): Promise<HikaeError | undefined> {
  const { openToOthers } = await import("../program/programs.ts");
  const place = openToOthers(file);
  if (place === undefined) return undefined;
  return new HikaeError("config", say("trust.open", { file, place }), {
    path: file,
    hint: say("trust.open-hint", { place }),
  });
}

/** Reads the config in force; throws a `config` error when there is none. */
export async function needConfig(options: ConfigLoadOptions): Promise<LoadedConfig> {
  const loaded = await loadConfig(options);
  if (loaded !== undefined) return loaded;
  throw new HikaeError(
    "config",
    say("config.none-found", { places: configPlaces(options).join(", ") }),
    {
      hint: say("config.none-found-hint"),
    },
  );
}

async function readIfThere(
  file: string,
  read: (path: string) => Promise<string>,
): Promise<string | undefined> {
  try {
    return await read(file);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    const code = errorCode(error);
    const why = code === "EISDIR" ? say("usage.is-directory") : systemText(error);
    throw new HikaeError("config", say("config.unreadable", { file, problem: why }), {
      path: file,
      cause: error,
    });
  }
}

/** Reads a file of UTF-8, and says so when it is something else (a shell may write UTF-16). */
async function readTextFile(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is not UTF-8 text; save it as UTF-8", { cause });
  }
}
