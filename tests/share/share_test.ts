/** Content that the vault has is not stored again, and nothing is shared that must not be. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { prune } from "../../src/engine/maintain/prune.ts";
import type { PruneRequest } from "../../src/engine/maintain/prune_plan.ts";
import type { VerifyCounts, VerifyRequest } from "../../src/engine/verify/request.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { planBackup } from "../../src/engine/backup/dry_run.ts";
import { type BackupOptions, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { changesOf, noise, ShareWorld } from "./world.ts";

const WINDOWS = Deno.build.os === "windows";

function test(name: string, work: (w: ShareWorld) => Promise<void>, options = {}): void {
  Deno.test({
    name: `share: ${name}`,
    ignore: WINDOWS,
    fn: async () => {
      using w = new ShareWorld(options);
      await work(w);
      assertEquals(await w.wrongStates(), []);
    },
  });
}

test("a directory that was renamed costs nothing: each file shares with its mark, and the record says where it came from", async (w) => {
  for (let i = 0; i < 5; i++) w.put(`photos/2020/${i}.jpg`, noise(i));
  w.put("photos/small.txt", "small");
  await w.backup();
  w.move("photos", "pictures");
  const { summary } = await w.backup();
  assertEquals(
    [
      summary.files_new,
      summary.files_moved,
      summary.files_deleted,
      summary.bytes_added,
      summary.bytes_shared,
    ],
    [6, 6, 6, 5, 50_000],
  );
  for (let i = 0; i < 5; i++) {
    assertEquals(
      w.ino(`pictures/2020/${i}.jpg`),
      w.ino(w.mark(".$DEL@", summary.stamp, `photos/2020/${i}.jpg`)),
    );
  }
  assertEquals(await w.history("pictures/small.txt"), [
    "photos/small.txt",
    "pictures/small.txt < photos/small.txt",
  ]);
  assertEquals(
    (await w.diff()).filter((line) => !line.endsWith("/0.jpg") && line.includes(".")).length,
    5,
  );
  assert((await w.diff()).includes("R photos/2020/0.jpg > pictures/2020/0.jpg"));
});

test("a chain of renames over several runs is one move, and one copy", async (w) => {
  w.put("a", noise(1));
  const first = await w.backup();
  for (const [from, to] of [["a", "b"], ["b", "sub/c"], ["sub/c", "d"]] as const) {
    w.move(from, to);
    const { summary } = await w.backup();
    assertEquals([summary.files_moved, summary.bytes_added], [1, 0]);
  }
  assertEquals(w.bytes(), 10_000);
  assertEquals(w.nlink("d"), 4);
  assertEquals(await w.diff(first.summary.stamp), ["R a > d", "+ sub"]);
  assertEquals(await w.history("d"), ["a", "b < a", "sub/c < b", "d < sub/c"]);
});

test("two files that swap their names: nothing is lost, and what became a mark is shared", async (w) => {
  w.put("a", noise(1), 1_600_000_000);
  w.put("b", noise(2, 12_000), 1_600_000_100);
  await w.backup();
  w.move("a", "t");
  w.move("b", "a");
  w.move("t", "b");
  const { summary } = await w.backup();
  assertEquals([summary.files_changed, summary.files_moved, summary.bytes_added], [2, 0, 0]);
  assertEquals(w.bytes(), 22_000);
});

test("two files of one size that swap their names", async (w) => {
  w.put("a", noise(1), 1_600_000_000);
  w.put("b", noise(2), 1_600_000_000);
  await w.backup();
  w.move("a", "t");
  w.move("b", "a");
  w.move("t", "b");
  await w.backup({ checksum: true });
});

test("a file that comes back shares with the mark of its deletion", async (w) => {
  const content = noise(3);
  w.put("a", content);
  await w.backup();
  w.remove("a");
  const gone = await w.backup();
  w.put("a", content, 1_650_000_000);
  const { summary } = await w.backup();
  assertEquals([summary.files_new, summary.bytes_added, summary.bytes_shared], [1, 0, 10_000]);
  assertEquals(w.ino("a"), w.ino(w.mark(".$DEL@", gone.summary.stamp, "a")));
  assertEquals(Deno.lstatSync(join(w.vault, "a")).mtime?.getTime(), 1_650_000_000_000);
});

test("content that changed and changed back shares with the generation that has it", async (w) => {
  w.put("a", noise(1), 1_600_000_000);
  await w.backup();
  w.put("a", noise(2), 1_600_000_100);
  const second = await w.backup();
  w.put("a", noise(1), 1_600_000_200);
  const { summary } = await w.backup();
  assertEquals([summary.files_changed, summary.bytes_added, summary.bytes_shared], [1, 0, 10_000]);
  assertEquals(w.ino("a"), w.ino(w.mark("$OLD@", second.summary.stamp, "a")));
});

test("a large file that moved or came back is not written again", async (w) => {
  const large = noise(9, 6 << 20);
  w.put("a", large);
  await w.backup();
  w.move("a", "sub/b");
  assertEquals((await w.backup()).summary.bytes_added, 0);
  w.put("sub/b", noise(10, 6 << 20), 1_600_000_100);
  assertEquals((await w.backup()).summary.bytes_added, 6 << 20);
  w.put("sub/b", large, 1_600_000_200);
  assertEquals((await w.backup()).summary.bytes_added, 0);
});

test("a copy in the source is stored again by auto: two living copies share nothing", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.put("b", noise(1));
  const { summary } = await w.backup();
  assertEquals([summary.bytes_added, summary.bytes_shared], [10_000, 0]);
  assertNotEquals(w.ino("a"), w.ino("b"));
});

test("a file that moved and was copied too: one of the new names shares with the mark, the other is stored", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.move("a", "sub/b");
  w.put("sub/c", noise(1));
  const { summary } = await w.backup();
  assertEquals([summary.files_moved, summary.bytes_added, summary.bytes_shared], [
    1,
    10_000,
    10_000,
  ]);
  assertNotEquals(w.ino("sub/b"), w.ino("sub/c"));
});

test("link: living copies that agree in mode and time share a file, others do not", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.put("b", noise(1));
  w.put("later", noise(1), 1_650_000_000);
  Deno.chmodSync(w.put("mode", noise(1)), 0o600);
  const { summary } = await w.backup();
  assertEquals([summary.bytes_added, summary.bytes_shared], [20_000, 10_000]);
  assertEquals(w.ino("a"), w.ino("b"));
  assertEquals(w.nlink("a"), 2);
}, { share: "link" });

for (const share of ["auto", "link", "never"] as const) {
  test(`link, then ${share}: a living copy becomes its own before its attributes change`, async (w) => {
    w.put("a", noise(1));
    await w.backup({ share: "link" });
    w.put("b", noise(1));
    await w.backup({ share: "link" });
    assertEquals(w.ino("a"), w.ino("b"));
    Deno.utimeSync(join(w.source, "b"), 1_650_000_000, 1_650_000_000);
    Deno.chmodSync(join(w.source, "b"), 0o600);
    const { summary } = await w.backup({ share });
    assertEquals([summary.files_attrs, summary.bytes_added], [1, 10_000]);
    assertNotEquals(w.ino("a"), w.ino("b"));
    assertEquals(Deno.lstatSync(join(w.vault, "a")).mtime?.getTime(), 1_600_000_000_000);
    assertEquals((Deno.lstatSync(join(w.vault, "a")).mode ?? 0) & 0o777, 0o644);
    assertEquals(Deno.lstatSync(join(w.vault, "b")).mtime?.getTime(), 1_650_000_000_000);
    assertEquals((Deno.lstatSync(join(w.vault, "b")).mode ?? 0) & 0o777, 0o600);
  });
}

test("a living copy that shares with marks alone keeps its file when its attributes change", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.move("a", "b");
  const { summary } = await w.backup();
  Deno.chmodSync(join(w.source, "b"), 0o600);
  assertEquals((await w.backup()).summary.bytes_added, 0);
  assertEquals(w.ino("b"), w.ino(w.mark(".$DEL@", summary.stamp, "a")));
});

test("never: all is stored again, and the record still says what moved", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.move("a", "b");
  const { summary } = await w.backup();
  assertEquals([summary.files_moved, summary.bytes_added, summary.bytes_shared], [1, 10_000, 0]);
  assertEquals(w.nlink("b"), 1);
}, { share: "never" });

test("a disk that shares blocks: every copy is a file of its own that costs nothing", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.put("b", noise(1), 1_650_000_000);
  w.move("a", "c");
  Deno.chmodSync(join(w.source, "c"), 0o400);
  const { summary } = await w.backup();
  assertEquals([summary.bytes_added, summary.bytes_shared], [0, 20_000]);
  assertEquals([w.nlink("b"), w.nlink("c")], [1, 1]);
  assertEquals(Deno.lstatSync(join(w.vault, "b")).mtime?.getTime(), 1_650_000_000_000);
}, { reflink: true });

test("a copy that rotted long after it was written is not shared: it is told, and the content comes from the source", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  const copy = join(w.vault, "a");
  const { mtime } = Deno.lstatSync(copy);
  Deno.writeFileSync(copy, noise(2));
  Deno.utimeSync(copy, mtime ?? 0, mtime ?? 0);
  w.move("a", "b");
  w.hour += 24 * 40;
  const { summary, messages, errors } = await w.backup();
  assertEquals([summary.bytes_added, summary.bytes_shared, summary.errors], [10_000, 0, 1]);
  assertEquals(errors, ["damaged"]);
  assertMatch(JSON.stringify(messages), /stored again from the source/);
  assertEquals(Deno.readFileSync(join(w.vault, "b")), noise(1));
  w.states.clear();
});

test("a copy that is sound is read and shared, however old it is", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.move("a", "b");
  w.hour += 24 * 400;
  assertEquals((await w.backup()).summary.bytes_shared, 10_000);
});

/** The disk with one call that fails for names in a vault. */
function failing(call: "link" | "copyFile", code: string): FileSystem {
  const fail = (): never => {
    throw Object.assign(new Error(`${call}: ${code}`), { code });
  };
  return { ...denoFs, [call]: fail };
}

