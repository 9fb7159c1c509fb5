/** The names of a vault that is kept open, present and past: to look for one among them reads the index once. @module */

import { joinRel } from "../../base/relpath.ts";
import { versionsBelow } from "../../vault/history/alive.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";

/** Of more paths than this the names are not kept: each time the index is read. */
const MOST = 400_000;

/** No name has it: as one text a hundred thousand names take a quarter of the memory. */
const BETWEEN = "/";

interface DirNames {
  dir: string;
  names: string;
}

/** The names of the vault that was asked last. */
export class KnownNames {
  #of: Reader | undefined;
  #dirs: readonly DirNames[] = [];

  /** The paths that match, by path. */
  matching(ports: EnginePorts, reader: Reader, matches: (path: string) => boolean): string[] {
    const found: string[] = [];
    for (const { dir, names } of this.#known(ports, reader)) {
      if (names === "") continue;
      for (const name of names.split(BETWEEN)) {
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
    let dir = "";
    let names: string[] = [];
    const take = (): DirNames => {
      const taken = { dir, names: names.join(BETWEEN) };
      if (count <= MOST && names.length > 0) all.push(taken);
      return taken;
    };
    for (const version of versionsBelow(reader.catalog)) {
      if (version.dir !== dir) {
        checkCancelled(ports);
        yield take();
        ({ dir } = version);
        names = [];
      }
      if (version.name === "" || version.name === names.at(-1)) continue;
      names.push(version.name);
      count++;
    }
    yield take();
    if (!reader.isKept || count > MOST) return;
    this.#of = reader;
    this.#dirs = all;
  }
}
