/** The vault that is copied: its files and its records, read by rclone. @module */

import type { Rclone } from "./rclone.ts";
import { pathIn } from "./rclone_batch.ts";
import { list, type Listed } from "./replica_list.ts";
import { MirrorNames, stampOf } from "./replica_names.ts";
import { Records } from "./replica_records.ts";

/** What a vault says of itself. */
export interface Identity {
  id: string;
  names: MirrorNames;
}

/** Where a vault says which one it is. */
export const IDENTITY = ".$META$/vault.json";
const RUNS = ".$META$/runs";

/** Reads which vault lies in a place; undefined when none says so. */
export function identityOf(text: string): Identity | undefined {
  try {
    const { id, case_sensitive: sensitive } = JSON.parse(text) as {
      id?: unknown;
      case_sensitive?: unknown;
    };
    if (typeof id !== "string" || id === "") return undefined;
    return { id, names: new MirrorNames(sensitive !== false) };
  } catch {
    return undefined;
  }
}

/** A vault at one moment: what a writer changes shows in {@link Vault.runs}. */
export class Vault {
  readonly root: string;
  readonly #rclone: Rclone;
  readonly #names: MirrorNames;

  /** The vault at `root`. */
  constructor(rclone: Rclone, root: string, names: MirrorNames) {
    this.#rclone = rclone;
    this.root = root;
    this.#names = names;
  }

  /** Its files. */
  async files(): Promise<Map<string, Listed>> {
    return (await list(this.#rclone, this.root)).files;
  }

  /** Its records as they lie there now, in one text: another text, another state. */
  async runs(): Promise<string> {
    const { files } = await list(this.#rclone, pathIn({ fs: this.root, path: RUNS }));
    return [...files.values()].map((f) => f.mark).sort().join();
  }

  /** What the named records say; `wanted` leaves out the names that nobody asks about. */
  async records(
    paths: readonly string[],
    wanted?: (name: string) => boolean,
  ): Promise<Records> {
    const records = new Records(this.#names, wanted);
    const files = paths.filter((path) => path.endsWith(".jsonl")).map((path) =>
      path.slice(RUNS.length + 1)
    );
    if (files.length === 0) return records;
    const args = [
      "cat",
      "--no-traverse",
      "--files-from-raw=-",
      pathIn({ fs: this.root, path: RUNS }),
    ];
    for await (const line of this.#rclone.lines(args, files)) records.take(line);
    return records;
  }
}

/** The records among files, oldest first. */
export function recordsIn(files: ReadonlyMap<string, Listed>): string[] {
  return [...files.keys()].filter((path) => stampOf(path) !== undefined).sort();
}