for (const code of ["EMLINK", "EPERM", "ENOTSUP", "EXDEV", "ENOENT", "EIO"]) {
  test(`a disk that says ${code} to a link: the content is stored, and it is no error`, async (w) => {
    w.put("a", noise(1));
    await w.backup();
    w.move("a", "b");
    const { summary } = await w.backup({}, failing("link", code));
    assertEquals([summary.bytes_added, summary.bytes_shared, summary.errors], [10_000, 0, 0]);
  });
}

test("link: a file that has 1,000 names gets no more, one that has 999 does", async (w) => {
  w.put("full", noise(1));
  w.put("room", noise(2));
  await w.backup();
  w.put("of full", noise(1));
  w.put("of room", noise(2));
  const more = new Map([[w.ino("full"), 999], [w.ino("room"), 998]]);
  const lstat: FileSystem["lstat"] = (path) => {
    const info = denoFs.lstat(path);
    return { ...info, nlink: info.nlink + (more.get(info.ino) ?? 0) };
  };
  const { summary } = await w.backup({}, { ...denoFs, lstat });
  assertEquals([summary.bytes_added, summary.bytes_shared, summary.errors], [10_000, 10_000, 0]);
  assertEquals([w.nlink("full"), w.nlink("room")], [1, 2]);
}, { share: "link" });

