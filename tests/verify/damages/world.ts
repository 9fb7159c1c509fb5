/** The vault that is damaged: copies of one with a rich past, and what is true of it. */

import { join } from "@std/path";
import { removeTree } from "../../helpers/cli_helper.ts";
import { dropIndex, forgetIndex, indexFile } from "../../helpers/index_helper.ts";
import { Grown, growRich, META } from "../../helpers/maintain_helper.ts";
import { copyTree } from "../../faults/world.ts";
import { type Answer, ask, questions } from "./asked.ts";

/** A rich vault, its snapshots, and its true answers. */
export interface World extends Disposable {
  grown: Grown;
  stamps: readonly string[];
  truth: ReadonlyMap<string, Answer>;
  /** Another vault with a past of its own, for records of another vault. */
  other: Grown;
}

/** Makes it once. */
export async function makeWorld(): Promise<World> {
  const [grown, other] = [new Grown(), new Grown()];
  const stamps = await growRich(grown);
  await growRich(other);
  grown.day(12);
  const truth = new Map<string, Answer>();
  const room = join(grown.path, "truth");
  for (const [name, question] of Object.entries(questions(stamps))) {
    truth.set(name, await ask(question, grown.vault, room, grown.now));
  }
  removeTree(room);
  return {
    grown,
    other,
    stamps,
    truth,
    [Symbol.dispose]: () => {
      grown[Symbol.dispose]();
      other[Symbol.dispose]();
    },
  };
}

/** A copy of the vault. */
export interface Trial extends Disposable {
  vault: string;
  /** For what is restored. */
  room: string;
}

let trials = 0;

/** Copies a vault to a place of its own. */
export function copyOf(world: World, vault: string): Trial {
  const at = join(world.grown.path, `trial${trials++}`);
  Deno.mkdirSync(at);
  const copy = join(at, "vault");
  copyTree(vault, copy);
  return {
    vault: copy,
    room: join(at, "room"),
    [Symbol.dispose]: () => {
      forgetIndex(copy);
      removeTree(at);
    },
  };
}

/** Where damage is done. */
export type PlaceName = "index" | "record" | "metadata" | "names.txt" | "vault.json";

/** All places. */
export const PLACES: readonly PlaceName[] = [
  "record",
  "index",
  "metadata",
  "names.txt",
  "vault.json",
];

/** The files of a place in a vault, of the index those at home. */
export function filesOf(place: PlaceName, vault: string): string[] {
  if (place === "vault.json") return [join(vault, META, "vault.json")];
  if (place === "index") return [indexFile(vault)].filter((p) => p !== undefined);
  if (place === "record") {
    return namesIn(join(vault, META, "runs")).map((n) => join(vault, META, "runs", n));
  }
  const wanted = place === "metadata" ? "metadata.txt" : "names.txt";
  return walk(vault).filter((path) => path.endsWith(wanted)).sort();
}

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map((e) => e.name).sort();
}

function walk(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap((e) =>
    e.isDirectory ? walk(join(dir, e.name)) : [join(dir, e.name)]
  );
}

/** Takes all indexes of a vault away. */
export function loseIndex(vault: string): void {
  dropIndex(vault);
}
