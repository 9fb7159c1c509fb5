/** Bundles of a vault: what is new alone is written, and the shell lines of docs/bundles.md bring each state back. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseManifest } from "../../src/bundle/manifest.ts";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import {
  bundle,
  create,
  hasStock,
  idOf,
  objects,
  stateOf,
  stockRestoreOf,
  type World,
  world,
} from "./bundle_support.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";

const STOCK = hasStock();

/** Brings the newest state back with the lines of the page. */
async function stockRestore(w: World, to: string): Promise<void> {
  await stockRestoreOf({ bundles: join(w.where, idOf(w)), key: w.dir.at("key.txt") }, to);
}

Deno.test({
  name: "bundles: each state comes back with age, zstd and tar alone",
  ignore: !STOCK,
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    const states: (() => void)[] = [
      () => {
        makeTree(w.source, {
          a: "1",
          "-rf": "odd",
          "new\nline": "odd",
          d: { x: "x", deep: { y: "y" } },
          "d-e": { f: "f" },
          gone: { all: { of: "it" } },
          empty: {},
          "é😀": "odd",
          ["n".repeat(200)]: "long",
        });
        Deno.symlinkSync("../a", join(w.source, "d/link"));
        Deno.chmodSync(join(w.source, "a"), 0o600);
      },
      () => {
        Deno.removeSync(join(w.source, "gone"), { recursive: true });
        Deno.writeTextFileSync(join(w.source, "a"), "2");
        Deno.writeTextFileSync(join(w.source, "d/deep/new"), "new");
      },
      () => {
        // a directory becomes a file, a file a directory, a file a link
        Deno.removeSync(join(w.source, "d"), { recursive: true });
        Deno.writeTextFileSync(join(w.source, "d"), "file");
        Deno.removeSync(join(w.source, "a"));
        makeTree(w.source, { a: { b: "b" } });
        Deno.removeSync(join(w.source, "-rf"));
        Deno.symlinkSync("d", join(w.source, "-rf"));
        Deno.removeSync(join(w.source, "empty"));
        Deno.chmodSync(join(w.source, "new\nline"), 0o640);
      },
      () => {
        // an entry of the name of the bundle's own directory
        makeTree(w.source, { ".hikae": { versions: "mine" } });
        Deno.removeSync(join(w.source, "d"));
      },
    ];
    for (const [i, change] of states.slice(0, 3).entries()) {
      change();
      const made = await bundle(w);
      assertEquals([made.full, made.errors], [i === 0, 0]);
      const to = dir.at(`back${i}`);
      await stockRestore(w, to);
      assertEquals(stateOf(to), stateOf(w.source), `state ${i}`);
    }
    states[3]?.();
    const made = await bundle(w);
    assertEquals(made.errors, 0);
    const checked = await hikae(["bundle", "verify", w.where], { env: w.env });
    assertEquals(checked.code, 0, checked.stdout + checked.stderr);
    assertStringIncludes(checked.stdout, "4 bundles");
  },
});

Deno.test("bundles: what is new alone is written, and nothing new makes none", async () => {
  using dir = tempDir();
  const w = await world(dir);
  const big = Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 104_729).join();
  makeTree(w.source, { big, small: "1", d: { e: "2" } });
  const first = await bundle(w);
  assertEquals(first.full, true);
  const before = objects(w);
  assertEquals((await create(w)).stamp, null);
  assertEquals(objects(w), before);
  Deno.writeTextFileSync(join(w.source, "d/e"), "3");
  const second = await bundle(w);
  assertEquals([second.full, second.deleted], [false, 0]);
  assert(Number(second.bytes) < 20_000, String(second.bytes));
  const added = objects(w).filter((name) => !before.includes(name));
  assertEquals(added.length, 3);
  const name = added.find((n) => n.endsWith(".sha256")) ?? "";
  const manifest = parseManifest(Deno.readTextFileSync(join(w.where, idOf(w), name)), name);
  assertEquals(manifest.before, before.find((n) => n.endsWith(".sha256")));
  // d/e, the directory that it lies in, and the topmost one
  assertEquals(manifest.entries, 3);
});

Deno.test("bundles: of a run that was interrupted there is none", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  const { stamp } = await bundle(w);
  const runs = join(w.vault, ".$META$", "runs");
  const [head] = Deno.readTextFileSync(join(runs, `${stamp}.jsonl`)).split("\n");
  const later = "29991231_235959";
  const begun = (head ?? "").replaceAll(String(stamp), later);
  Deno.writeTextFileSync(join(runs, `${later}.jsonl`), `${begun}\n`);
  assertEquals((await create(w)).stamp, null);
  assertEquals((await create(w, "--full")).stamp, stamp);
});