test("an index that was lost and made again knows what moved, and shares on", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.move("a", "b");
  await w.backup();
  dropIndex(w.vault);
  assertEquals(await w.history("b"), ["a", "b < a"]);
  w.move("b", "c");
  const { summary } = await w.backup();
  assertEquals([summary.files_moved, summary.bytes_added], [1, 0]);
  assertEquals(await w.history("c"), ["a", "b < a", "c < b"]);
});

test("files of one content: each new name takes one old one, and no old one is taken twice", async (w) => {
  for (let i = 0; i < 6; i++) w.put(`old/${i}`, noise(1));
  await w.backup();
  w.move("old", "new");
  for (let i = 6; i < 9; i++) w.put(`new/${i}`, noise(1));
  const { summary } = await w.backup();
  assertEquals([summary.files_new, summary.files_moved, summary.files_deleted], [9, 6, 6]);
  const from: string[] = [];
  for (let i = 0; i < 9; i++) from.push((await w.history(`new/${i}`)).at(0) ?? "");
  assertEquals(new Set(from.filter((path) => path.startsWith("old/"))).size, 6);
});

test("what is left out now is not gone: nothing moved from it", async (w) => {
  w.put("a", noise(1));
  await w.backup();
  w.move("a", "b");
  const { summary } = await w.backup({ rules: { exclude: ["/a"] } });
  assertEquals([summary.files_moved, summary.files_deleted, summary.bytes_shared], [0, 0, 0]);
  w.states.clear();
});

test("a run that shares nothing leaves nothing beside the vault's own files", async (w) => {
  w.put("a", noise(1));
  await w.backup({ reflink: undefined } as never);
  w.put("b", noise(2));
  await w.backup({ reflink: undefined } as never);
  const temporary = [...Deno.readDirSync(join(w.vault, ".$META$"))].filter((e) =>
    e.name.startsWith("$TMP@")
  );
  assertEquals(temporary, []);
});

