/** A vault far away: a run looks at a part of the mirror's directories, and at all of them in good time (decision 11). */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { AheadCalls } from "../../src/base/ahead.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import { AT_ONCE } from "../../src/engine/backup/looks_ahead.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type FsCall, tapFs } from "../../src/platform/doubles/tap.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { stampOf } from "../../src/base/stamp.ts";
import { LINKS, makeTree, names } from "../helpers/cli_helper.ts";
import { META } from "../helpers/maintain_helper.ts";
import { METADATA_FILE as FILE } from "../../src/vault/names.ts";

const DAY = 86_400_000;
const DIRS = 140;

/** The vault's disk, which tells something else of what stands there. */
function telling(tell: (info: FileInfo, path: string) => Partial<FileInfo>): FileSystem {
  const lstat: FileSystem["lstat"] = (path) => {
    const info = denoFs.lstat(path);
    return /[\\/]vault([\\/]|$)/.test(path) ? { ...info, ...tell(info, path) } : info;
  };
  return { ...denoFs, lstat };
}

/** One whose inodes are others at each mount. */
function mounted(times: number): FileSystem {
  return telling(({ ino }) => ({ ino: ino + times * 1e6 }));
}

/** What came of a run, and what it asked of the mirror. */
interface FarRun {
  summary: Message & Record<string, unknown>;
  looked: number;
  asked: number;
  /** So many of its directories were listed. */
  listed: number;
  /** So many questions were under way at once. */
  atOnce: number;
}

