/** Directories of a vault of which a disk lists a part, by the quick way that says nothing of it: what it lacks is there. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { isThere, listTree, makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { cutting, MANY } from "../helpers/cut_listing.ts";
import { DOTS, withHabits } from "../helpers/disk_habits.ts";
import { backUp, backupRequest } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";

const NAMES = Object.keys(MANY);

/** Whoever lists the directory `at` quickly gets another part of it each time. */
function shortening(at: string): FileSystem {
  let asked = 0;
  return {
    ...denoFs,
    list: (path) => {
      const all = denoFs.list(path);
      if (path !== at) return all;
      const skip = 7 * asked++ % 60;
      return all.sort((a, b) => a.name < b.name ? -1 : 1).filter((_, i) =>
        i < skip || i > skip + 40
      );
    },
  };
}

async function run(g: Grown, day: number, fs: FileSystem = denoFs): Promise<[string, string][]> {
  const ports = { ...g.day(day).ports(), fs };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  const [outcome] = await backup(ports, request);
  assertEquals(outcome?.failed, undefined);
  return g.messages.flatMap((m) => m.message_type === "error" ? [[m.path, m.code ?? ""]] : []);
}

Deno.test("vault: new files that a quick listing lacks stay; where nobody can tell whether they are listed, it is told", async () => {
  using g = new Grown();
  const d = g.in("d");
  const whole: FileSystem = { ...cutting(d, 50), listWhole: denoFs.listWhole };
  g.put({ d: MANY });
  assertEquals(await run(g, 1, whole), []);
  g.assertSound();
  const more = Object.fromEntries(NAMES.map((name) => [`more of ${name}`, name]));
  g.put({ d: more });
  assertEquals(await run(g, 2, cutting(d, 50)), [["d", "unstorable"]]);
  assertEquals(NAMES.filter((name) => !isThere(join(d, `more of ${name}`))), []);
  assertEquals(await run(g, 3), []);
  assertEquals(g.assertSound().damaged, 0);
});

Deno.test("vault: listings that are cut at different places: no copy is put over another one, nor is one lost", async () => {
  using g = new Grown();
  g.put({ d: MANY });
  await run(g, 1);
  // somebody was in it: it is listed
  Deno.writeTextFileSync(g.in("d", "x"), "x");
  Deno.removeSync(g.in("d", "x"));
  const gone = NAMES.filter((_, i) => i % 3 === 0);
  g.drop(...gone.map((name) => `d/${name}`));
  const errors = await run(g, 2, shortening(g.in("d")));
  assertEquals(errors.filter(([, code]) => code !== "unstorable"), []);
  assertEquals(await run(g, 3), []);
  const { damaged, missing } = g.assertSound();
  assertEquals([damaged, missing], [0, 0]);
  for (const name of gone) {
    const history = listTree(g.in("d")).filter((path) => path.endsWith(`$${name}`));
    assertEquals(history.length, 1, name);
  }
});

Deno.test({
  name: "vault: on a disk that takes names for one, an owner that the listing lacks keeps its copy",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const inodes of [true, false]) {
      using dir = tempDir();
      const once = { "a.": "once", "d.": { f: "once", g: "g" } };
      makeTree(dir.at("s"), { "a": "living", "d": { f: "living" }, ...MANY, ...once });
      const vault = dir.at("v");
      await backUp(dir.at("s"), [vault]);
      for (const name of Object.keys(once)) {
        Deno.removeSync(join(vault, name), { recursive: true });
        Deno.removeSync(dir.at("s", name), { recursive: true });
      }
      const habits = withHabits(vault, DOTS);
      const fs: FileSystem = {
        ...habits,
        lstat: (path) => ({ ...habits.lstat(path), ...inodes ? {} : { ino: 0 } }),
        list: (path) => habits.list(path).filter(({ name }) => path !== vault || name.length > 1),
      };
      await backUp(dir.at("s"), [vault], { allowMassChange: true }, { fs, hours: 1 });
      assertEquals([read(vault, "a"), read(vault, "d/f")], ["living", "living"]);
      assertEquals(listTree(vault).filter((p) => p.includes("$DEL@")), []);
    }
  },
});

Deno.test("vault: no vault is made in a directory that a disk lists as empty, and fails", async () => {
  using g = new Grown();
  g.put({ f: "f" });
  makeTree(g.vault, { "of somebody": "s", d: { g: "g" } });
  const torn = cutting(g.vault, 0);
  for (const fs of [torn, { ...torn, listWhole: denoFs.listWhole }]) {
    const ports = { ...g.day(1).ports(), fs };
    const [outcome] = await backup(ports, backupRequest(g.source, [g.vault]));
    assertEquals(outcome?.failed?.id, fs === torn ? "failed" : "no_vault");
    assertEquals(listTree(g.vault), ["d/", "d/g", "of somebody"]);
  }
});
