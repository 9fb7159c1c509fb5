/** Files that have several names in the source: kept so by the record, in the vault, and in what is restored (decision 26). */

import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { OneFile } from "../../src/engine/bundle/one_file.ts";
import { Reader } from "../../src/engine/reader.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { run, tempDir } from "../helpers/cli_helper.ts";
import type { RestoreRequest } from "../../src/engine/restore/request.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { filesOf, isTemporary } from "../faults/tell.ts";
import { namesOf, noise, ShareWorld } from "./world.ts";

function test(name: string, work: (w: ShareWorld) => Promise<void>, options = {}): void {
  Deno.test({
    name: `names: ${name}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      using w = new ShareWorld(options);
      await work(w);
      assertEquals(await w.wrongStates(), []);
    },
  });
}

function link(w: ShareWorld, from: string, to: string): void {
  Deno.mkdirSync(join(w.source, to, ".."), { recursive: true });
  Deno.linkSync(join(w.source, from), join(w.source, to));
}

/** What the record says of living names. */
function links(w: ShareWorld): Record<string, string> {
  const reader = Reader.open(enginePorts(), w.vault);
  try {
    return Object.fromEntries(
      [...reader.catalog.versions("until IS NULL AND link IS NOT NULL")]
        .map((v) => [v.dir === "" ? v.name : `${v.dir}/${v.name}`, v.link ?? ""]),
    );
  } finally {
    reader.close();
  }
}

/** The names of one file in what is restored at a point. */
function restored(w: ShareWorld, at?: string, paths: string[] = []): Promise<string[][]> {
  return w.restoredNames({ ...(at === undefined ? {} : { at }), paths });
}

for (const size of [10_000, 5 << 20, 100]) {
  test(`three names across directories, ${size} bytes: one copy in the vault, one file when restored`, async (w) => {
    w.put("b/file", noise(1, size));
    link(w, "b/file", "a/name");
    link(w, "b/file", "c/d/other");
    w.put("alone", noise(2, size));
    const { summary } = await w.backup();
    assertEquals(links(w), { "b/file": "a/name", "c/d/other": "a/name" });
    const wanted = [["a/name", "b/file", "c/d/other"]];
    assertEquals(namesOf(w.vault), size < 4096 ? [] : wanted);
    assertEquals(summary.bytes_added, size < 4096 ? 4 * size : 2 * size);
    assertEquals(await restored(w), wanted);
    // a second look finds nothing to do
    assertEquals((await w.backup()).summary.files_unmodified, 4);
  });
}

test("a name that is left out since keeps its attributes, and the others theirs", async (w) => {
  for (const name of ["file", "kept", "other"]) {
    if (name === "file") w.put("b/file", noise(1));
    else link(w, "b/file", `a/${name}`);
  }
  await w.backup();
  Deno.chmodSync(join(w.source, "b", "file"), 0o700);
  const { outcomes } = await backUp(w.source, [w.vault], {
    rules: { exclude: ["kept"] },
  }, { hours: 1 });
  assertEquals(outcomes.map((o) => [o.errors, o.failed]), [[0, undefined]]);
  using dir = tempDir();
  await restoreHere(w.vault, dir.at("t"));
  const modes = ["a/kept", "a/other", "b/file"].map((p) => Deno.statSync(dir.at("t", p)).mode);
  assertEquals(modes.map((m) => (m ?? 0) & 0o777), [0o644, 0o700, 0o700]);
  assertEquals(namesOf(dir.at("t")), [["a/other", "b/file"]]);
});

test("restored alone each is a copy", async (w) => {
  w.put("b/file", noise(1));
  link(w, "b/file", "a/name");
  await w.backup();
  assertEquals(await restored(w, undefined, ["b/file"]), []);
  assertEquals(await restored(w, undefined, ["a"]), []);
  assertEquals(await restored(w, undefined, ["a", "b"]), [["a/name", "b/file"]]);
});

test("a foreign file under the first name is not taken for it", async (w) => {
  w.put("b/file", noise(1));
  link(w, "b/file", "a/name");
  await w.backup();
  const target = w.dir.at("foreign");
  Deno.mkdirSync(join(target, "a"), { recursive: true });
  Deno.writeFileSync(join(target, "a", "name"), noise(1));
  await restoreHere(w.vault, target, { paths: ["b"] });
  assertEquals(namesOf(target), []);
});

test("in place: a name that somebody made a file of its own is one of its file again, and is told so", async (w) => {
  const at = w.put("a", noise(1));
  link(w, "a", "d/b");
  link(w, "a", "d/c");
  w.put("alone", noise(1));
  await w.backup();
  const inPlace = (options: Partial<RestoreRequest> = {}): ReturnType<typeof restoreHere> =>
    restoreHere(w.vault, w.source, options);
  const all = [["a", "d/b", "d/c"]];
  // the first name, with its content or another one, as editors write; or another name
  for (const [name, content] of [["a", 1], ["a", 2], ["d/b", 1], ["d/c", 2]] as const) {
    const path = join(w.source, name);
    Deno.removeSync(path);
    Deno.writeFileSync(path, noise(content));
    Deno.utimeSync(path, 1_600_000_000, 1_600_000_000);
    assertEquals((await inPlace({ overwrite: "never" })).result.counts.files_restored, 0);
    const foretold = (await inPlace({ dryRun: true })).result.counts.files_replaced;
    const { result, errors } = await inPlace();
    assertEquals([errors, namesOf(w.source)], [[], all], name);
    assertEquals(result.counts.files_replaced, foretold, name);
  }
  assertEquals(filesOf(w.source).filter(isTemporary), []);
  // one alone is what it should be, and what is one already is not written
  Deno.removeSync(at);
  Deno.writeFileSync(at, noise(1));
  Deno.utimeSync(at, 1_600_000_000, 1_600_000_000);
  assertEquals((await inPlace({ paths: ["d/b"] })).result.counts.files_restored, 0);
  await inPlace({ overwrite: "if-changed" });
  assertEquals((await inPlace()).result.counts, {
    ...(await inPlace()).result.counts,
    files_restored: 0,
    files_kept: 4,
  });
  assertEquals(namesOf(w.source), all);
});

test("changed through one name: all get a version, and are one file still", async (w) => {
  const at = w.put("a", noise(1));
  link(w, "a", "b");
  const first = await w.backup();
  Deno.writeFileSync(at, noise(2, 12_000));
  Deno.utimeSync(at, 1_600_000_100, 1_600_000_100);
  const { summary } = await w.backup();
  assertEquals([summary.files_changed, summary.bytes_added], [2, 12_000]);
  assertEquals(namesOf(w.vault), [["a", "b"]]);
  assertEquals(await restored(w), [["a", "b"]]);
  assertEquals(await restored(w, first.summary.stamp), [["a", "b"]]);
});

test("a name that went, came back and is written to by the next run: they are one file, whatever goes by what", async (w) => {
  w.put("b", noise(1));
  link(w, "b", "c");
  await w.backup();
  w.remove("b");
  await w.backup();
  link(w, "c", "b");
  const at = join(w.source, "c");
  Deno.writeFileSync(at, noise(2));
  Deno.utimeSync(at, 1_600_000_100, 1_600_000_100);
  await w.backup();
  assertEquals(await restored(w), [["b", "c"]]);
  assertEquals(await restored(w, undefined, ["c"]), []);
  const reader = Reader.open(enginePorts(), w.vault);
  const alive = [...reader.catalog.versions("until IS NULL AND type = 0 AND name <> ''")];
  const one = new OneFile(reader.catalog, { n: Infinity, newest: true });
  assertEquals(new Set(alive.map((v) => one.keyOf(v))).size, 1);
  reader.close();
});

test("a name that a killed run left, of which nothing but its copy tells: it is one with the others", async (w) => {
  // what changed since the last run is looked at, though its second is the same
  w.hour = -10;
  w.put("m", noise(1));
  await w.backup();
  link(w, "m", "a");
  let dead = false;
  const dying = tapFs(denoFs, (call, work) => {
    if (dead) throw new Error("the program is gone");
    const done = work();
    dead = call.op === "rename" && call.to === join(w.vault, "a");
    return done;
  });
  await w.backup({}, dying).catch(() => {});
  assertEquals(dead, true);
  await w.backup();
  assertEquals(await restored(w), [["a", "m"]]);
});

test("written to between the looks of one run at two of its names: the next run has them as one file", async (w) => {
  // what changes in a run changes after its start
  w.hour = -10;
  const at = w.put("a", noise(1));
  link(w, "a", "d/b");
  await w.backup();
  Deno.writeFileSync(at, noise(2));
  const read = new Set<string>();
  const meanwhile = tapFs(denoFs, (call, work) => {
    if (call.op === "open" && [join(w.source, "a"), join(w.source, "d", "b")].includes(call.path)) {
      read.add(call.path);
      if (read.size === 2) Deno.writeFileSync(at, noise(3, 12_000));
    }
    return work();
  });
  const torn = await w.backup({}, meanwhile);
  w.states.delete(torn.summary.stamp);
  assertEquals(await restored(w), []);
  await w.backup();
  assertEquals(await restored(w), [["a", "d/b"]]);
  assertEquals((await w.backup()).summary.files_unmodified, 2);
});

test("a new name of an old file, also one that comes first", async (w) => {
  w.put("m", noise(1));
  await w.backup();
  link(w, "m", "a");
  link(w, "m", "z");
  const { summary } = await w.backup();
  assertEquals([summary.files_new, summary.bytes_added], [2, 0]);
  // what the record says of the old name stays
  assertEquals(links(w), { a: "m", z: "m" });
  assertEquals(await restored(w), [["a", "m", "z"]]);
});

test("the first name deleted: the others are one file still, and no version begins", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  link(w, "a", "c");
  const first = await w.backup();
  w.remove("a");
  const { summary } = await w.backup();
  assertEquals([summary.files_deleted, summary.files_changed, summary.bytes_added], [1, 0, 0]);
  assertEquals(await restored(w), [["b", "c"]]);
  assertEquals(await restored(w, first.summary.stamp), [["a", "b", "c"]]);
  // another file under the first name is none of theirs, whatever is in it
  w.put("a", noise(1));
  await w.backup();
  assertEquals(await restored(w), [["b", "c"]]);
  // and one that comes back is
  w.remove("a");
  await w.backup();
  link(w, "b", "a");
  await w.backup();
  assertEquals(await restored(w), [["a", "b", "c"]]);
});

test("one left out: the others are one file", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  link(w, "a", "c");
  await w.backup({ rules: { exclude: ["/a"] } });
  assertEquals(links(w), { c: "b" });
  assertEquals(await restored(w), [["b", "c"]]);
  w.states.clear();
});

test("one replaced by a copy of its own with the same content: it is no name of the others any more", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  link(w, "a", "c");
  await w.backup();
  for (const name of ["b", "a"]) {
    w.put("t", noise(1));
    w.move("t", name);
    await w.backup();
  }
  assertEquals(await restored(w), []);
  assertEquals(namesOf(w.vault), []);
  // and what were copies become names again
  w.remove("c");
  link(w, "b", "c");
  await w.backup();
  assertEquals(await restored(w), [["b", "c"]]);
});

for (const [what, other] of [["other content", 2], ["the same content", 1]] as const) {
  for (const names of [1, 2]) {
    test(`two directories change places, with names of ${names} files of one size and time and ${what}`, async (w) => {
      w.put("k", noise(1));
      link(w, "k", "x/f");
      w.put("y/f", noise(other));
      if (names === 2) link(w, "y/f", "z");
      for (const name of ["k", "y/f"]) {
        Deno.utimeSync(join(w.source, name), 1_600_000_000, 1_600_000_000);
      }
      await w.backup();
      for (let n = 0; n < 2; n++) {
        // what is in them is as the last run saw it, and so is what has a name elsewhere
        for (const [from, to] of [["x", "t"], ["y", "x"], ["t", "y"]] as const) w.move(from, to);
        await w.backup();
        const [one, two] = n === 0 ? ["y/f", "x/f"] : ["x/f", "y/f"];
        assertEquals(await restored(w), [["k", one], ...names === 2 ? [[two, "z"]] : []]);
      }
    });
  }
}

test("equal content alone makes no names of one file", async (w) => {
  w.put("a", noise(1));
  w.put("b", noise(1));
  await w.backup({ share: "link" });
  w.put("c", noise(1));
  await w.backup({ share: "link" });
  assertEquals(links(w), {});
  assertEquals(await restored(w), []);
});

test("attributes change through one name: both have them, and stay one file", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  await w.backup();
  Deno.chmodSync(join(w.source, "a"), 0o600);
  const { summary } = await w.backup();
  assertEquals([summary.files_attrs, summary.bytes_added], [2, 0]);
  assertEquals(namesOf(w.vault), [["a", "b"]]);
  assertEquals(await restored(w), [["a", "b"]]);
});

test(
  "attributes change through one name, and another living copy has the old ones: one file of their own, not one for each",
  async (w) => {
    w.put("a", noise(1));
    link(w, "a", "sub/b");
    link(w, "a", "sub/c");
    await w.backup();
    w.put("z", noise(1));
    await w.backup();
    assertEquals(namesOf(w.vault), [["a", "sub/b", "sub/c", "z"]]);
    Deno.chmodSync(join(w.source, "a"), 0o600);
    const { summary } = await w.backup();
    assertEquals([summary.files_attrs, summary.bytes_added], [3, 10_000]);
    assertEquals(namesOf(w.vault), [["a", "sub/b", "sub/c"]]);
    assertEquals((Deno.lstatSync(join(w.vault, "z")).mode ?? 0) & 0o777, 0o644);
    assertEquals(filesOf(w.vault).filter(isTemporary), []);
    // back as they were: the copy that has these attributes is there, and nothing is stored
    Deno.chmodSync(join(w.source, "a"), 0o644);
    assertEquals((await w.backup()).summary.bytes_added, 0);
  },
  { share: "link" },
);

test("a file that changes and is no name of the others any more leaves their copy alone", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  await w.backup();
  w.remove("b");
  w.put("b", noise(2));
  await w.backup();
  assertEquals(Deno.readFileSync(join(w.vault, "a")), noise(1));
  assertNotEquals(w.ino("a"), w.ino("b"));
  assertEquals(links(w), {});
});

test("a name whose first one another file takes begins a version, which costs nothing", async (w) => {
  w.put("d/a", noise(1));
  link(w, "d/a", "e/b");
  await w.backup();
  w.remove("d/a");
  w.put("d/a", noise(2, 20_000));
  assertEquals((await w.backup()).summary.bytes_added, 20_000);
  Deno.utimeSync(join(w.source, "e/b"), 1_700_000_000, 1_700_000_000);
  const { summary } = await w.backup();
  assertEquals([summary.files_changed, summary.bytes_added], [1, 0]);
  assertEquals(links(w), {});
});

test("never: each name has a copy, and they are one file when restored", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  await w.backup();
  assertEquals(namesOf(w.vault), []);
  assertEquals(await restored(w), [["a", "b"]]);
}, { share: "never" });

test("onto a disk that takes no links each is a copy, and it is told once", async (w) => {
  w.put("a", noise(1));
  link(w, "a", "b");
  link(w, "a", "c");
  await w.backup();
  const messages: { message_type: string }[] = [];
  const fs = {
    ...denoFs,
    link: (): never => {
      throw Object.assign(new Error("link: not supported"), { code: "ENOTSUP" });
    },
  };
  const target = w.dir.at("no-links");
  const { errors } = await restoreHere(w.vault, target, {}, enginePorts(messages as never, fs));
  assertEquals([errors, namesOf(target)], [[], []]);
  assertEquals(messages.filter((m) => m.message_type === "note").length, 1);
});

test("a portable snapshot brings names of one file back", async (w) => {
  w.put("b/file", noise(1));
  link(w, "b/file", "a/name");
  w.put("alone", noise(1));
  const snapshots = w.dir.at("snapshots");
  const take = ["snapshot", "take", "--target-directory", w.source];
  assertEquals((await run([...take, "--snapshots-directory", snapshots])).code, 0);
  const file = join(snapshots, [...Deno.readDirSync(snapshots)][0]?.name ?? "");
  const restore = ["snapshot", "restore", "--snapshot-file", file, "--output-directory"];
  const output = w.dir.at("output");
  assertEquals((await run([...restore, output])).code, 0);
  assertEquals(namesOf(output), [["a/name", "b/file"]]);
  assertEquals(Deno.readFileSync(join(output, "b/file")), noise(1));
  assertEquals([...Deno.readDirSync(join(output, "b"))].map((e) => e.name), ["file"]);
});

test("the name that the others go by comes back with new content of all: none goes by one that goes by it", async (w) => {
  w.put("b", noise(1));
  link(w, "b", "c");
  await w.backup();
  assertEquals(links(w), { c: "b" });
  Deno.renameSync(join(w.source, "b"), join(w.source, "moved"));
  await w.backup();
  Deno.writeFileSync(join(w.source, "c"), noise(2));
  Deno.removeSync(join(w.source, "moved"));
  link(w, "c", "b");
  await w.backup();
  assertEquals(links(w), { c: "b" });
  assertEquals(await restored(w), [["b", "c"]]);
  // a further run has nothing to do
  assertEquals((await w.backup()).summary.files_unmodified, 2);
  assertEquals(await restored(w), [["b", "c"]]);
});
