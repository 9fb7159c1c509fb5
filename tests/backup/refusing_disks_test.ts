/** Disks that refuse something as a whole: found once, told once, kept in the records, no error (decision 28). */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { errorCode } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { lenientFs, type Refusal } from "../../src/base/lenient_fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { isThere, Link, makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { type Habits, withHabits } from "../helpers/disk_habits.ts";
import { answering, backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

const ignore = Deno.build.os === "windows";

interface Case {
  name: string;
  refuses: Habits["refuses"];
  told: Refusal[];
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
function forbearing(root: string, habits: Habits, told: Refusal[]): FileSystem {
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
        const told: Refusal[] = [];
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
      const told: Refusal[] = [];
      const fs = forbearing(dir.at("t"), { refuses: c.refuses ?? {} }, told);
      const { errors } = await restoreHere(dir.at("v"), dir.at("t"), {}, enginePorts([], fs));
      assertEquals(errors, []);
      assert(told.length <= c.told.length);
      assertEquals([read(dir.at("t"), "a"), read(dir.at("t"), "d/b")], ["a", "b"]);
    },
  });
}

Deno.test({
  name: "what one file alone refuses stays an error",
  ignore,
  fn: async () => {
    using dir = tempDir();
    Deno.writeTextFileSync(dir.at("one"), "");
    const told: Refusal[] = [];
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
    const { errors, links, refused } = await restoreHere(
      dir.at("v"),
      dir.at("t"),
      {},
      enginePorts([], fs),
    );
    assertEquals([errors, links, refused.sort()], [[], 0, ["d/l", "l"]]);
    assertEquals(read(dir.at("t"), "a"), "a");
  },
});

Deno.test({
  name:
    "a vault's disk has no locks: the lock is kept on this machine, a note says so, a second run is refused",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "a" });
    const held = new Set<string>();
    const run = async (hours: number): Promise<{ id: string | undefined; notes: number }> => {
      const messages: Message[] = [];
      const fs = withHabits(dir.at("v"), { refuses: { tryLock: "ENOLCK" } });
      const ports = {
        ...enginePorts(messages, fs),
        clock: { now: (): number => Date.now() + hours * 3_600_000 },
        ask: answering({
          lockAtHome: (vault) => {
            const free = !held.has(vault);
            held.add(vault);
            return Promise.resolve(free);
          },
        }),
      };
      const [outcome] = await backup(ports, backupRequest(dir.at("s"), [dir.at("v")]));
      const notes = messages.filter((m) => m.message_type === "note" && /no locks/.test(m.message));
      return { id: outcome?.failed?.id, notes: notes.length };
    };
    assertEquals(await run(1), { id: undefined, notes: 1 });
    assertEquals(await run(2), { id: "locked", notes: 0 });
    held.clear();
    assertEquals(await run(3), { id: undefined, notes: 1 });
  },
});
