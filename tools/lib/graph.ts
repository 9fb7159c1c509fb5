/** The graph of modules that run: what `deno info` knows, without what types alone need. @module */

import { toFileUrl } from "@std/path";
import { run } from "./run.ts";

interface Dependency {
  specifier: string;
  code?: { specifier?: string };
  npmPackage?: string;
}

interface Module {
  specifier: string;
  local?: string;
  kind?: string;
  npmPackage?: string;
  dependencies?: Dependency[];
}

interface Info {
  modules: Module[];
  redirects?: Record<string, string>;
}

/** What the entries reach. */
export interface Graph {
  /** `file:` URLs of local modules. */
  files: Set<string>;
  /** What is imported from npm packages, as it is written: `zod`, `deno-std/path/mod.js`. */
  npmImports: Set<string>;
}

/** Follows the imports that stay after types are erased. `entries` are paths below `root`. */
export async function moduleGraph(root: string, entries: readonly string[]): Promise<Graph> {
  const graph: Graph = { files: new Set(), npmImports: new Set() };
  for (const entry of entries) {
    const out = await run("deno", ["info", "--json", entry], { cwd: root });
    const info = JSON.parse(out) as Info;
    const modules = new Map(info.modules.map((m) => [m.specifier, m]));
    follow(toFileUrl(`${root}/${entry}`).href, modules, info.redirects ?? {}, graph);
  }
  return graph;
}

function follow(
  specifier: string,
  modules: ReadonlyMap<string, Module>,
  redirects: Readonly<Record<string, string>>,
  graph: Graph,
): void {
  const module = modules.get(redirects[specifier] ?? specifier);
  if (module === undefined || !specifier.startsWith("file:") || graph.files.has(specifier)) return;
  graph.files.add(specifier);
  for (const dependency of module.dependencies ?? []) {
    const to = dependency.code?.specifier;
    if (to === undefined) continue;
    if (to.startsWith("npm:")) graph.npmImports.add(dependency.specifier);
    else follow(to, modules, redirects, graph);
  }
}
