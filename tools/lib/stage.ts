/** The copy of the tree that is compiled: build facts written in, npm packages bundled, nothing else changed. @module */

import { fromFileUrl } from "@std/path";
import type { Commit } from "./git.ts";
import { moduleGraph } from "./graph.ts";
import { modulesByUrl } from "./modules.ts";
import { vendor } from "./vendor.ts";

/** A copy that is ready to be compiled. */
export interface Stage {
  dir: string;
  /** What `--include` names, relative to `dir`. */
  includes: string[];
  /** Every file that the binary may hold, relative to `dir`. */
  files: string[];
  /** What is imported from npm, as the sources write it. */
  npmImports: string[];
  /** Writes what `hikae --version` tells; before each compile, since the target is in it. */
  tellBuild(commit: Commit, target: string): Promise<void>;
  remove(): Promise<void>;
}

interface Settings {
  version: string;
  imports: Record<string, string>;
  unstable: string[];
  compilerOptions: unknown;
}

/** Copies the tree at `root`; the copy is the caller's to remove. */
export async function makeStage(root: URL): Promise<Stage> {
  const from = fromFileUrl(root).replace(/[\\/]$/, "");
  const dir = await Deno.makeTempDir({ prefix: "hikae-compile-" });
  try {
    return await fillStage(root, from, dir);
  } catch (error) {
    await Deno.remove(dir, { recursive: true });
    throw error;
  }
}

async function fillStage(root: URL, from: string, dir: string): Promise<Stage> {
  const includes = await modulesByUrl(root);
  const graph = await moduleGraph(from, ["main.ts", ...includes]);
  const npmImports = [...graph.npmImports].sort();
  const sources = await Promise.all([...graph.files].map((url) => Deno.readTextFile(new URL(url))));
  const vendored = await vendor(from, `${dir}/vendor`, npmImports, sources);
  const settings = JSON.parse(await Deno.readTextFile(`${from}/deno.json`)) as Settings;
  const own = Object.entries(settings.imports).filter(([name, to]) =>
    to.startsWith("./src/") && graph.files.has(new URL(to, root).href) && !vendored.has(name)
  );
  const imports = Object.fromEntries([
    ...own,
    ...[...vendored].map(([specifier, file]) => [specifier, `./vendor/${file}`]),
  ]);
  const { version, unstable, compilerOptions } = settings;
  const config = { version, imports, unstable, lock: false, nodeModulesDir: "none" };
  await Deno.writeTextFile(
    `${dir}/deno.json`,
    JSON.stringify({ ...config, compilerOptions }, null, 2) + "\n",
  );
  const files = [...graph.files].map((url) => url.slice(root.href.length)).map(decodeURIComponent);
  for (const file of [...files, ...includes]) if (file !== "deno.json") await copy(from, dir, file);
  return {
    dir,
    includes,
    npmImports,
    files: [
      ...new Set([...files, ...includes, ...[...vendored.values()].map((f) => `vendor/${f}`)]),
    ]
      .sort(),
    tellBuild: async (commit, target) => {
      await tellBuild(dir, commit.id, target);
      await setTimes(dir, new Date(commit.time));
    },
    remove: () => Deno.remove(dir, { recursive: true }),
  };
}

async function copy(from: string, dir: string, file: string): Promise<void> {
  const to = `${dir}/${file}`;
  await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
  await Deno.copyFile(`${from}/${file}`, to);
}

async function tellBuild(dir: string, commit: string, target: string): Promise<void> {
  const path = `${dir}/src/cli/build_info.ts`;
  const text = await Deno.readTextFile(path);
  const empty = "BUILD: BuildInfo | undefined = undefined;";
  const at = text.lastIndexOf("BUILD: BuildInfo | undefined =");
  if (at < 0) throw new Error(`${path}: there is no line "${empty}" to write the build into`);
  const facts = JSON.stringify({ commit, target });
  await Deno.writeTextFile(path, `${text.slice(0, at)}BUILD: BuildInfo | undefined = ${facts};\n`);
}

/** Times are embedded; the same commit is to give the same binary. */
async function setTimes(dir: string, time: Date): Promise<void> {
  for await (const entry of Deno.readDir(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) await setTimes(path, time);
    else await Deno.utime(path, time, time);
  }
}
