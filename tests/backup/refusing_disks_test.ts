/** Disks that refuse something as a whole: found once, told once, kept in the records, no error (decision 28). */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { errorCode, HikaeError, isFull } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { lenientFs, type RefusedCall } from "../../src/base/lenient_fs.ts";
import { firstRunPlaces } from "../../src/cli/backup/first_runs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import type { BackupRequest } from "../../src/engine/backup/request.ts";
import { dedupe } from "../../src/engine/maintain/dedupe.ts";
import type { HoldRequest } from "../../src/engine/open_vault.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { Reader } from "../../src/engine/reader.ts";
import { DirStore } from "../../src/bundle/dir_store.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { text } from "../../src/text/text.ts";
import { takeLock } from "../../src/vault/lock.ts";
import { VaultTree } from "../../src/vault/tree.ts";
import { isThere, Link, makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { type Habits, withHabits } from "../helpers/disk_habits.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

const ignore = Deno.build.os === "windows";

interface Case {
  name: string;
  refuses: Habits["refuses"];
  told: RefusedCall[];
}

const CASES: readonly Case[] = [
  { name: "times", refuses: { "file.utime": "EPERM", utime: "EPERM" }, told: ["times"] },
  { name: "modes", refuses: { chmod: "EPERM" }, told: ["modes"] },
  { name: "flushing a directory", refuses: { syncDir: "EINVAL" }, told: ["flush-dir"] },
  {
    name: "flushing",
    refuses: { "file.sync": "EINVAL", syncDir: "EINVAL", syncAll: "EINVAL" },
    told: ["flush", "flush-dir"],
  },
];

/** A disk with habits below `root`, used with forbearance; what is told of it goes to `told`. */
function forbearing(root: string, habits: Habits, told: RefusedCall[]): FileSystem {
  let n = 0;
  const probe = (): string => `${root}/.probe${n++}`;
  return lenientFs(withHabits(root, habits), [{ path: root, probe }], "/", (r) => told.push(r));
}

/** Names, types, modes and times below a directory. */
function attributes(root: string, rel = ""): string[] {
  const info = Deno.lstatSync(`${root}${rel}`);
  const mode = ((info.mode ?? 0) & 0o7777).toString(8);
  const own = `${rel} ${info.isSymlink ? "" : `${mode} ${info.mtime?.getTime()}`}`;
  if (!info.isDirectory) return [own];
  const below = [...Deno.readDirSync(`${root}${rel}`)].map((e) => `${rel}/${e.name}`).sort();
  return [own, ...below.flatMap((path) => attributes(root, path))];
}

for (const c of CASES) {
  Deno.test({
    name: `a vault's disk refuses ${c.name}: no error, told once a run, a restore gives all of it`,
    ignore,
    fn: async () => {
      using dir = tempDir();
      makeTree(dir.at("s"), { a: "a", d: { b: "b", empty: {} }, l: new Link("a") });
      for (const [path, mode] of [["a", 0o666], ["d/b", 0o600], ["d", 0o750]] as const) {
        Deno.chmodSync(dir.at("s", path), mode);
      }
      Deno.mkdirSync(dir.at("v"));
      for (const hours of [1, 2]) {
        const told: RefusedCall[] = [];
        const fs = forbearing(dir.at("v"), { refuses: c.refuses ?? {} }, told);
        const { outcomes } = await backUp(dir.at("s"), [dir.at("v")], { flush: true }, {
          fs,
          hours,
        });
        assertEquals([outcomes[0]?.failed, outcomes[0]?.errors], [undefined, 0]);
        if (hours === 1) assertEquals(told.sort(), c.told);
        assertEquals(new Set(told).size, told.length);
        Deno.writeTextFileSync(dir.at("s", "a"), `changed ${hours}`);
      }
      const { outcomes } = await backUp(dir.at("s"), [dir.at("v")], {}, { hours: 3 });
      assertEquals(outcomes[0]?.errors, 0);
      await restoreHere(dir.at("v"), dir.at("t"));
      assertEquals(attributes(dir.at("t")), attributes(dir.at("s")));
    },
  });

  Deno.test({
    name: `a restore's target refuses ${c.name}: no error, told once, the contents are there`,
    ignore,
    fn: async () => {
      using dir = tempDir();
      makeTree(dir.at("s"), { a: "a", d: { b: "b", empty: {} } });
      await backUp(dir.at("s"), [dir.at("v")]);
      Deno.mkdirSync(dir.at("t"));
      makeTree(dir.at("t"), { a: "replaced" });
      const told: RefusedCall[] = [];
      const fs = forbearing(dir.at("t"), { refuses: c.refuses ?? {} }, told);
      const { errors } = await restoreHere(dir.at("v"), dir.at("t"), {}, enginePorts([], fs));
      assertEquals(errors, []);
      assert(told.length <= c.told.length);
      assertEquals([read(dir.at("t"), "a"), read(dir.at("t"), "d/b")], ["a", "b"]);
      // what was not set is not said to be
      const again = await restoreHere(dir.at("v"), dir.at("t"), {}, enginePorts([], fs));
      const { files_attrs, files_kept, files_restored } = again.result.counts;
      assertEquals([files_attrs, files_kept, files_restored], [0, 2, 0]);
    },
  });
}

Deno.test("an error that Deno gives no code is told by the system's words", () => {
  const said = (message: string): string => errorCode(new Error(message));
  assertEquals([
    said("No locks available (os error 37)"),
    said("No locks available (os error 77)"),
    said("Function not implemented (os error 38): fsync"),
    said("Disk quota exceeded (os error 122): open '/v/a'"),
    said("Stale file handle (os error 116): stat '/v'"),
    said("Too many links (os error 31): link '/v/a' -> '/v/b'"),
    said("Weitere Verkn\u00fcpfungen sind unm\u00f6glich. (os error 1142): link"),
    said("No locks available"),
    said("Disk quota exceeded is what the file is called (os error 2)"),
  ], ["ENOLCK", "ENOLCK", "ENOSYS", "EDQUOT", "ESTALE", "EMLINK", "EMLINK", "", ""]);
  assert(isFull(new Error("Disk quota exceeded (os error 122): write")));
});

Deno.test({
  name: "what one file alone refuses stays an error",
  ignore,
  fn: async () => {
    using dir = tempDir();
    Deno.writeTextFileSync(dir.at("one"), "");
    const told: RefusedCall[] = [];
    const refuse = (path: string): void => {
      if (path !== dir.at("one")) return;
      throw Object.assign(new Error("no"), { code: "EPERM" });
    };
    const picky: FileSystem = {
      ...denoFs,
      chmod: (path, mode) => (refuse(path), denoFs.chmod(path, mode)),
      syncAll: async (paths) => {
        paths.forEach(refuse);
        await denoFs.syncAll(paths);
      },
    };
    const root = { path: dir.path, probe: () => dir.at("probe") };
    const fs = lenientFs(picky, [root], "/", (r) => told.push(r));
    let code = "";
    try {
      fs.chmod(dir.at("one"), 0o600);
    } catch (error) {
      code = errorCode(error);
    }
    assertEquals(code, "EPERM");
    await assertRejects(() => fs.syncAll([dir.at("one")]));
    assertEquals([told, isThere(dir.at("probe"))], [[], false]);
  },
});

Deno.test({
  name: "a target that takes no links: they are counted and told once, nothing else is missing",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a", l: new Link("a"), d: { l: new Link("../a") } });
    await backUp(dir.at("s"), [dir.at("v")]);
    const fs = withHabits(dir.at("t"), { refuses: { symlink: "EPERM" } });
    const messages: Message[] = [];
    const { errors, links } = await restoreHere(
      dir.at("v"),
      dir.at("t"),
      {},
      enginePorts(messages, fs),
    );
    const told = messages.flatMap((m) => m.message_type === "note" ? [m.message] : []);
    assertEquals([errors, links, told], [[], 0, [text("disk.no-links", { n: 2, first: "l" })]]);
    assertEquals(read(dir.at("t"), "a"), "a");
  },
});

