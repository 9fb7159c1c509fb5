/** The index of a vault at home, for suites that look at it, damage it or take it away. */

import { dirname, join } from "@std/path";
import { indexPlaces } from "../../src/cli/places/index_places.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { indexNames, type IndexPlace } from "../../src/vault/index_place.ts";
import { isThere, names, removeTree, stateDirectory } from "./cli_helper.ts";

/** Where the index of a vault lies, as main finds it; made where it is missing. */
export function indexPlace(vault: string, state = stateDirectory()): IndexPlace | undefined {
  const env = (name: string): string | undefined => name === "HIKAE_STATE_DIR" ? state : undefined;
  return indexPlaces(env, [vault], { make: true, fresh: true }).places[vault];
}

/** The database that counts for a vault; undefined when there is none. */
export function indexFile(vault: string, state = stateDirectory()): string | undefined {
  const place = indexPlace(Deno.realPathSync(vault), state);
  if (place === undefined) return undefined;
  const { pointer } = indexNames(Deno.realPathSync(vault), sha256Of);
  try {
    const [name = ""] = Deno.readTextFileSync(join(place.dir, pointer)).split("\n");
    return join(place.dir, name);
  } catch {
    return undefined;
  }
}

/** The database of a vault, which must have one. */
export function theIndex(vault: string, state = stateDirectory()): string {
  const path = indexFile(vault, state);
  if (path === undefined) throw new Error(`no index of ${vault}`);
  return path;
}

/** Takes all indexes of a vault away. */
export function dropIndex(vault: string, state = stateDirectory()): void {
  const place = indexPlace(Deno.realPathSync(vault), state);
  if (place !== undefined) removeTree(place.dir);
}

/** Moves the indexes of a vault aside; gives how to put them back. */
export function setIndexAside(vault: string, state = stateDirectory()): () => void {
  const place = indexPlace(Deno.realPathSync(vault), state);
  if (place === undefined) return () => {};
  const aside = `${dirname(place.dir)}-aside-${crypto.randomUUID()}`;
  Deno.renameSync(place.dir, aside);
  return () => {
    // nobody need have made one meanwhile
    if (isThere(place.dir)) removeTree(place.dir);
    Deno.renameSync(aside, place.dir);
  };
}

/** Takes the index of one vault away and leaves those of its copies; the vault need not be there any more. */
export function forgetIndex(vault: string, state = stateDirectory()): void {
  const { base } = indexNames(vault, sha256Of);
  const top = join(state, "index");
  for (const id of names(top)) {
    for (const name of names(join(top, id))) {
      if (name.startsWith(base)) Deno.removeSync(join(top, id, name), { recursive: true });
    }
  }
}

/** Takes the seals off the records in a directory, as an older version left them. */
export function unseal(runs: string): void {
  for (const name of names(runs)) {
    const lines = Deno.readTextFileSync(join(runs, name)).split("\n").map((line) => {
      if (!line.startsWith('{"kind":"summary"')) return line;
      const { sha256: _s, tree: _t, before: _b, chain: _c, ...rest } = JSON.parse(line);
      return JSON.stringify(rest);
    });
    Deno.writeTextFileSync(join(runs, name), lines.join("\n"));
  }
}
