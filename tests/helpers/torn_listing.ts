/** A vault on a disk that cannot list some of its directories, or lists them in part. @module */

import type { DirEntry, FileSystem } from "../../src/base/fs.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { Grown } from "./maintain_helper.ts";

const eio = (): Error => Object.assign(new Error("Input/output error"), { code: "EIO" });

/** Whether a path is of a directory that has trouble. */
export type Is = (path: string) => boolean;

/** How a disk lists a directory that it cannot read, or not all of: the quick way says so in the first case alone. */
export const TROUBLES: Readonly<Record<string, (is: Is) => FileSystem>> = {
  "fails": (is) =>
    torn(is, () => {
      throw eio();
    }),
  "is empty, and an error": (is) => torn(is, () => []),
  "is cut, and an error": (is) => torn(is, (all) => all.slice(0, 2)),
};

function torn(is: Is, list: (all: DirEntry[]) => DirEntry[]): FileSystem {
  const sorted = (path: string): DirEntry[] =>
    denoFs.list(path).sort((a, b) => a.name < b.name ? -1 : 1);
  return {
    ...denoFs,
    list: (path) => is(path) ? list(sorted(path)) : denoFs.list(path),
    listWhole: (path, how) => is(path) ? Promise.reject(eio()) : denoFs.listWhole(path, how),
  };
}

/** A vault with a past, and the disk that it lies on. */
export class OnDisk extends Grown {
  fs: FileSystem = denoFs;
  override ports(...around: Parameters<Grown["ports"]>): EnginePorts {
    const ports = super.ports(...around);
    return this.fs === denoFs ? ports : { ...ports, fs: this.fs };
  }
}