/** A vault of two runs on a disk without locks, and commands on it. */
class Unlocked extends Grown {
  readonly #fs = withHabits(this.vault, { refuses: { tryLock: "ENOLCK" } });
  /** Nothing can be kept at home. */
  homeless = false;

  override ports(): EnginePorts {
    const home = this.homeless ? { index: undefined } : {};
    return { ...super.ports(), fs: this.#fs, sleep: () => {}, ...home };
  }

  /** What the command before said of locks. */
  get notes(): string[] {
    return this.messages.flatMap((m) =>
      m.message_type === "note" && m.message.includes("no locks") ? [m.message] : []
    );
  }
}

/** Every command that takes the lock of a vault. */
const WRITERS: Readonly<Record<string, (w: Grown) => unknown>> = {
  backup: (w) => w.backup(),
  prune: (w) => w.prune({ policy: { last: 3 } }),
  cleanup: (w) => w.cleanupDays(1),
  delete: (w) => w.delete(["20260502_120000"]),
  "verify --repair": (w) => w.verify({ repair: true }),
  dedupe: (w) => dedupe(w.ports(), { ...dedupeOf(w), mode: "link", dryRun: false }),
};

function dedupeOf({ vault }: Grown): HoldRequest & { given: string } {
  return { root: vault, given: vault, host: "test", pid: 1 };
}

/** A vault of three runs. */
async function threeRuns(world: Grown): Promise<void> {
  for (const day of [0, 1, 2]) {
    world.day(day).put({ a: `${day}`, d: { b: "same", c: "same" } });
    await world.backup();
  }
  world.day(3);
}

/** A vault on a disk that refuses something. */
class Refusing extends Grown {
  told: RefusedCall[] = [];
  readonly #refuses: Habits["refuses"];