/** A source of many directories, and a vault whose every look takes 5 ms. */
class FarVault implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync());
  readonly source = join(this.path, "source");
  readonly vault = join(this.path, "vault");
  now = Date.UTC(2031, 5, 1, 3, 0, 0);
  #ms = 0;

  constructor(count = DIRS) {
    const dirs = Array.from({ length: count }, (_, i) => [`d${i}`, { f: `${i}` }]);
    makeTree(this.source, Object.fromEntries(dirs));
  }

  /** A run a day later; gives its summary, and how many directories of the mirror it looked at. `meet` is told of each call. */
  async run(
    {
      days = 1,
      checkMirror = false,
      far = true,
      ahead = true,
      sourceMs = 0,
      disk = denoFs,
      meet = (_: FsCall): void => {},
    } = {},
  ): Promise<FarRun> {
    this.now += days * DAY;
    const messages: Message[] = [];
    const looked = new Set<string>();
    let [asked, listed] = [0, 0];
    const fs = tapFs(disk, (call, work) => {
      meet(call);
      if (call.op === "list" && /vault[\\/]d\d+$/.test(call.path)) listed++;
      if (call.op === "list" && call.path.startsWith(this.source)) this.#ms += sourceMs;
      const dir = /vault[\\/](d\d+)[\\/].\$META\$[\\/]metadata.txt$/.exec(call.path)?.[1];
      if (dir !== undefined && call.op === "lstat") looked.add(dir);
      else if (call.op === "lstat" && /vault[\\/]d\d+$/.test(call.path)) asked++;
      return work();
    });
    const request = backupRequest(this.source, [this.vault], { checkMirror });
    const vaults = request.vaults.map((v) => far ? { ...v, far: true as const } : v);
    let [under, most] = [0, 0];
    const later = async <T>(call: () => T): Promise<T> => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 0));
      under--;
      return call();
    };
    const calls: AheadCalls = {
      lstat: (path) => later(() => fs.lstat(path)),
      list: (path) => later(() => fs.list(path)),
      read: (path) => later(() => Deno.readFileSync(path)),
    };
    await backup({
      ...enginePorts(messages, fs),
      ...(ahead ? { ahead: calls } : {}),
      clock: { now: () => this.now },
      monotonic: () => this.#ms += sourceMs > 0 ? 0 : 5,
    }, { ...request, vaults });
    const summary = messages.find((m) => m.message_type === "summary");
    assert(summary !== undefined);
    return {
      summary: { ...summary } as Message & Record<string, unknown>,
      looked: looked.size,
      asked,
      listed,
      atOnce: most,
    };
  }

  /** Has the source's directories be older than the mirror's. */
  age(): void {
    const old = new Date(2020, 1, 1);
    for (let i = 0; i < DIRS; i++) Deno.utimeSync(join(this.source, `d${i}`), old, old);
  }

  /** Takes a file away from the mirror. */
  lose(dir: string): void {
    Deno.removeSync(join(this.vault, dir, "f"));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("backup far away: each directory of the mirror is looked at within 7 days, a part of them in each run", async () => {
  using far = new FarVault();
  await far.run();
  for (let i = 0; i < DIRS; i++) far.lose(`d${i}`);
  let [repaired, most] = [0, 0];
  for (let run = 0; run < 7; run++) {
    // one after another each costs what it takes
    const { summary, looked } = await far.run({ ahead: false });
    repaired += Number(summary.files_repaired);
    most = Math.max(most, looked);
  }
  assertEquals(repaired, DIRS);
  assert(most < DIRS / 3, `${most}`);
});

Deno.test("backup far away: within 14 runs too, where they come more often than once a day", async () => {
  using far = new FarVault();
  await far.run();
  for (let i = 0; i < DIRS; i++) far.lose(`d${i}`);
  const repaired: number[] = [];
  for (let run = 0; run < 14; run++) {
    const { summary } = await far.run({ days: 1 / 24 });
    repaired.push(Number(summary.files_repaired));
  }
  assertEquals(repaired.reduce((sum, n) => sum + n, 0), DIRS);
  assert(Math.max(...repaired) < DIRS / 4, repaired.join(" "));
});

Deno.test({
  name:
    "backup: a link that leads nowhere, under a name that comes new, is kept as a version, far and near",
  ignore: !LINKS,
  fn: async () => {
    for (const far of [true, false]) {
      for (const isListed of [true, false]) {
        using world = new FarVault(2);
        await world.run({ far });
        Deno.symlinkSync("nowhere", join(world.vault, "d0", "x"));
        // a run after which the link is there, and no times tell of it any more
        if (!isListed) await world.run({ far });
        makeTree(join(world.source, "d0"), { x: "new" });
        await world.run({ far });
        const kept = names(join(world.vault, "d0", META)).filter((n) => n.startsWith("$OLDLNK@"));
        assertEquals([far, isListed, kept.length], [far, isListed, 1]);
        assertEquals(Deno.readTextFileSync(join(world.vault, "d0", "x")), "new");
      }
    }
  },
});

Deno.test("backup far away: a directory that is lost is made again whole by the next run", async () => {
  using far = new FarVault();
  for (let i = 0; i < DIRS; i++) {
    makeTree(join(far.source, `d${i}`), { deep: { f: `deep ${i}` } });
    Deno.chmodSync(join(far.source, `d${i}`), 0o755);
  }
  await far.run();
  for (let i = 0; i < DIRS; i++) {
    Deno.removeSync(join(far.vault, `d${i}`), { recursive: true });
  }
  await far.run();
  for (let i = 0; i < DIRS; i++) {
    const path = join(far.vault, `d${i}`);
    assertEquals(Deno.readTextFileSync(join(path, "deep", "f")), `deep ${i}`);
    if (Deno.build.os !== "windows") assertEquals((Deno.lstatSync(path).mode ?? 0) & 0o777, 0o755);
  }
});

Deno.test(
  "backup far away: a parent that is as the last run left it tells of the directories in it; else each is asked for",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    using far = new FarVault();
    await far.run();
    const { looked, asked } = await far.run();
    // one that is looked at is asked for too, so are those that tell what a look costs, and three tell whether inodes stay
    const [told, roam] = [AT_ONCE + 3, 3];
    assert(asked <= looked + told + roam, `${asked} of ${DIRS} asked for, ${looked} looked at`);
    Deno.removeSync(join(far.vault, "d7"), { recursive: true });
    const after = await far.run();
    assert(after.asked >= DIRS - 1, `${after.asked}`);
    assertEquals(
      [after.summary.files_repaired, Deno.readTextFileSync(join(far.vault, "d7", "f"))],
      [
        1,
        "7",
      ],
    );
  },
);

Deno.test("backup far away: a directory of one vault that cannot be asked for its subdirectories fails nothing else", async () => {
  using far = new FarVault(2);
  makeTree(join(far.source, "d1"), { deep: { f: "deep" } });
  const near = join(far.path, "near");
  const run = async (fs: FileSystem): Promise<VaultOutcome[]> => {
    far.now += DAY;
    const request = backupRequest(far.source, [far.vault, near]);
    const vaults = request.vaults.map((v, i) => i === 0 ? { ...v, far: true as const } : v);
    const clock = { now: (): number => far.now };
    return await backup({ ...enginePorts([], fs), clock }, { ...request, vaults });
  };
  await run(denoFs);
  makeTree(join(far.source, "d1"), { more: "more" });
  let asked = 0;
  const outcomes = await run(tapFs(denoFs, (call, work) => {
    if (call.op !== "lstat" || call.path !== join(far.vault, "d1")) return work();
    asked++;
    throw new Error("Input/output error (os error 5)");
  }));
  assert(asked > 0);
  assertEquals([outcomes[1]?.failed, outcomes[1]?.errors], [undefined, 0]);
  assertEquals(Deno.readTextFileSync(join(near, "d1", "more")), "more");
});