test("a dry run foretells what is shared: of what moved only small files are to be added", async (w) => {
  for (let i = 0; i < 3; i++) w.put(`photos/${i}.jpg`, noise(i));
  w.put("photos/small.txt", "small");
  await w.backup();
  w.move("photos", "pictures");
  w.put("new", noise(9));
  const keys = ["files_new", "files_moved", "files_deleted", "bytes_added", "bytes_shared"];
  let changes: string[] = [];
  const planned = async (options: BackupOptions): Promise<unknown[]> => {
    const messages: Message[] = [];
    const clock = { now: (): number => Date.now() + w.hour * 3_600_000 };
    const request = backupRequest(w.source, [w.vault], {
      allowMassChange: true,
      dryRun: true,
      ...options,
    });
    await planBackup({ ...enginePorts(messages), clock }, request);
    const summary = messages.findLast((m) => m.message_type === "summary");
    changes = changesOf(messages);
    return keys.map((key) => summary?.[key]);
  };
  assertEquals(await planned({ share: "never" }), [5, 4, 4, 40_005, 0]);
  const foretold = await planned({});
  assertEquals(foretold, [5, 4, 4, 10_005, 30_000]);
  const { summary } = await w.backup();
  assertEquals(keys.map((key) => summary[key]), foretold);
  assertEquals(changes, await w.diff());
  assertEquals(changes.filter((line) => line.startsWith("R")).length, 4);
});

test("a dry run takes nothing for moved that has other content, and tells what moved as diff then does", async (w) => {
  const texts = ["one", "two", "six", "ten"];
  for (const text of texts) w.put(`a/${text}.txt`, text);
  for (const name of ["a/empty", "a/void"]) w.put(name, "");
  for (const n of [1, 2, 3]) w.put(`a/deep/${n}`, noise(n));
  await w.backup();
  // names that say nothing, and one size and time for all
  for (const [i, text] of texts.slice(1).entries()) w.move(`a/${text}.txt`, `b/${i}`);
  for (const [i, n] of [3, 1, 2].entries()) w.move(`a/deep/${n}`, `c/${"xyz"[i]}`);
  w.move("a/empty", "b/empty");
  w.move("a/void", "b/vacuum");
  w.remove("a/one.txt");
  // the size and the time of a file that is gone, and not its content
  w.put("b/new.txt", "owt");
  const messages: Message[] = [];
  const clock = { now: (): number => Date.now() + w.hour * 3_600_000 };
  await planBackup(
    { ...enginePorts(messages), clock },
    backupRequest(w.source, [w.vault], { allowMassChange: true, dryRun: true }),
  );
  const { summary } = await w.backup();
  assertEquals(messages.findLast((m) => m.message_type === "summary")?.files_moved, 7);
  assertEquals(summary.files_moved, 7);
  assertEquals(changesOf(messages), await w.diff());
});

test("what a prune frees is what the disk gets back: a copy that has another name stays", async (w) => {
  w.put("a", noise(1));
  w.put("b", noise(2));
  await w.backup();
  w.move("a", "c");
  w.remove("b");
  await w.backup();
  await w.backup();
  w.states.clear();
  for (const dryRun of [true, false]) {
    const messages: Message[] = [];
    await prune(enginePorts(messages), {
      root: w.vault,
      given: w.vault,
      dryRun,
      host: "test",
      pid: Deno.pid,
      policy: { last: 1 },
    } as PruneRequest);
    const summary = messages.findLast((m) => m.message_type === "summary");
    assertEquals([summary?.versions_removed, summary?.bytes_freed], [2, 10_000]);
  }
  assertEquals(Deno.readFileSync(join(w.vault, "c")), noise(1));
  assertEquals(w.nlink("c"), 1);
});

test("verify reads a shared file once, and a repair of one name repairs the others", async (w) => {
  w.put("a", noise(1));
  const first = await w.backup();
  w.move("a", "b");
  const { summary } = await w.backup();
  const counts = (options: Partial<VerifyRequest>): VerifyCounts =>
    verify(
      enginePorts(),
      {
        root: w.vault,
        given: w.vault,
        windows: false,
        repair: false,
        host: "test",
        pid: Deno.pid,
        ...options,
      } as VerifyRequest,
    );
  assertEquals(counts({}).bytes_checked, 10_000);
  const copy = join(w.vault, "b");
  const { mtime } = Deno.lstatSync(copy);
  Deno.writeFileSync(copy, noise(3));
  Deno.utimeSync(copy, mtime ?? 0, mtime ?? 0);
  assertEquals(counts({}).damaged, 2);
  const repaired = counts({ repair: true, source: w.source });
  assertEquals([repaired.damaged, repaired.repaired], [1, 1]);
  assertEquals(counts({}).damaged, 0);
  assertEquals(w.ino("b"), w.ino(w.mark(".$DEL@", summary.stamp, "a")));
  assertEquals(Deno.lstatSync(copy).mtime, mtime);
  assert(first.summary.stamp < summary.stamp);
});