  constructor(refuses: Habits["refuses"]) {
    super();
    this.#refuses = refuses;
  }

  /** As each command begins: it finds out by itself. */
  override ports(): EnginePorts {
    this.told = [];
    const fs = forbearing(this.vault, { refuses: this.#refuses ?? {} }, this.told);
    return { ...super.ports(), fs };
  }
}

for (const c of CASES) {
  Deno.test({
    name: `a vault's disk refuses ${c.name}: every writer does its work, and tells of it once`,
    ignore,
    fn: async () => {
      using world = new Refusing(c.refuses);
      await threeRuns(world);
      for (const [name, work] of Object.entries(WRITERS)) {
        await work(world);
        assertEquals([name, world.told.filter((r) => !c.told.includes(r))], [name, []]);
        assertEquals([name, new Set(world.told).size], [name, world.told.length]);
        const errors = world.messages.filter((m) => m.message_type === "error");
        assertEquals([name, errors], [name, []]);
        world.now += 3_600_000;
      }
      world.assertSound();
    },
  });
}

Deno.test({
  name: "a vault's disk has no locks: every writer locks it on this machine, and says so once",
  ignore,
  fn: async () => {
    using world = new Unlocked();
    await threeRuns(world);
    const holder = { pid: 1, host: "test", command: "prune", since: "2026-05-01T00:00:00Z" };
    const tree = new VaultTree(world.vault, "/");
    for (const [name, work] of Object.entries(WRITERS)) {
      const other = takeLock(world.ports(), tree, holder, () => {});
      try {
        const error = await assertRejects(async () => await work(world), HikaeError);
        assertEquals([name, error.id], [name, "locked"]);
        Reader.open(world.ports(), world.vault).close();
        assert(world.messages.some((m) => /is running/.test(String(m.message))), name);
      } finally {
        other.release();
      }
      await work(world);
      assertEquals([name, ...world.notes], [
        name,
        "this disk has no locks: the lock is kept on this machine, other machines are not kept out",
      ]);
      Reader.open(world.ports(), world.vault).close();
      assertEquals([name, world.messages], [name, []]);
      world.now += 3_600_000;
    }
    world.assertSound();
  },
});

Deno.test({
  name: "two first runs at once into one place: the second knows of the first, and is refused",
  ignore,
  // held until the process ends
  sanitizeResources: false,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a" });
    const [root, other] = [dir.at("v"), dir.at("other")];
    const env = (name: string): string | undefined =>
      name === "HIKAE_STATE_DIR" ? dir.at("state") : undefined;
    const [one, two] = [1, 2].map(() => firstRunPlaces(env, [root, other]).places);
    assertEquals([one?.[root]?.busy, two?.[root]?.busy], [undefined, true]);
    const fs = withHabits(root, { refuses: { tryLock: "ENOLCK" } });
    const ports = { ...enginePorts([], fs), index: (r: string) => two?.[r] };
    const request = (vault: string): BackupRequest => backupRequest(dir.at("s"), [vault]);
    assertEquals((await backup(ports, request(root)))[0]?.failed?.id, "locked");
    // where the disk has locks they decide
    assertEquals((await backup(ports, request(other)))[0]?.failed, undefined);
  },
});

Deno.test({
  name: "main reads a vault's description once to find the place of its index",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a" });
    await backup(enginePorts(), backupRequest(dir.at("s"), [dir.at("v")]));
    const env = (name: string): string | undefined =>
      name === "HIKAE_STATE_DIR" ? dir.at("state") : undefined;
    const { statSync } = Deno;
    let looks = 0;
    Deno.statSync = (path) => {
      if (String(path).endsWith("vault.json")) looks++;
      return statSync(path);
    };
    try {
      const { places, unread } = firstRunPlaces(env, [dir.at("v")]);
      assertEquals([Object.keys(places), unread, looks], [[dir.at("v")], [], 1]);
    } finally {
      Deno.statSync = statSync;
    }
  },
});

Deno.test({
  name:
    "no locks on the disk and none at home: every writer works, and says that nobody is kept out",
  ignore,
  fn: async () => {
    using world = new Unlocked();
    world.homeless = true;
    await threeRuns(world);
    for (const [name, work] of Object.entries(WRITERS)) {
      await work(world);
      assertEquals([name, world.notes.length], [name, 1]);
      assertMatch(world.notes[0] ?? "", /start no other run/);
      world.now += 3_600_000;
    }
  },
});

Deno.test({
  name: "bundles are written to a disk without locks",
  ignore,
  fn: () => {
    using dir = tempDir();
    const fs = withHabits(dir.path, { refuses: { tryLock: "ENOLCK" } });
    const ports = { fs, newHash: sha256, separator: "/" };
    const store = new DirStore(ports, dir.path, "vault");
    store.take().release();
    assert(isThere(dir.at("vault", ".lock")));
  },
});
