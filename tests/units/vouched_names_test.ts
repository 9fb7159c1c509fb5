import { assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { DiskNames } from "../../src/vault/disk_names.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";

Deno.test("names: what a directory is vouched for to list needs no listing; what went, or is not among it, is looked for", () => {
  const dir = Deno.makeTempDirSync();
  try {
    for (const name of ["a", "b", "stray"]) Deno.writeTextFileSync(`${dir}/${name}`, name);
    let listings = 0;
    const fs = { ...denoFs, list: (path: string) => (listings++, denoFs.list(path)) };
    const names = new DiskNames(fs, dir, {
      pathOf: (name) => `${dir}/${name}`,
      ownOf: (stored) => stored,
      fold: undefined,
    });
    names.vouch(new Map([["a", "file"], ["b", "file"]]));
    assertEquals([names.standing("a", true), listings], ["own", 0]);
    // a name that is new is asked for, whatever was vouched for
    assertEquals([names.standing("c"), listings], ["free", 0]);
    Deno.renameSync(`${dir}/a`, `${dir}/c`);
    names.gone("a");
    assertEquals([names.standing("a", true), listings], ["free", 1]);
    // somebody's own file is an entry too, though nobody vouched for it
    assertEquals(names.standing("stray", true), "own");
    names.came("a");
    assertEquals(names.standing("a", true), "own");
    Deno.removeSync(`${dir}/b`);
    // a tree may have gone aside since: nobody is told of that
    names.vouch(new Map([["d", "dir"]]));
    assertEquals(names.standing("d", true), "free");
    names.changed();
    assertEquals(names.standing("b", true), "free");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("names: far away a listing bit by bit is not given up for coming slowly, which would make it twice", async () => {
  const asked: unknown[] = [];
  const fs: FileSystem = {
    ...denoFs,
    listWhole: (_, how) => {
      asked.push(how?.soon);
      return Promise.resolve([]);
    },
  };
  for (const far of [true, false]) {
    const how = { pathOf: (n: string) => n, ownOf: (n: string) => n, fold: undefined, far };
    const names = new DiskNames(fs, "dir", how);
    await names.listLater();
    await names.eachListed(() => {}, () => {});
  }
  assertEquals(asked, [false, false, true, true]);
});
