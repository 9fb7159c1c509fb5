/** A disk that lists a directory in part and then fails, of which the quick way of listing says nothing. @module */

import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";

/** A disk that has so many names of the directory `path`, in their order, and an error after them; `once`: the first time. */
export function cutting(path: string, names: number, once = false): FileSystem {
  return {
    ...denoFs,
    list: (at) => {
      const all = denoFs.list(at);
      return at === path ? all.sort((a, b) => a.name < b.name ? -1 : 1).slice(0, names) : all;
    },
    listWhole: async (at, how) => {
      if (at !== path || once) return await denoFs.listWhole(at, how);
      throw Object.assign(new Error("Input/output error"), { code: "EIO" });
    },
  };
}

/** Files of one directory that comes from any disk in several pieces. */
export const MANY = Object.fromEntries(
  Array.from({ length: 100 }, (_, i) => [`a file with a name, the number ${100 + i}`, `of ${i}`]),
);
