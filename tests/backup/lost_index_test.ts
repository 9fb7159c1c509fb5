/** What is believed of a source where the index at home was lost (decision 29). */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { defined } from "../../src/base/defined.ts";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { wayTo } from "../../src/cli/places/source_way.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";
import { dropIndex, unseal } from "../helpers/index_helper.ts";

const HOUR = 3_600_000;

/** What is opened in the source of `g`, by its paths there, while calls go by `around`. */
function reading(g: Grown): { read: string[]; around: Around } {
  const read: string[] = [];
  const around: Around = (call, work) => {
    if (call.op === "open" && call.path.startsWith(g.source)) {
      read.push(call.path.slice(g.source.length + 1));
    }
    return work();
  };
  return { read, around };
}

Deno.test("the index lost: what the newest run left out is held against what stored it, and read where it may have changed", async () => {
  using g = new Grown();
  const real = Date.now();
  g.now = real - HOUR;
  g.put({ kept: "one", out: "one" });
  await g.backup();
  const out = join(g.source, "out");
  const { mtime } = Deno.statSync(out);
  Deno.writeTextFileSync(out, "two");
  Deno.utimeSync(out, mtime ?? 0, mtime ?? 0);
  g.put({ later: "1" });
  g.now = real + HOUR;
  const rules = { exclude: ["out"], excludeIfPresent: [], oneFileSystem: false };
  await g.backup({ rules });
  dropIndex(g.vault);
  g.now = real + 2 * HOUR;
  const { read, around } = reading(g);
  const stamp = await g.backup({}, around);
  assertEquals(g.snapshot(stamp), g.sourceState());
  assertEquals(Deno.readTextFileSync(g.in("out")), "two");
  // the newest run stored it, and it is older than that
  assertEquals(read.includes("later"), false, `${read}`);
});

Deno.test("the index lost: what directories brought that changed places is read, though no time of a file tells it", async () => {
  using g = new Grown();
  const real = Date.now();
  g.now = real + HOUR;
  g.put({
    up: { one: { in: { file: "aaaa" } }, two: { in: { file: "bbbb" } }, still: { f: "still" } },
  });
  for (const file of ["up/one/in/file", "up/two/in/file", "up/still/f"]) {
    Deno.utimeSync(join(g.source, file), 1_600_000_000, 1_600_000_000);
  }
  await g.backup();
  const up = join(g.source, "up");
  const [one, two, aside] = [join(up, "one"), join(up, "two"), join(up, "aside")];
  Deno.renameSync(one, aside);
  Deno.renameSync(two, one);
  Deno.renameSync(aside, two);
  dropIndex(g.vault);
  g.now = real + 3 * HOUR;
  const read: string[] = [];
  // the disk's own clock says that it was after the run
  const renamed = [up, one, two];
  const around: Around = (call, work) => {
    const done = work();
    if (call.op === "open" && call.path.startsWith(g.source)) read.push(call.path);
    if (call.op !== "lstat" || !renamed.includes(call.path)) return done;
    return { ...done, ctime: real + 2 * HOUR };
  };
  const stamp = await g.backup({}, around);
  assertEquals(g.snapshot(stamp), g.sourceState());
  assertEquals(Deno.readTextFileSync(g.in("up", "one", "in", "file")), "bbbb");
  assertEquals(read.some((path) => path.includes("still")), false, `${read}`);
});

for (const between of [false, true]) {
  const where = between ? "before" : "since";
  Deno.test(`the index lost, and the clock set back ${where} the newest run: what changed is read, though it looks older`, async () => {
    using g = new Grown();
    const real = Date.now();
    g.now = real + 2 * HOUR;
    g.put({ file: "one", out: "out" });
    const file = join(g.source, "file");
    Deno.utimeSync(file, 1_600_000_000, 1_600_000_000);
    await g.backup();
    if (between) {
      g.now = real - HOUR;
      const rules = { exclude: ["out"], excludeIfPresent: [], oneFileSystem: false };
      await g.backup({ rules });
    }
    Deno.writeTextFileSync(file, "two");
    Deno.utimeSync(file, 1_600_000_000, 1_600_000_000);
    dropIndex(g.vault);
    g.now = real + HOUR;
    const stamp = await g.backup();
    assertEquals(g.snapshot(stamp), g.sourceState());
    assertEquals(Deno.readTextFileSync(g.in("file")), "two");
  });
}