Deno.test("bundles: what is not known to be there any more makes a full one, with the reason", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  await bundle(w);
  const again = async (why: string): Promise<void> => {
    Deno.writeTextFileSync(join(w.source, "a"), why);
    const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
    await hikae(["backup", w.source, w.vault], { env: w.env });
    const made = await hikae(args, { env: w.env });
    assertEquals(made.code, 0, made.stderr);
    assertStringIncludes(made.stderr + made.stdout, why);
    assertStringIncludes(made.stdout, "(full)");
  };
  const other = await newKeyPair();
  const first = w.recipient;
  w.recipient = other.recipient;
  await again("recipients have changed");
  w.recipient = first;
  await again("recipients have changed");
  const manifest = objects(w).filter((n) => n.endsWith(".sha256")).at(-1) ?? "";
  Deno.removeSync(join(w.where, idOf(w), manifest));
  await again(`${manifest} is not there any more`);
  // what goes on from a volume that is gone or cut off could never be restored
  const fullVolume = (): string => {
    const all = objects(w);
    const full =
      all.filter((n) => n.endsWith(".sha256")).findLast((n) =>
        Deno.readTextFileSync(join(w.where, idOf(w), n)).includes("# full: yes")
      ) ?? "";
    return all.find((n) => n.startsWith(`${full.slice(0, 15)}.0001.`)) ?? "";
  };
  for (const damage of ["gone", "cut off"]) {
    Deno.writeTextFileSync(join(w.source, "a"), `before ${damage}`);
    await hikae(["backup", w.source, w.vault], { env: w.env });
    assertEquals((await bundle(w)).full, false);
    const volume = fullVolume();
    const path = join(w.where, idOf(w), volume);
    if (damage === "gone") Deno.removeSync(path);
    else Deno.truncateSync(path, 100);
    // also where there is nothing new
    const { full, stamp } = await create(w);
    assertEquals([full, stamp === null], [true, false], damage);
    assertEquals((await create(w)).stamp, null);
    Deno.removeSync(join(w.where, idOf(w)), { recursive: true });
    await again("is not there any more");
  }
  // the vault went back in time: the newest run is another one
  const runs = join(w.vault, ".$META$", "runs");
  const newest = [...Deno.readDirSync(runs)].map((e) => e.name).sort().at(-1) ?? "";
  const record = Deno.readTextFileSync(join(runs, newest));
  Deno.writeTextFileSync(
    join(runs, newest),
    record.replace('"kind":"summary"', '"kind":"summary","x":1'),
  );
  await again("not in the vault as it was");
  await Deno.remove(dir.at("state"), { recursive: true });
  assertEquals((await bundle(w)).full, true);
  const checked = await hikae(["bundle", "verify", w.where], { env: w.env });
  assertEquals(checked.code, 0, checked.stdout + checked.stderr);
});

Deno.test({
  name:
    "bundles: small volumes begin at entries, a large file has its own, and the page's lines take them all",
  ignore: !STOCK,
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    const random = (bytes: number): string => {
      let text = "";
      while (text.length < bytes) {
        text += crypto.getRandomValues(new Uint8Array(30_000)).toBase64();
      }
      return text;
    };
    makeTree(w.source, { a: random(500_000), b: random(3_500_000), c: random(600_000), d: "d" });
    const made = await bundle(w, "--volume-size", "1M");
    assert(Number(made.volumes) >= 7, String(made.volumes));
    for (const name of objects(w)) {
      assert(Deno.statSync(join(w.where, idOf(w), name)).size <= 1 << 20, name);
    }
    await stockRestore(w, dir.at("back"));
    assertEquals(stateOf(dir.at("back")), stateOf(w.source));
  },
});

