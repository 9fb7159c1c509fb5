/**
 * Shuts the module loader: lets through the listed code files of one plugin and harmless `node:` modules, and
 * nothing else. It is what stands between a plugin and every file of the user, because a compiled binary's
 * loader checks no permission (docs/security.md). Installed before the plugin is loaded; holds whatever the plugin
 * does to prototypes and globals, since it calls only what it captured here.
 * @module
 */

import Module from "node:module";
import process from "node:process";
import { text } from "../text/text.ts";

const { apply, defineProperty, ownKeys } = Reflect;
const { startsWith } = String.prototype;
const { create, freeze } = Object;

/**
 * The `node:` modules that a plugin may import: those that compute and touch nothing. (`node:fs` and its like would obey
 * the permissions, but give away descriptors 0 and 1, over which hikae talks to the plugin's process.)
 */
const BUILTINS = [
  "assert",
  "assert/strict",
  "buffer",
  "crypto",
  "events",
  "path",
  "path/posix",
  "path/win32",
  "querystring",
  "stream",
  "stream/promises",
  "stream/web",
  "string_decoder",
  "timers",
  "timers/promises",
  "url",
  "util",
  "util/types",
  "zlib",
];

/** Parts of `node:process` that end the process, change it, or give other modules. */
const PROCESS_OFF = [
  "abort",
  "binding",
  "chdir",
  "dlopen",
  "emit",
  "exit",
  "getBuiltinModule",
  "kill",
  "_kill",
  "on",
  "once",
  "openStdin",
  "reallyExit",
];

type Resolve = (specifier: string, context: unknown) => { url: string };
type Load = (url: string, context: unknown) => unknown;

/** Installs the guard in this thread, for good; `urls` are the exact URLs of the plugin's code files. */
export function installImportGuard(urls: readonly string[]): void {
  const allowed = create(null) as Record<string, true>;
  for (const url of urls) allowed[url] = true;
  for (const name of BUILTINS) allowed[`node:${name}`] = true;
  freeze(allowed);
  const refusals = create(null) as Record<string, true>;
  const resolve = (specifier: string, context: unknown, next: Resolve): unknown => {
    const href = next(specifier, context).url;
    if (typeof href !== "string") throw new Refused(refusalText("an odd address"));
    const fine = allowed[href] === true && !isTyped(context);
    const url = fine ? href : refusalOf(href, refusals);
    return { __proto__: null, url, shortCircuit: true };
  };
  const load = (url: string, context: unknown, next: Load): unknown => {
    const known = allowed[url] === true && !isTyped(context) || refusals[url] === true;
    if (!known) throw new Refused(refusalText(url));
    return next(url, context);
  };
  hooks().registerHooks({ __proto__: null, resolve, load });
  shutModule();
  for (const key of PROCESS_OFF) turnOff(process, key);
}

const Refused = TypeError;
const { stringify } = JSON;
const encode = encodeURIComponent;

/**
 * Deno swallows what this hook throws for a static import of a `node:` module that the runtime itself uses, and then
 * loads that; it takes another address, here of a module that throws. The one that it loads whatever is answered
 * (`node:worker_threads`) heeds what is thrown. A test goes through every module, statically and dynamically.
 */
function refusalOf(href: string, refusals: Record<string, true>): string {
  const text = refusalText(href);
  const isBuiltin = apply(startsWith, href, ["node:"]) && href !== "node:worker_threads";
  if (!isBuiltin) throw new Refused(text);
  const url = "data:text/javascript," + encode("throw new TypeError(" + stringify(text) + ")");
  refusals[url] = true;
  return url;
}

function refusalText(href: string): string {
  return text("plugin.import", { href });
}

/** True for an import with a type (`text`, `json`, …): it gives what stands in a file, and not code. */
function isTyped(context: unknown): boolean {
  const { importAttributes } = context as { importAttributes?: object };
  return typeof importAttributes === "object" && importAttributes !== null &&
    ownKeys(importAttributes).length > 0;
}

/** Replaces everything of `node:module` that loads, or changes how is loaded. */
function shutModule(): void {
  const prototype = Module.prototype as object;
  for (const key of ownKeys(prototype)) if (key !== "constructor") turnOff(prototype, key);
  for (const key of ownKeys(Module)) {
    if (typeof key === "string" && !KEPT.has(key)) turnOff(Module, key);
  }
}

/** What stays of `node:module`: plain facts. */
const KEPT = new Set(["length", "name", "prototype", "builtinModules", "isBuiltin", "Module"]);

function turnOff(target: object, key: PropertyKey): void {
  const value = (): never => {
    throw new TypeError(`${String(key)} is not available to plugins`);
  };
  defineProperty(target, key, { value, writable: false, enumerable: false, configurable: false });
}

/** The types of Deno do not know `registerHooks` in every version. */
function hooks(): { registerHooks(hooks: object): void } {
  return Module as unknown as { registerHooks(hooks: object): void };
}
