/** A source whose disk takes names for one: a name whose letters alone changed is a new one, and the old one is gone. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { FOLD, type Habits, withHabits } from "../helpers/disk_habits.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";

/** Such a disk, with an inode for each spelling, as FUSE has them where the driver of the disk tells none. */
const EACH: Habits = {
  ...FOLD,
  tells: (path) => ({ ino: [...path].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 1e9, 7) }),
};

const DISKS: readonly (readonly [string, Habits, string, string])[] = [
  ["one inode, another case", FOLD, "a", "A"],
  ["one inode, letters that full folding joins", FOLD, "straße", "STRASSE"],
  ["an inode for each spelling", EACH, "a", "A"],
];

for (const [what, habits, from, to] of DISKS) {
  Deno.test({
    name: `source: a disk that takes names for one, ${what}: the old name is gone`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      using g = new Grown();
      const run = async (day: number): Promise<string> => {
        const ports = { ...g.day(day).ports(), fs: withHabits(g.source, habits, denoFs) };
        const [outcome] = await backup(ports, backupRequest(g.source, [g.vault]));
        assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
        return outcome?.stamp ?? "";
      };
      g.put({ [from]: "content", [`${from}d`]: { f: "f" }, other: "o" });
      await run(1);
      Deno.renameSync(join(g.source, from), join(g.source, to));
      Deno.renameSync(join(g.source, `${from}d`), join(g.source, `${to}d`));
      assertEquals(g.snapshot(await run(2)), g.sourceState());
    },
  });
}

Deno.test("source: what a listing lacks twice and answers by its name stays, whatever is new beside it", async () => {
  using g = new Grown();
  g.put({ a: "content", other: "o" });
  await g.day(1).backup();
  g.put({ B: "another" });
  const lacking = {
    ...denoFs,
    list: (path: string) => denoFs.list(path).filter((e) => path !== g.source || e.name !== "a"),
    listWhole: (path: string) =>
      denoFs.listWhole(path).then((all) => all.filter((e) => path !== g.source || e.name !== "a")),
  };
  const ports = { ...g.day(2).ports(), fs: lacking };
  const [outcome] = await backup(ports, backupRequest(g.source, [g.vault]));
  assertEquals(g.snapshot(outcome?.stamp ?? ""), g.sourceState());
});