Deno.test("an upgrade, a lost state directory, another account, another path of the vault: the next run reads no byte of what it has", async () => {
  using g = new Grown();
  const real = Date.now();
  g.now = real + HOUR;
  g.put({ a: "a".repeat(5000), d: { b: "b".repeat(7000) } });
  await g.backup();
  await g.backup();
  let root = g.vault;
  const run = async (
    options: Parameters<typeof backupRequest>[2],
    around: Around,
  ): Promise<void> => {
    const [outcome] = await backup(g.ports(around), backupRequest(g.source, [root], options));
    if (outcome?.failed !== undefined) throw outcome.failed;
  };
  const cases: Record<string, () => void> = {
    // another account, or another machine, has another state directory
    "the state directory is lost": () => dropIndex(g.vault),
    "the vault is of an older version": () => {
      unseal(g.in(META, "runs"));
      const info = g.in(META, "vault.json");
      Deno.writeTextFileSync(
        info,
        Deno.readTextFileSync(info).replace('"format": 2', '"format": 1'),
      );
      dropIndex(g.vault);
    },
    // an index is for one path: that of the old one is taken over
    "the vault has another path": () => {
      const moved = join(g.path, "moved");
      Deno.renameSync(root, moved);
      root = moved;
    },
  };
  for (const [what, happens] of Object.entries(cases)) {
    happens();
    g.now += HOUR;
    let bytes = 0;
    const around: Around = (call, work) => {
      const done = work();
      if (call.op === "file.read" && call.path.startsWith(g.source)) bytes += Number(done);
      return done;
    };
    await run({}, around);
    assertEquals(bytes, 0, what);
    // that reading is seen at all
    bytes = 0;
    g.now += HOUR;
    await run({ checksum: true }, around);
    assertEquals(bytes, 12_000, what);
  }
});

Deno.test("the index lost: what directories bring that change places while the run goes on is read as well", async () => {
  for (const at of [["up/one", "up/two"], ["up/one/in", "up/two/in"]]) {
    using g = new Grown();
    const real = Date.now();
    g.now = real + HOUR;
    const tree = (file: string) => ({ f: "f", in: { file } });
    g.put({ f: "f", up: { f: "f", one: tree("aaaa"), two: tree("bbbb") } });
    for (const dir of ["one", "two"]) {
      for (const file of ["f", "in/file"]) {
        Deno.utimeSync(join(g.source, "up", dir, file), 1_600_000_000, 1_600_000_000);
      }
    }
    await g.backup();
    dropIndex(g.vault);
    g.now = real + 3 * HOUR;
    const up = join(g.source, "up");
    const renamed = [up, join(up, "one"), join(up, "two")];
    const [, one = "", two = ""] = renamed;
    let swapped = false;
    const around: Around = (call, work) => {
      if (!swapped && call.op === "list" && at.some((dir) => join(g.source, dir) === call.path)) {
        swapped = true;
        Deno.renameSync(one, `${up}-aside`);
        Deno.renameSync(two, one);
        Deno.renameSync(`${up}-aside`, two);
      }
      const done = work();
      if (!swapped || call.op !== "lstat" || !renamed.includes(call.path)) return done;
      return { ...done, ctime: real + 3 * HOUR + 1000 };
    };
    await g.backup({}, around);
    await g.backup();
    assertEquals(swapped, true);
    for (const dir of ["one", "two"]) {
      const file = ["up", dir, "in", "file"];
      assertEquals(
        Deno.readTextFileSync(g.in(...file)),
        Deno.readTextFileSync(join(g.source, ...file)),
      );
    }
  }
});