Deno.test("backup far away: after a run that broke off all directories are looked at", async () => {
  using far = new FarVault();
  await far.run();
  for (let i = 0; i < DIRS; i++) far.lose(`d${i}`);
  const [name = ""] = names(join(far.vault, META, "runs"));
  const [head = ""] = Deno.readTextFileSync(join(far.vault, META, "runs", name)).split("\n");
  const stamp = stampOf(far.now + 3_600_000);
  const broken = { ...JSON.parse(head), stamp, time: new Date(far.now + 3_600_000).toISOString() };
  Deno.writeTextFileSync(
    join(far.vault, META, "runs", `${stamp}.jsonl`),
    `${JSON.stringify(broken)}\n`,
  );
  const { summary, looked } = await far.run();
  assertEquals([summary.files_repaired, looked], [DIRS, DIRS]);
});

Deno.test("backup far away: what the source changed is looked at at once; --check-mirror, a long pause and a near disk look at all", async () => {
  for (
    const how of [{ checkMirror: true }, { days: 8 }, { far: false }] as const
  ) {
    using far = new FarVault();
    await far.run();
    for (let i = 0; i < DIRS; i++) far.lose(`d${i}`);
    for (let i = 0; i < DIRS; i++) Deno.writeTextFileSync(join(far.source, `d${i}`, "new"), "");
    const changed = await far.run();
    assertEquals([changed.summary.files_new, changed.summary.files_repaired], [DIRS, DIRS]);
    for (let i = 0; i < DIRS; i++) far.lose(`d${i}`);
    assertEquals((await far.run(how)).summary.files_repaired, DIRS);
  }
});

Deno.test("backup far away: many directories are seen at once, and what is done is what one look after another would do", async () => {
  const came = await Promise.all([true, false].map(async (ahead) => {
    using far = new FarVault();
    makeTree(join(far.source, "d3"), { deep: { f: "deep" }, g: "g" });
    await far.run({ ahead });
    for (const dir of ["d1", "d2"]) far.lose(dir);
    Deno.removeSync(join(far.vault, "d5"), { recursive: true });
    Deno.writeTextFileSync(join(far.source, "d1", "new"), "new");
    Deno.removeSync(join(far.source, "d4"), { recursive: true });
    Deno.writeTextFileSync(join(far.source, "d3", "deep", "more"), "more");
    const { summary, atOnce } = await far.run({ ahead, checkMirror: true });
    const counts = Object.entries(summary).filter(([key]) => /^(files|dirs)_/.test(key));
    const after = await far.run({ ahead });
    return { counts, atOnce, left: after.summary.files_unmodified, tree: treeOf(far.vault) };
  }));
  const [seen, one] = came;
  assert((seen?.atOnce ?? 0) > 16 && one?.atOnce === 0, `${seen?.atOnce} ${one?.atOnce}`);
  assertEquals([seen?.counts, seen?.left, seen?.tree], [one?.counts, one?.left, one?.tree]);
});

Deno.test(
  "backup far away: where inodes are others at each mount a directory is told by its times, and one that was written in is listed",
  { ignore: Deno.build.os === "windows" },
  async () => {
    using far = new FarVault();
    far.age();
    await far.run();
    const same = await far.run();
    const other = await far.run({ disk: mounted(1) });
    assertEquals([same.listed, other.listed], [0, 0]);
    assert(other.looked > 0);
    // who asks for all of the mirror has all of it listed
    const whole = await far.run({ disk: mounted(2), checkMirror: true });
    assertEquals([whole.looked, whole.listed], [DIRS, DIRS]);
    const lost = [20, 60, 100];
    for (const i of lost) far.lose(`d${i}`);
    const all = await far.run({ disk: mounted(3), days: 8 });
    assertEquals([all.looked, all.summary.files_repaired], [DIRS, 3]);
    assert(all.listed < 10, `${all.listed}`);
    for (const i of lost) far.lose(`d${i}`);
    let repaired = 0;
    for (let run = 0; run < 7; run++) {
      repaired += Number((await far.run({ disk: mounted(4 + run) })).summary.files_repaired);
    }
    assertEquals(repaired, 3);
  },
);

