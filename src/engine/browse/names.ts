/** The names of a vault that is kept open, present and past: to look for one among them reads the index once. @module */

import { joinRel } from "../../base/relpath.ts";
import { versionsBelow } from "../../vault/history/alive.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";

/** Of more paths than this the names are not kept: each time the index is read. */
const MOST = 400_000;

interface DirNames {
  dir: string;
  names: string[];
}

/** The names of the vault that was asked last. */
export class KnownNames {
  #of: Reader | undefined;
  #dirs: readonly DirNames[] = [];

  /** The paths that match, by path. */
  matching(ports: EnginePorts, reader: Reader, matches: (path: string) => boolean): string[] {
    const found: string[] = [];
    for (const { dir, names } of this.#known(ports, reader)) {
      for (const name of names) {
        const path = joinRel(dir, name);
        if (matches(path)) found.push(path);
      }
    }
    return found.sort();
  }

  #known(ports: EnginePorts, reader: Reader): Iterable<DirNames> {
    return this.#of === reader ? this.#dirs : this.#read(ports, reader);
  }

  /** Goes through all that the index has, so that a row of it that is lost is found. */
  *#read(ports: EnginePorts, reader: Reader): Generator<DirNames> {
    this.#of = undefined;
    const all: DirNames[] = [];
    let count = 0;
    let at: DirNames = { dir: "", names: [] };
    for (const { dir, name } of versionsBelow(reader.catalog)) {
      if (dir !== at.dir) {
        checkCancelled(ports);
        yield at;
        if (count <= MOST) all.push(at);
        at = { dir, names: [] };
      }
      if (name === "" || name === at.names.at(-1)) continue;
      at.names.push(name);
      count++;
    }
    yield at;
    all.push(at);
    if (!reader.isKept || count > MOST) return;
    this.#of = reader;
    this.#dirs = all;
  }
}
