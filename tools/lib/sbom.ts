/** What a binary is made of, as CycloneDX JSON: hikae, Deno, and the npm packages whose code is in it. @module */

import { fromFileUrl } from "@std/path";

/** The parts of `deno.lock` that a bill needs. */
interface Lock {
  npm?: Record<string, { integrity?: string; dependencies?: string[] }>;
}

/** A program or library, as CycloneDX has it. */
export interface Component {
  type: "application" | "library" | "framework";
  name: string;
  version: string;
  purl: string;
  "bom-ref": string;
  hashes?: { alg: "SHA-512"; content: string }[];
}

/** A bill of materials. */
export interface Bill {
  bomFormat: "CycloneDX";
  specVersion: "1.5";
  version: 1;
  metadata: {
    timestamp: string;
    tools: { components: { type: "application"; name: string; version: string }[] };
    component: Component;
  };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** What a bill is made from. */
export interface BillFacts {
  version: string;
  commit: string;
  /** RFC 3339; that of the commit, so that the same commit gives the same bill. */
  time: string;
  deno: string;
  lock: Lock;
  /** `name@version` of the packages that are imported. */
  packages: readonly string[];
}

/** Makes the bill; packages that others need come with them. */
export function bill(facts: BillFacts): Bill {
  const hikae = component("application", "hikae", facts.version, "generic", facts.commit);
  const deno = component("framework", "deno", facts.deno, "github/denoland");
  const all = closure(facts.packages, facts.lock);
  const libraries = all.map((id) => libraryOf(id, facts.lock));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      timestamp: facts.time,
      tools: { components: [{ type: "application", name: "deno compile", version: facts.deno }] },
      component: hikae,
    },
    components: [deno, ...libraries],
    dependencies: [
      {
        ref: hikae["bom-ref"],
        dependsOn: [deno["bom-ref"], ...facts.packages.map((id) => refOf(id))].sort(),
      },
      ...all.map((id) => ({
        ref: refOf(id),
        dependsOn: dependenciesOf(id, facts.lock).map((d) => refOf(d)),
      })),
    ],
  };
}

/** The packages behind what the sources import, by the import map of `deno.json`. */
export function packagesOf(
  imports: readonly string[],
  map: Readonly<Record<string, string>>,
): string[] {
  const ids = imports.map((specifier) => {
    const key = Object.keys(map).find((k) =>
      k === specifier || (k.endsWith("/") && specifier.startsWith(k))
    );
    const to = key === undefined
      ? undefined
      : /^npm:\/?((?:@[^/]+\/)?[^/@]+@[^/]+)/.exec(map[key] ?? "");
    if (!to?.[1]) throw new Error(`make the bill of materials: ${specifier} is in no import map`);
    return to[1];
  });
  return [...new Set(ids)].sort();
}

/** Reads the lock file of the tree. */
export async function readLock(): Promise<Lock> {
  const path = fromFileUrl(new URL("../../deno.lock", import.meta.url));
  return JSON.parse(await Deno.readTextFile(path)) as Lock;
}

function closure(ids: readonly string[], lock: Lock): string[] {
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    dependenciesOf(id, lock).forEach(visit);
  };
  ids.forEach(visit);
  return [...seen].sort();
}

/** The lock leaves a version out where there is only one. */
function dependenciesOf(id: string, lock: Lock): string[] {
  return (lock.npm?.[id]?.dependencies ?? []).map((name) =>
    Object.keys(lock.npm ?? {}).find((key) => key === name || key.startsWith(`${name}@`)) ?? name
  );
}

function libraryOf(id: string, lock: Lock): Component {
  const at = id.lastIndexOf("@");
  const integrity = lock.npm?.[id]?.integrity;
  if (integrity === undefined) throw new Error(`make the bill of materials: ${id} is not locked`);
  const bytes = Uint8Array.from(atob(integrity.replace("sha512-", "")), (c) => c.charCodeAt(0));
  return {
    ...component("library", id.slice(0, at), id.slice(at + 1), "npm"),
    hashes: [{ alg: "SHA-512", content: bytes.toHex() }],
  };
}

function component(
  type: Component["type"],
  name: string,
  version: string,
  kind: string,
  commit?: string,
): Component {
  const note = commit === undefined ? "" : `?vcs_commit=${encodeURIComponent(commit)}`;
  const purl = `pkg:${kind}/${name.replace("@", "%40")}@${version}${note}`;
  return { type, name, version, purl, "bom-ref": purl };
}

function refOf(id: string): string {
  const at = id.lastIndexOf("@");
  return component("library", id.slice(0, at), id.slice(at + 1), "npm")["bom-ref"];
}