Deno.test(
  "backup far away: where some inodes are others at each mount and the first ones by chance the same, times tell of all",
  { ignore: Deno.build.os === "windows" },
  async () => {
    using far = new FarVault();
    far.age();
    await far.run();
    for (const times of [1, 2]) {
      const asked = new Map<string, number>();
      const disk = telling(({ ino }, path) => {
        if (!/[\\/]d\d+$/.test(path)) return { ino };
        const place = asked.get(path) ?? asked.size;
        asked.set(path, place);
        return { ino: [0, 1, 3].includes(place) ? ino : ino + times * 1e6 };
      });
      const { listed } = await far.run({ days: 8, disk });
      assert(listed <= 3, `${listed}`);
    }
  },
);

Deno.test(
  "backup far away: one directory with another inode is listed, and each where change times are made of other times",
  { ignore: Deno.build.os === "windows" },
  async () => {
    using far = new FarVault();
    far.age();
    await far.run();
    const one = join(far.vault, "d1");
    const swapped = telling(({ ino }, path) => ({ ino: path === one ? ino + 5 : ino }));
    const { looked, listed } = await far.run({ days: 8, disk: swapped });
    assertEquals([looked, listed], [DIRS, 1]);
    // of whole seconds, and as Windows has them
    for (const made of [(ms: number) => Math.floor(ms / 1000) * 1000, (ms: number) => ms]) {
      using far = new FarVault();
      far.age();
      const disk = (mount: number): FileSystem =>
        telling(({ ino, mtime }) => ({
          ino: ino + mount,
          mtime: mtime + 1,
          ctime: made(mtime + 1),
        }));
      await far.run({ disk: disk(0) });
      const all = await far.run({ days: 8, disk: disk(1) });
      assertEquals([all.looked, all.listed], [DIRS, DIRS]);
    }
  },
);

Deno.test("backup far away: directories that go while the one that they lie in is ended are made again whole by the next run", async () => {
  using far = new FarVault();
  await far.run();
  const lost = [20, 60, 100].map((i) => join(far.vault, `d${i}`));
  Deno.writeTextFileSync(join(far.source, "new"), "new");
  await far.run({
    meet: ({ op, path }) => {
      if (op !== "utime" || path !== far.vault) return;
      for (const dir of lost) Deno.removeSync(dir, { recursive: true });
    },
  });
  assertEquals(names(far.vault).filter((name) => /^d(20|60|100)$/.test(name)), []);
  await far.run();
  assertEquals(lost.map((dir) => names(dir).filter((name) => name === "f")), [["f"], ["f"], ["f"]]);
});

Deno.test("backup far away: a source that is slow does not count as a look that is dear", async () => {
  using far = new FarVault();
  await far.run({ sourceMs: 100 });
  // one of those that tell whether inodes stay what they are may be asked for twice
  const { asked } = await far.run({ sourceMs: 100 });
  assert(asked >= DIRS, `${asked}`);
});

Deno.test("backup far away: two calls for a directory that is as it was left, and its metadata file has its turn within 14 runs", async () => {
  using far = new FarVault();
  far.age();
  const quick = { sourceMs: 1, days: 1 / 24 };
  await far.run(quick);
  const metadata = Array.from({ length: DIRS }, (_, i) => join(far.vault, `d${i}`, META, FILE));
  const texts = metadata.map((path) => Deno.readTextFileSync(path));
  for (const path of metadata) Deno.removeSync(path);
  const there = (): number => metadata.filter((path) => exists(path)).length;
  const one = await far.run(quick);
  assert(one.asked + one.looked <= 2 * DIRS, `${one.asked} and ${one.looked}`);
  assert(one.asked >= DIRS && there() < DIRS / 4, `${one.asked}, ${there()} came back`);
  // one in which something is written has its own again
  const [without = 0] = metadata.flatMap((path, i) => exists(path) ? [] : [i]);
  Deno.chmodSync(join(far.source, `d${without}`, "f"), 0o600);
  await far.run(quick);
  assert(exists(metadata[without] ?? ""));
  for (let run = 2; run < 14; run++) await far.run(quick);
  assertEquals(metadata.map((path) => Deno.readTextFileSync(path)), texts);
  // who asks for all has all of it at once
  for (const path of metadata) Deno.removeSync(path);
  await far.run({ ...quick, checkMirror: true });
  assertEquals(there(), DIRS);
});

/** What a mirror has, with its content. */
function treeOf(dir: string, below = ""): string[] {
  return names(join(dir, below)).filter((name) => name !== META).sort().flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    return Deno.lstatSync(join(dir, path)).isDirectory
      ? [path, ...treeOf(dir, path)]
      : [`${path}: ${Deno.readTextFileSync(join(dir, path))}`];
  });
}

function exists(path: string): boolean {
  return denoFs.exists(path);
}