/** A source whose index was lost, and what is read of it by a run whose way to it is told. */
async function readBy(
  between: (g: Grown) => void,
  way: (g: Grown, told: NonNullable<ReturnType<typeof wayTo>>) => ReturnType<typeof wayTo>,
): Promise<string[]> {
  using g = new Grown();
  const real = g.now = Date.now() + HOUR;
  g.put({ file: "aaaa" });
  Deno.utimeSync(join(g.source, "file"), 1_600_000_000, 1_600_000_000);
  await g.backup();
  const before = wayTo(g.source);
  if (before === undefined) throw new Error("nothing is told of the way");
  between(g);
  dropIndex(g.vault);
  g.now = real + 2 * HOUR;
  const { read, around } = reading(g);
  const asked = way(g, before);
  const request = { ...backupRequest(g.source, [g.vault]), ...defined({ way: asked }) };
  if (asked === undefined) delete request.way;
  const [outcome] = await backup(g.ports(around), request);
  if (outcome?.failed !== undefined) throw outcome.failed;
  assertEquals(Deno.readTextFileSync(g.in("file")), Deno.readTextFileSync(join(g.source, "file")));
  return read.filter((name) => name === "file");
}

/** Another directory, with a file of the same name, size and time, and a new one, in the source's place. */
function swapSource(g: Grown): void {
  const other = join(g.path, "other");
  Deno.mkdirSync(other);
  Deno.writeTextFileSync(join(other, "file"), "bbbb");
  Deno.utimeSync(join(other, "file"), 1_600_000_000, 1_600_000_000);
  Deno.renameSync(g.source, join(g.path, "aside"));
  Deno.renameSync(other, g.source);
  g.put({ more: "more" });
}

Deno.test("the index lost: a source that may have come from elsewhere since is read, with all above it", async () => {
  // renamed after the run, it or a directory above it
  const late = await readBy(swapSource, (g, told) => {
    const now = wayTo(g.source);
    return now && { ...now, moved: told.moved + 2 * HOUR };
  });
  assertEquals(late, ["file"]);
  // put in the source's place after the way was asked
  assertEquals(await readBy(swapSource, (_, told) => told), ["file"]);
  // nobody asked
  assertEquals(await readBy(() => {}, () => undefined), ["file"]);
  // a name that comes is no rename
  assertEquals(await readBy((g) => g.put({ more: "more" }), (g) => wayTo(g.source)), []);
});

Deno.test("the way to a source: the latest rename of it or of a directory above it, as times tell it", () => {
  const source = join("/", "up", "over", "source");
  const way = (times: Record<string, number | null>): number | undefined =>
    wayTo(source, (path) => {
      const time = times[path];
      if (time === undefined) throw new Deno.errors.NotFound();
      return { ino: 7, dev: 1, ctime: time === null ? null : new Date(time) };
    })?.moved;
  const [root, up, over] = [join("/"), join("/", "up"), join("/", "up", "over")];
  const at = (a: number | null, b: number | null, c: number | null, d: number | null) => ({
    [root]: a,
    [up]: b,
    [over]: c,
    [source]: d,
  });
  // names came in each but the topmost
  assertEquals(way(at(1, 2, 1, 3)), 1);
  // the source was renamed: its time and that of what holds it
  assertEquals(way(at(1, 1, 5, 5)), 5);
  // then a name came in it
  assertEquals(way(at(1, 1, 5, 9)), 5);
  // a directory above was renamed
  assertEquals(way(at(5, 5, 1, 1)), 5);
  assertEquals(way(at(1, 5, 6, 2)), 5);
  // a disk that tells nothing of changes may have seen one
  assertEquals(way(at(1, 1, 5, null)), 5);
  assertEquals(way(at(null, null, null, null)), Infinity);
  assertEquals(way({ [source]: 5 }), undefined);
});
