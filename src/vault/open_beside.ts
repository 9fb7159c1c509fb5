/**
 * The door for the other threads of a run: the engine's has opened the vault (`open.ts`), holds its lock, and tells where
 * its index lies. Apart, for a thread reads all that it might need before it begins.
 * @module
 */

import { messageOf } from "../base/errors.ts";
import type { Database } from "../base/sql.ts";
import type { Stamp } from "../base/stamp.ts";
import { Catalog } from "./catalog.ts";
import type { LookOptions } from "./catalog_state.ts";
import { IndexTrouble } from "./index_db.ts";
import { fillToGoOn } from "./index_go_on.ts";
import type { Vault } from "./vault.ts";

/**
 * The index of a vault that another thread's run `run` has open at `path`, for this thread; when it has trouble the records
 * are asked.
 */
export function openBeside(
  vault: Vault,
  { path, run }: { path: string; run: Stamp },
  options: LookOptions,
): Catalog {
  let left = 1;
  const heal = (trouble: IndexTrouble): Database => {
    if (left-- === 0) throw trouble;
    const db = vault.ports.openDatabase(":memory:", { readOnly: false });
    const catalog = Catalog.create(db);
    catalog.transaction(() => fillToGoOn(vault, catalog, options, (stamp) => stamp < run));
    catalog.release();
    return db;
  };
  let db: Database;
  try {
    db = vault.ports.openDatabase(path, { readOnly: false });
  } catch (cause) {
    db = heal(new IndexTrouble(messageOf(cause), { cause }));
  }
  return new Catalog(db, heal);
}