Deno.test("bundles: verify names what is missing, damaged or left over, without the key", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  await bundle(w);
  Deno.writeTextFileSync(join(w.source, "a"), "2");
  await bundle(w);
  const at = (name: string): string => join(w.where, idOf(w), name);
  const verify = async (command = "verify"): Promise<[number, string]> => {
    const { code, stdout, stderr } = await hikae(["bundle", command, w.where], { env: w.env });
    return [code, stdout + stderr];
  };
  const [first = "", second = ""] = [...new Set(objects(w).map((n) => n.slice(0, 15)))];
  const volume = objects(w).find((n) => n.startsWith(`${first}.0001`)) ?? "";
  const bytes = Deno.readFileSync(at(volume));
  Deno.writeTextFileSync(at(`${first}.0007.0123456789abcdef.tar.zst.age`), "left over");
  const [fine, left] = await verify();
  assertEquals(fine, 0, left);
  assertStringIncludes(left, "0007.0123456789abcdef");
  Deno.writeFileSync(at(volume), bytes.with(100, (bytes[100] ?? 0) ^ 1));
  const [damaged, what] = await verify();
  assertEquals(damaged, 1);
  assertStringIncludes(what, volume);
  // the second one needs the first
  assertStringIncludes(what.split("\n").find((line) => line.startsWith(second)) ?? "", "cannot be");
  assertEquals((await verify("list"))[0], 0);
  Deno.removeSync(at(volume));
  assertEquals((await verify())[0], 1);
  assertEquals((await verify("list"))[0], 3);
  Deno.writeFileSync(at(volume), bytes);
  assertEquals((await verify())[0], 0);
  const manifest = objects(w).find((n) => n.endsWith(".sha256")) ?? "";
  const text = Deno.readTextFileSync(at(manifest));
  const listed = (await verify("list"))[1].split("\n").find((line) => line.startsWith(second));
  assertStringIncludes(listed ?? "", `complete, goes on from ${first}`);
  Deno.writeTextFileSync(at(manifest), text.replace("# entries: ", "# entries: 1"));
  assertEquals((await verify())[0], 1);
  Deno.removeSync(at(manifest));
  const [lacks, lacking] = await verify("list");
  assertEquals(lacks, 3);
  assertStringIncludes(lacking, `${manifest}: the manifest of a bundle that others go on from`);
});

Deno.test("bundles: keys, recipients and places that cannot be are refused", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  await hikae(["backup", w.source, w.vault], { env: w.env });
  const args = ["bundle", "create", w.vault, "--to", w.where];
  const code = async (...more: string[]): Promise<number> =>
    (await hikae([...args, ...more], { env: w.env })).code;
  assertEquals(await code(), 2);
  assertEquals(await code("--recipient", "age1wrong"), 2);
  assertEquals(await code("--recipient", w.recipient, "--volume-size", "2G"), 2);
  const into = async (...names: string[]): Promise<[number, string]> => {
    const to = ["--to", join(...names), "--recipient", w.recipient];
    const { code, stderr } = await hikae(["bundle", "create", w.vault, ...to], { env: w.env });
    return [code, stderr];
  };
  for (
    const [told, ...place] of [
      ["inside the vault", w.vault, "in"],
      ["inside of the source", w.source, "in", "deep"],
    ] as const
  ) {
    const [is, stderr] = await into(...place);
    assertEquals(is, 2);
    assertStringIncludes(stderr, told);
  }
  assertEquals([...Deno.readDirSync(w.source)].map((e) => e.name), ["a"]);
  // what the last run left out, the next one does not back up
  const ruled = ["backup", w.source, w.vault, "--exclude", "/in/", "--exclude-if-present", ".no"];
  assertEquals((await hikae(ruled, { env: w.env })).code, 0);
  Deno.mkdirSync(join(w.source, "tagged"));
  Deno.writeTextFileSync(join(w.source, "tagged", ".no"), "");
  for (const [to, is] of [["in", 0], ["in/deep", 0], ["inn", 2], ["tagged/b", 0]] as const) {
    const [was, stderr] = await into(w.source, to);
    assertEquals(was, is, stderr);
  }
  const secret = await hikae([...args, "--recipient", "AGE-SECRET-KEY-1QQQQ"], { env: w.env });
  assertEquals([secret.code, secret.stderr.includes("QQQQ")], [2, false]);
  const out = dir.at("new.txt");
  const made = await hikae(["bundle", "keygen", "-o", out], { env: w.env });
  assertEquals(made.code, 0, made.stderr);
  assert(!made.stdout.includes("AGE-SECRET-KEY"));
  assertStringIncludes(Deno.readTextFileSync(out), "AGE-SECRET-KEY-1");
  if (Deno.build.os !== "windows") assertEquals((Deno.statSync(out).mode ?? 0) & 0o777, 0o600);
  assertEquals((await hikae(["bundle", "keygen", "-o", out], { env: w.env })).code, 1);
  const shown = await hikae(["bundle", "keygen"], { env: w.env });
  assertStringIncludes(shown.stdout, "AGE-SECRET-KEY-1");
  assertEquals((await hikae(["bundle", "verify", w.source], { env: w.env })).code, 10);
});
