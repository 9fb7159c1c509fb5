/**
 * Runs that are about to make a vault: each makes up an id, and with it a place for the index and the lock beside it.
 * So they tell each other by a lock of the vault's path, which main holds until it ends (design, decision 28).
 * @module
 */

import { dirname, join } from "@std/path";
import { sha256Of } from "../../platform/hash.ts";
import { indexNames } from "../../vault/index_place.ts";
import { type FoundPlaces, indexPlaces, vaultId } from "../places/index_places.ts";

/** Beside the directory of all indexes, in the state directory. */
const CLAIMS = "first";
const DAY = 86_400_000;

/** Held until the process ends: main has no right to let go of them in an orderly way. */
const held: Deno.FsFile[] = [];

/** The places of the vaults at `roots`, some of which are about to be made. */
export function firstRunPlaces(
  env: (name: string) => string | undefined,
  roots: readonly string[],
): FoundPlaces {
  const options = { make: true, fresh: true };
  const found = indexPlaces(env, roots, options);
  // read once: of a disk that is far away each answer is waited for
  const fresh = Object.entries(found.places).filter(([root]) => found.unread.includes(root));
  if (fresh.length === 0) return found;
  const busy = fresh.filter(([root, { dir }]) => !claim(dirname(dirname(dir)), root)).map((
    [root],
  ) => root);
  // one of them may have been made before its path was claimed
  const again = fresh.some(([root]) => vaultId(root) !== undefined);
  const { places, unread, foreign } = again ? indexPlaces(env, roots, options) : found;
  const told = Object.entries(places).map(([root, place]) =>
    [root, busy.includes(root) ? { ...place, busy: true as const } : place] as const
  );
  return { places: Object.fromEntries(told), unread, foreign };
}

/** Claims a path in the state directory; false when another run has it. Without locks at home all are let in. */
function claim(state: string, root: string): boolean {
  const top = join(state, CLAIMS);
  try {
    Deno.mkdirSync(top, { recursive: true, mode: 0o700 });
    clear(top);
    const name = indexNames(root, sha256Of).base;
    const file = Deno.openSync(join(top, name), { write: true, create: true, mode: 0o600 });
    if (!file.tryLockSync(true)) {
      file.close();
      return false;
    }
    held.push(file);
  } catch {
    // what this machine knows is a help, not a condition
  }
  return true;
}

/** Removes claims of runs that are long over. */
function clear(top: string): void {
  for (const { name, isFile } of Deno.readDirSync(top)) {
    if (!isFile) continue;
    const made = Deno.lstatSync(join(top, name)).mtime?.getTime() ?? 0;
    if (Date.now() - made > DAY) Deno.removeSync(join(top, name));
  }
}
