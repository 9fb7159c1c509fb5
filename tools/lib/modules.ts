/**
 * The modules that a binary needs and that Deno's look at the imports does not find: those that are named by
 * `new URL("…", import.meta.url)` (workers, the plugin types) and the plugins that come with hikae.
 * @module
 */

import { fromFileUrl, relative } from "@std/path";

const BY_URL = /new URL\(\s*"([^"]+\.ts)",\s*import\.meta\.url/g;

/** Paths below `root`, with `/`, sorted. */
export async function modulesByUrl(root: URL): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of walkTs(new URL("src/", root))) {
    for (const [, path = ""] of (await Deno.readTextFile(file)).matchAll(BY_URL)) {
      found.add(
        relative(fromFileUrl(root), fromFileUrl(new URL(path, file))).replaceAll("\\", "/"),
      );
    }
  }
  // the entry is no worker; it is named where a checkout starts itself again
  found.delete("main.ts");
  for (const name of await filesOf(new URL("plugins/", root))) {
    if (name.endsWith(".ts")) found.add(`plugins/${name}`);
  }
  return [...found].sort();
}

async function* walkTs(dir: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(dir)) {
    if (entry.isDirectory) yield* walkTs(new URL(`${entry.name}/`, dir));
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) {
      yield new URL(entry.name, dir);
    }
  }
}

async function filesOf(dir: URL): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const entry of Deno.readDir(dir)) if (entry.isFile) names.push(entry.name);
    return names;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
