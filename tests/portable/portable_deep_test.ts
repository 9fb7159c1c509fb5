/** Portable snapshots of deep trees: the work of a restore grows with the text of the paths, and no link is followed. */

import { assert, assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { RealDirCache } from "../../src/portable/paths.ts";
import {
  dirEntry,
  documentOf,
  fileEntry,
  inTemp,
  linkEntry,
  restore,
  testPorts,
} from "./portable_support.ts";

type Json = Record<string, unknown>;

/** A chain of directories with a file and a link in each. */
function chain(depth: number): Json[] {
  const down: Json[] = [];
  const up: Json[] = [];
  for (let i = 1; i <= depth; i++) {
    const dir = Array.from({ length: i }, () => "d").join("/");
    down.push(dirEntry(dir), fileEntry(`${dir}/a`, "x"));
    up.unshift(linkEntry(`${dir}/z`, "a"));
  }
  return [...down, ...up];
}

/** The file system with a count of the looks. */
function counting(): FileSystem & { looks: number } {
  const fs = {
    ...denoFs,
    looks: 0,
    lstat: (path: string) => {
      fs.looks++;
      return denoFs.lstat(path);
    },
  };
  return fs;
}

Deno.test("a restore looks at each directory as often in a deep tree as in a flat one", async () => {
  const looks = async (entries: Json[]): Promise<number> => {
    const fs = counting();
    await inTemp(async (dir) => {
      Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(documentOf(entries)));
      const result = await restore(testPorts(fs), `${dir}/s.json`, `${dir}/out`);
      assertEquals([result.errors, result.files * 3], [0, entries.length]);
    });
    return fs.looks / entries.length;
  };
  const flat = await looks(chain(4));
  assert(await looks(chain(300)) < flat * 1.5, "looks grow with the depth");
});

Deno.test("a directory that a link took the place of meanwhile is written into no more", async () => {
  await inTemp(async (dir) => {
    const [out, away] = [`${dir}/out`, `${dir}/away`];
    for (const name of ["a/b/c", "a/b/d"]) Deno.mkdirSync(`${away}/${name}`, { recursive: true });
    const entries = [
      ...["a", "a/b", "a/b/c"].map(dirEntry),
      fileEntry("a/b/c/1", "x"),
      fileEntry("a/b/c/2", "x"),
      dirEntry("a/b/d"),
      fileEntry("a/b/d/3", "x"),
      linkEntry("a/b/l", "x"),
    ];
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(documentOf(entries)));
    let swapped = false;
    const fs: FileSystem = {
      ...denoFs,
      rename: (from, to) => {
        denoFs.rename(from, to);
        if (!to.endsWith("/1")) return;
        Deno.renameSync(`${out}/a`, `${out}/moved`);
        Deno.symlinkSync(`${away}/a`, `${out}/a`);
        swapped = true;
      },
    };
    const result = await restore(testPorts(fs), `${dir}/s.json`, out);
    assert(swapped);
    assert(result.errors >= 2, String(result.errors));
    assertEquals([...Deno.readDirSync(`${away}/a/b`)].map((e) => e.name).sort(), ["c", "d"]);
    for (const name of ["c", "d"]) assertEquals([...Deno.readDirSync(`${away}/a/b/${name}`)], []);
  });
});

Deno.test("a deep file comes into its place also where a file system is mounted on the way", async () => {
  await inTemp(async (dir) => {
    const out = `${dir}/out`;
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(documentOf(chain(40))));
    const deep = `${out}/${"d/".repeat(39)}`;
    let crossed = 0;
    const mounted: FileSystem = {
      ...denoFs,
      rename: (from, to) => {
        if (to.startsWith(deep) !== from.startsWith(deep)) {
          crossed++;
          throw Object.assign(new Error("rename"), { code: "EXDEV" });
        }
        denoFs.rename(from, to);
      },
    };
    const result = await restore(testPorts(mounted), `${dir}/s.json`, out);
    assertEquals([result.errors, result.files, crossed > 0], [0, 40, true]);
    const names = [...Deno.readDirSync(deep)].map((e) => e.name).sort();
    assertEquals(names, ["a", "d", "z"]);
    assertEquals(Deno.lstatSync(`${deep}d/a`).mode! & 0o777, 0o644);
    assertEquals(Deno.lstatSync(`${deep}d/a`).mtime?.toISOString(), "2026-11-21T07:38:16.123Z");
    assertEquals([...Deno.readDirSync(out)].map((e) => e.name), ["d"]);
  });
});

Deno.test("real directories are told from links at every depth, however they were asked for before", async () => {
  await inTemp((dir) => {
    Deno.mkdirSync(`${dir}/a/b/c`, { recursive: true });
    Deno.symlinkSync("b", `${dir}/a/l`);
    Deno.writeTextFileSync(`${dir}/a/f`, "");
    const answers: Record<string, boolean> = {
      "": true,
      a: true,
      "a/b": true,
      "a/b/c": true,
      "a/l": false,
      "a/l/c": false,
      "a/f": false,
      "a/none/x": false,
    };
    for (const ino of [1, 0]) {
      // without inodes each look begins at the root
      const fs: FileSystem = {
        ...denoFs,
        lstat: (p) => ({ ...denoFs.lstat(p), ...(ino === 0 ? { ino } : {}) }),
      };
      const dirs = new RealDirCache(fs, { path: dir, separator: "/" });
      for (const first of Object.keys(answers)) {
        for (const [path, answer] of Object.entries(answers)) {
          dirs.isReal(first);
          assertEquals(dirs.isReal(path), answer, `${first}, ${path}`);
        }
      }
    }
    const gone = new RealDirCache(denoFs, { path: `${dir}/none`, separator: "/" });
    assertEquals(gone.isReal(""), false);
  });
});
