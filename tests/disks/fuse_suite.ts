/** hikae itself on disks with habits of their own, mounted through FUSE (tools/test_disks.ts runs it). */

import { assert, assertEquals } from "@std/assert";
import {
  isThere,
  Link,
  makeTree,
  read,
  run,
  type RunResult,
  spawn,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";

const HABITS = Deno.env.get("HIKAE_HABITS") ?? "";

/** A mounted disk: what lies on it is seen by `at`, what it holds in truth by `real`. */
interface Mounted extends AsyncDisposable {
  at: (...names: string[]) => string;
  real: (...names: string[]) => string;
}

async function mount(dir: string, habits: string): Promise<Mounted> {
  const [root, point] = [`${dir}/disk`, `${dir}/mnt`];
  Deno.mkdirSync(root);
  Deno.mkdirSync(point);
  const child = new Deno.Command("python3", {
    args: [HABITS, root, point, habits],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const device = Deno.lstatSync(dir).dev;
  let over = false;
  void child.status.then(() => over = true);
  while (Deno.lstatSync(point).dev === device) {
    if (over) throw new Error(`no disk with the habits ${habits} could be mounted`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const join = (base: string, names: string[]): string => [base, ...names].join("/");
  return {
    at: (...names) => join(point, names),
    real: (...names) => join(root, names),
    [Symbol.asyncDispose]: async () => {
      await new Deno.Command("umount", { args: [point] }).output();
      await child.status;
    },
  };
}

const codeOf = async (...args: string[]): Promise<number> => (await run(args)).code;

const NAMES: Readonly<Record<string, { tree: TreeSpec; kept: Record<string, string> }>> = {
  dots: {
    tree: { "a": "plain", "a.": "dotted", "d": { f: "in d" }, "d.": { f: "in d." }, "b ": "b" },
    kept: { "a": "plain", "d/f": "in d" },
  },
  fold: {
    tree: { "A": "upper", "strasse": "ss", "straße": "sharp", "k": "k" },
    kept: { "A": "upper", "k": "k" },
  },
};

for (const [habit, { tree, kept }] of Object.entries(NAMES)) {
  Deno.test(`disks: ${habit}: backup, deletion of the other name, verify and restore lose nothing`, async () => {
    using dir = tempDir();
    await using disk = await mount(dir.path, habit);
    makeTree(dir.at("s"), tree);
    const check = (root: string): void => {
      for (const [path, content] of Object.entries(kept)) assertEquals(read(root, path), content);
    };
    assertEquals(await codeOf("backup", dir.at("s"), disk.at("v"), "--init"), 3);
    check(disk.real("v"));
    assertEquals(await codeOf("verify", disk.at("v")), 0);
    assertEquals(await codeOf("backup", dir.at("s"), dir.at("plain")), 0);
    assertEquals(await codeOf("restore", dir.at("plain"), "--to", disk.at("t"), "--verify"), 3);
    check(disk.real("t"));
    for (const name of Object.keys(tree)) {
      if (!(name in kept) && !Object.keys(kept).some((k) => k.startsWith(`${name}/`))) {
        Deno.removeSync(dir.at("s", name), { recursive: true });
      }
    }
    assertEquals(await codeOf("backup", dir.at("s"), disk.at("v")), 0);
    check(disk.real("v"));
  });
}

for (const habit of ["size0", "sizebig"]) {
  Deno.test(`disks: ${habit}: a file is read to its end, no change later, and restored whole`, async () => {
    using dir = tempDir();
    await using disk = await mount(dir.path, habit);
    const large = "0123456789".repeat(500_000);
    makeTree(disk.real("s"), { "doc.gdoc": "content", "large.gdoc": large, "plain": "plain" });
    assertEquals(await codeOf("backup", disk.at("s"), dir.at("v")), 0);
    const again = await run(["backup", disk.at("s"), dir.at("v"), "--json"]);
    assertEquals([again.code, again.json.at(-1)?.files_unmodified], [0, 3]);
    assertEquals(await codeOf("verify", dir.at("v")), 0);
    assertEquals(await codeOf("restore", dir.at("v"), "--to", dir.at("t")), 0);
    assertEquals([read(dir.at("t"), "doc.gdoc"), read(dir.at("t"), "large.gdoc")], [
      "content",
      large,
    ]);
  });
}

Deno.test("disks: slow: many threads wait for a share, and the vault and what comes back are right", async () => {
  using dir = tempDir();
  await using disk = await mount(dir.path, "slow=3,cache=1");
  const tree: Record<string, TreeSpec> = {};
  for (let d = 0; d < 30; d++) tree[`d${d}`] = { a: `${d} a`, e: { b: `${d} b` } };
  makeTree(dir.at("s"), tree);
  assertEquals(await codeOf("backup", dir.at("s"), disk.at("v"), "--init"), 0);
  makeTree(dir.at("s"), { d3: { a: "changed" }, d31: { new: "new" } });
  Deno.removeSync(dir.at("s", "d7"), { recursive: true });
  const again = await run(["backup", dir.at("s"), disk.at("v"), "--json"]);
  const { files_new, files_changed, files_deleted, files_unmodified } = again.json.at(-1) ?? {};
  assertEquals([again.code, files_new, files_changed, files_deleted, files_unmodified], [
    0,
    1,
    1,
    2,
    57,
  ]);
  assertEquals(await codeOf("verify", disk.at("v")), 0);
  assertEquals(await codeOf("restore", disk.at("v"), "--to", dir.at("t")), 0);
  assertEquals([
    read(dir.at("t"), "d3/a"),
    read(dir.at("t"), "d29/e/b"),
    isThere(dir.at("t", "d7")),
  ], [
    "changed",
    "29 b",
    false,
  ]);
});

/** What disks refuse as a whole, and how many notes of a first backup tell of it. */
const REFUSALS = {
  notimes: 1,
  nomodes: 1,
  nosyncdir: 1,
  nosync: 1,
  nolinks: 0,
  nolocks: 1,
} as const;

/** Where `flock` is refused too, in a library that is preloaded; undefined where there is no compiler. */
const NO_FLOCK = noFlock();

function noFlock(): string | undefined {
  const library = `${Deno.makeTempDirSync({ prefix: "hikae-no-flock-" })}/no_flock.so`;
  const source = new URL("./no_flock.c", import.meta.url).pathname;
  globalThis.addEventListener(
    "unload",
    () => Deno.removeSync(library.replace(/\/[^/]*$/, ""), { recursive: true }),
  );
  try {
    const args = ["-shared", "-fPIC", "-o", library, source, "-ldl"];
    return new Deno.Command("cc", { args, stderr: "null" }).outputSync().success
      ? library
      : undefined;
  } catch {
    return undefined;
  }
}

/** What has a disk refuse `flock` too. */
function noLocks(disk: Mounted): Record<string, string> {
  return { LD_PRELOAD: NO_FLOCK ?? "", NO_LOCKS_BELOW: disk.at() };
}

/** Runs hikae on a disk with a habit; gives its code, and what it says of the disk. */
function refusing(
  habit: string,
  disk: Mounted,
): (...args: string[]) => Promise<RunResult & { notes: string[] }> {
  const env = habit === "nolocks" ? noLocks(disk) : {};
  return async (...args) => {
    const result = await run([...args, "--json"], { env });
    const notes = result.json.flatMap((m) =>
      m.message_type === "note" && String(m.message).startsWith("this disk")
        ? [String(m.message)]
        : []
    );
    return { ...result, notes };
  };
}

for (const [habit, told] of Object.entries(REFUSALS)) {
  const ignore = habit === "nolocks" && NO_FLOCK === undefined;
  Deno.test({
    name: `disks: ${habit}: one note, exit 0, and a restore gives what the disk could not take`,
    ignore,
    fn: async () => {
      using dir = tempDir();
      await using disk = await mount(dir.path, habit);
      const hikae = refusing(habit, disk);
      makeTree(dir.at("s"), { a: "a", d: { b: "b", empty: {} }, l: new Link("a") });
      Deno.chmodSync(dir.at("s", "a"), 0o666);
      Deno.utimeSync(dir.at("s", "a"), 1_600_000_000, 1_600_000_000);
      const first = await hikae("backup", dir.at("s"), disk.at("v"), "--init");
      assertEquals([first.code, first.notes.length], [0, told], first.stderr);
      const back = await hikae("restore", disk.at("v"), "--to", dir.at("t"));
      assertEquals([back.code, back.notes], [0, []]);
      const info = Deno.lstatSync(dir.at("t", "a"));
      assertEquals([(info.mode ?? 0) & 0o777, info.mtime?.getTime()], [0o666, 1_600_000_000_000]);
      assert(Deno.lstatSync(dir.at("t", "l")).isSymlink && isThere(dir.at("t", "d", "empty")));
      const onto = await hikae("restore", disk.at("v"), "--to", disk.at("t"));
      assertEquals([onto.code, read(disk.real("t"), "d/b")], [0, "b"]);
    },
  });

  Deno.test({
    name:
      `disks: ${habit}: whatever changes a vault ends with 0 and at most one note, and all is sound`,
    ignore,
    fn: async () => {
      using dir = tempDir();
      await using disk = await mount(dir.path, habit);
      const hikae = refusing(habit, disk);
      const stamps: string[] = [];
      for (const content of ["1", "2", "3", "4"]) {
        makeTree(dir.at("s"), { a: content, [`d${content}`]: { b: "b" } });
        const ran = await hikae("backup", dir.at("s"), disk.at("v"), "--init");
        assertEquals([content, ran.code], [content, 0], ran.stdout + ran.stderr);
        stamps.push(String(ran.json.at(-1)?.stamp));
        if (content === "3") Deno.removeSync(dir.at("s", "d1"), { recursive: true });
      }
      Deno.writeTextFileSync(disk.real("v", "d2", "b"), "rotten");
      for (
        const args of [
          ["verify", disk.at("v"), "--repair"],
          ["delete", disk.at("v"), stamps[1] ?? ""],
          ["prune", disk.at("v"), "--keep-last", "2"],
          ["cleanup", disk.at("v"), "--max-retention", "0s"],
          ["dedupe", disk.at("v")],
          ["verify", disk.at("v")],
        ]
      ) {
        const ran = await hikae(...args);
        assertEquals([args[0], ran.code], [args[0], 0], ran.stdout + ran.stderr);
        assert(ran.notes.length <= 1, ran.stdout);
        if (habit === "nolocks") {
          assertEquals(ran.notes.length, args.join() === ["verify", disk.at("v")].join() ? 0 : 1);
        }
      }
      assertEquals(read(disk.real("v"), "d2/b"), "b");
    },
  });
}

Deno.test({
  name: "disks: nolocks: a run keeps another one of this machine out, from the first one on",
  ignore: NO_FLOCK === undefined,
  fn: async () => {
    using dir = tempDir();
    await using disk = await mount(dir.path, "nolocks");
    const hikae = refusing("nolocks", disk);
    makeTree(dir.path, { s: { a: "a", d: { b: "b" } }, said: {} });
    const [held, go] = [dir.at("said", "held"), dir.at("said", "go")];
    // the filter is asked once the vault is locked: it says so, and holds the run there until it may go on
    Deno.writeTextFileSync(
      dir.at("p.ts"),
      `const there = (path) => { try { return Deno.statSync(path).isFile; } catch { return false; } };
      export default { name: "mine", async filter() {
        Deno.writeTextFileSync(${JSON.stringify(held)}, "");
        while (!there(${JSON.stringify(go)})) await new Promise((done) => setTimeout(done, 20));
      } };`,
    );
    const allow = { read: [dir.at("said")], write: [dir.at("said")] };
    const plugins = [{ path: dir.at("p.ts"), allow, timeout: "30m" }];
    const jobs = { j: { source: dir.at("s"), vaults: [disk.at("v")], plugins } };
    makeTree(dir.path, { "c.jsonc": JSON.stringify({ jobs }) });
    const args = ["backup", "j", "--config", dir.at("c.jsonc"), "--init"];
    const first = spawn(args, { env: noLocks(disk) });
    const ended = first.output();
    let over = false;
    void ended.then(() => over = true);
    while (!over && !isThere(held)) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await hikae(...args);
    assertEquals([second.code, second.json.at(-1)?.code], [11, "locked"], second.stdout);
    Deno.writeTextFileSync(go, "");
    assertEquals((await ended).code, 0);
    assertEquals((await hikae("verify", disk.at("v"))).code, 0);
  },
});
