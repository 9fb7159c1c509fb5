/** hikae itself on disks with habits of their own, mounted through FUSE (tools/test_disks.ts runs it). */

import { assert, assertEquals } from "@std/assert";
import {
  isThere,
  Link,
  makeTree,
  read,
  run,
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
  for (let tries = 0; Deno.lstatSync(point).dev === device; tries++) {
    if (tries > 100) throw new Error(`no disk with the habits ${habits} could be mounted`);
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

/** Habits that the index in the vault does not bear; with it at home they are like the others. */
const REFUSALS = ["notimes", "nomodes", "nosyncdir", "nolinks"] as const;

for (const habit of REFUSALS) {
  Deno.test(`disks: ${habit}: one note, exit 0, and a restore gives what the disk could not take`, async () => {
    using dir = tempDir();
    await using disk = await mount(dir.path, habit);
    makeTree(dir.at("s"), { a: "a", d: { b: "b", empty: {} }, l: new Link("a") });
    Deno.chmodSync(dir.at("s", "a"), 0o666);
    Deno.utimeSync(dir.at("s", "a"), 1_600_000_000, 1_600_000_000);
    const notes = (json: readonly Record<string, unknown>[]): string[] =>
      json.flatMap((m) => m.message_type === "note" ? [String(m.message)] : []);
    const first = await run(["backup", dir.at("s"), disk.at("v"), "--init", "--json"]);
    assertEquals(first.code, 0);
    assertEquals(
      notes(first.json).filter((n) => n.startsWith("this disk")).length,
      habit === "nolinks" ? 0 : 1,
    );
    assertEquals(await codeOf("restore", disk.at("v"), "--to", dir.at("t")), 0);
    const info = Deno.lstatSync(dir.at("t", "a"));
    assertEquals([(info.mode ?? 0) & 0o777, info.mtime?.getTime()], [0o666, 1_600_000_000_000]);
    assert(Deno.lstatSync(dir.at("t", "l")).isSymlink && isThere(dir.at("t", "d", "empty")));
    const onto = await run(["restore", disk.at("v"), "--to", disk.at("t"), "--json"]);
    assertEquals([onto.code, read(disk.real("t"), "d/b")], [0, "b"]);
  });
}
