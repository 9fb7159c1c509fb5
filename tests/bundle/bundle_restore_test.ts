/** `bundle restore`: each run since the first full bundle, whole or in part, and what is damaged named. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { keyFile, newKeyPair } from "../../src/bundle/keygen.ts";
import { bundle, create, idOf, objects, stateOf, type World, world } from "./bundle_support.ts";
import {
  makeTree,
  read,
  run as hikae,
  type RunResult,
  stamps,
  tempDir,
} from "../helpers/cli_helper.ts";

/** Backs up without a bundle. */
async function backup(w: World): Promise<void> {
  const done = await hikae(["backup", w.source, w.vault, "--allow-mass-change"], { env: w.env });
  assertEquals(done.code, 0, done.stderr);
}

async function restore(w: World, to: string, ...more: string[]): Promise<RunResult> {
  const args = ["bundle", "restore", w.where, ...more, "--to", to];
  return await hikae([...args, "--identity", w.dir.at("key.txt")], { env: w.env });
}

Deno.test({
  name: "bundle restore: every run since the first full bundle comes back as it was",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    const states: string[][] = [];
    const put = (path: string, content: string): void =>
      Deno.writeTextFileSync(join(w.source, path), content);
    const changes: [change: () => void, bundled: boolean][] = [
      [() => {
        makeTree(w.source, { a: "1", d: { x: "x", deep: { y: "y" } }, "d-e": { f: "f" }, e: {} });
        Deno.symlinkSync("a", join(w.source, "l"));
        Deno.chmodSync(join(w.source, "d"), 0o750);
      }, true],
      // came and went between two bundles, also as something else
      [() => {
        put("a", "2");
        put("d/brief", "brief");
        Deno.removeSync(join(w.source, "l"));
        put("l", "a file now");
      }, false],
      [() => {
        put("a", "3");
        Deno.removeSync(join(w.source, "d/brief"));
        Deno.removeSync(join(w.source, "l"));
        makeTree(w.source, { l: { "in": "a directory now" } });
      }, true],
      [() => {
        Deno.removeSync(join(w.source, "d"), { recursive: true });
        put("d", "file");
        Deno.chmodSync(join(w.source, "a"), 0o600);
      }, true],
      [() => {
        put("a", "4");
        makeTree(w.source, { ".hikae": { versions: "mine" } });
      }, false],
      [() => put("a", "5"), true],
    ];
    for (const [change, bundled] of changes) {
      change();
      if (bundled) await bundle(w);
      else await backup(w);
      states.push(stateOf(w.source));
    }
    const runs = stamps(w.vault).sort();
    assertEquals(runs.length, states.length);
    for (const [i, stamp] of runs.entries()) {
      const to = dir.at(`back${i}`);
      const done = await restore(w, to, "--at", stamp);
      assertEquals(done.code, 0, done.stderr + done.stdout);
      assertEquals(stateOf(to), states[i], `run ${i}`);
    }
    const checked = await hikae(
      ["bundle", "verify", w.where, "--identity", dir.at("key.txt")],
      { env: w.env },
    );
    assertEquals(checked.code, 0, checked.stderr + checked.stdout);
    assertStringIncludes(checked.stdout, "all contents match");
    const newest = await restore(w, dir.at("newest"));
    assertEquals(newest.code, 0, newest.stderr);
    assertEquals(stateOf(dir.at("newest")), states.at(-1));
    // a full one begins a chain of its own; the runs before it stay
    put("a", "6");
    await bundle(w, "--full");
    assertEquals((await restore(w, dir.at("old"), "--at", runs[1] ?? "")).code, 0);
    assertEquals(stateOf(dir.at("old")), states[1]);
    assertEquals((await restore(w, dir.at("none"), "--at", "2001-01-01")).code, 1);
  },
});

Deno.test("bundle restore: a path alone is read out of its own volumes alone", async () => {
  using dir = tempDir();
  const w = await world(dir);
  const random = (): string =>
    Array.from({ length: 20 }, () => crypto.getRandomValues(new Uint8Array(30_000)).toBase64())
      .join("");
  makeTree(w.source, { a: random(), b: { c: random(), d: "d" }, e: random() });
  await bundle(w, "--volume-size", "1M");
  const volumes = objects(w).filter((n) => n.endsWith(".age"));
  assert(volumes.length >= 4, String(volumes.length));
  // the volume of "a" is not needed for what is in "b"
  const first = volumes.find((n) => n.includes(".0001.")) ?? "";
  const kept = Deno.readFileSync(join(w.where, idOf(w), first));
  Deno.removeSync(join(w.where, idOf(w), first));
  const part = await restore(w, dir.at("part"), "b");
  assertEquals(part.code, 0, part.stderr + part.stdout);
  const read = (path: string): string => Deno.readTextFileSync(path);
  assertEquals([...Deno.readDirSync(dir.at("part"))].map((e) => e.name), ["b"]);
  assertEquals(read(dir.at("part/b/c")), read(join(w.source, "b/c")));
  // all of it: what is there is given, the rest named
  const all = await restore(w, dir.at("all"));
  assertEquals(all.code, 3);
  assertStringIncludes(all.stderr + all.stdout, "a: ");
  assertEquals(read(dir.at("all/e")), read(join(w.source, "e")));
  assertEquals([...Deno.readDirSync(dir.at("all"))].map((e) => e.name).sort(), ["b", "e"]);
  // damaged content is given under no name
  Deno.writeFileSync(
    join(w.where, idOf(w), first),
    kept.with(kept.length - 9, (kept.at(-9) ?? 0) ^ 1),
  );
  const damaged = await restore(w, dir.at("damaged"));
  assertEquals(damaged.code, 3);
  // of a volume that is damaged nobody is told that the key may be wrong
  assertStringIncludes(damaged.stderr, `${first}: read bundle: the content does not match`);
  assert(!damaged.stderr.includes("identity"), damaged.stderr);
  assert(!stateOf(dir.at("damaged")).some((line) => line.startsWith("a ")));
  assertEquals((await restore(w, dir.at("no"), "none")).code, 3);
});

Deno.test("bundle restore: another key, no key, a missing bundle before, bundles of two vaults", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  await bundle(w);
  Deno.writeTextFileSync(join(w.source, "a"), "2");
  await bundle(w);
  const other = await newKeyPair();
  const args = ["bundle", "restore", w.where, "--to", dir.at("x"), "--identity"];
  Deno.writeTextFileSync(dir.at("other.txt"), keyFile(other, "2026-11-29T00:00:00.000Z"));
  const wrong = await hikae([...args, dir.at("other.txt")], { env: w.env });
  assertEquals(wrong.code, 1, wrong.stderr);
  assertStringIncludes(wrong.stderr, "identity");
  Deno.writeTextFileSync(dir.at("none.txt"), "# public key: age1x\n");
  assertEquals((await hikae([...args, dir.at("none.txt")], { env: w.env })).code, 2);
  // without the first manifest the second bundle cannot be; nothing else is there
  const [first = ""] = objects(w).filter((n) => n.endsWith(".sha256"));
  const at = join(w.where, idOf(w), first);
  const kept = Deno.readTextFileSync(at);
  Deno.removeSync(at);
  assertEquals((await restore(w, dir.at("y"))).code, 1);
  Deno.writeTextFileSync(at, kept);
  // without the second one the first is restored, and it is said
  const second = objects(w).filter((n) => n.endsWith(".sha256")).at(-1) ?? "";
  Deno.writeTextFileSync(join(w.where, idOf(w), second), "damaged");
  const old = await restore(w, dir.at("z"));
  assertEquals([old.code, Deno.readTextFileSync(dir.at("z/a"))], [3, "1"], old.stderr);
  const twin: World = { ...w, source: dir.at("source2"), vault: dir.at("vault2") };
  makeTree(twin.source, { b: "1" });
  const made = await hikae(["backup", twin.source, twin.vault], { env: w.env });
  assertEquals(made.code, 0);
  await create(twin);
  assertEquals((await restore(w, dir.at("both"))).code, 2);
});

Deno.test("bundle restore: a bundle of another vault that lies among a vault's own is none of them", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1" });
  await bundle(w);
  const twin: World = {
    ...w,
    source: dir.at("source2"),
    vault: dir.at("vault2"),
    where: dir.at("b2"),
  };
  makeTree(twin.source, { b: "1" });
  await bundle(twin);
  for (const name of objects(twin)) {
    Deno.copyFileSync(join(twin.where, idOf(twin), name), join(w.where, idOf(w), name));
  }
  const own: World = { ...w, where: join(w.where, idOf(w)) };
  const restored = await restore(own, dir.at("x"));
  assertEquals([restored.code, stateOf(dir.at("x"))], [3, stateOf(w.source)], restored.stderr);
  assertStringIncludes(restored.stderr, idOf(twin));
  const listed = await hikae(["bundle", "list", own.where, "--json"], { env: w.env });
  assertEquals(listed.json.filter((m) => m.message_type === "answer").length, 1);
});

Deno.test("bundle verify: with the key, content that is not what the records say is named", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1", d: { b: "right" } });
  await backup(w);
  // the copy in the vault rots; the bundle has it as it is, and says so
  Deno.writeTextFileSync(join(w.vault, "d/b"), "wrong");
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const made = await hikae(args, { env: w.env });
  assertEquals(made.code, 3, made.stderr);
  const verify = async (...more: string[]): Promise<RunResult> =>
    await hikae(["bundle", "verify", w.where, ...more], { env: w.env });
  assertEquals((await verify()).code, 0);
  const checked = await verify("--identity", dir.at("key.txt"));
  assertEquals(checked.code, 1);
  assertStringIncludes(checked.stderr + checked.stdout, "d/b");
  assert(!(checked.stderr + checked.stdout).includes("a: "));
  const other = await newKeyPair();
  Deno.writeTextFileSync(dir.at("other.txt"), `${other.identity}\n`);
  assertEquals((await verify("--identity", dir.at("other.txt"))).code, 1);
});

Deno.test({
  name: "bundle restore: nothing is written through a link in the target",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    makeTree(w.source, { d: { x: "new" }, f: "new" });
    await bundle(w);
    makeTree(dir.path, { away: { x: "old" }, back: {}, victim: "old" });
    Deno.symlinkSync(dir.at("away"), dir.at("back/d"));
    Deno.symlinkSync(dir.at("victim"), dir.at("back/f"));
    const done = await restore(w, dir.at("back"));
    assertEquals(done.code, 3);
    assertEquals(Deno.readTextFileSync(dir.at("away/x")), "old");
    assertEquals(Deno.readTextFileSync(dir.at("victim")), "old");
    assertEquals(Deno.lstatSync(dir.at("back/f")).isFile, true);
  },
});

Deno.test({
  name: "bundle restore: once more over directories that let nothing in",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    makeTree(w.source, { closed: { deep: { f: "1" } } });
    for (const name of ["closed/deep", "closed"]) Deno.chmodSync(join(w.source, name), 0o555);
    await backup(w);
    await create(w);
    for (let i = 0; i < 2; i++) {
      const args = ["bundle", "restore", w.where, "--to", dir.at("to")];
      const done = await hikae([...args, "--identity", dir.at("key.txt")], {
        env: w.env,
        // root would be let in
        before: ["setpriv", "--bounding-set=-dac_override,-dac_read_search"],
      });
      assertEquals([done.code, done.stderr.includes("no permission")], [0, false], done.stderr);
    }
    assertEquals((Deno.lstatSync(dir.at("to", "closed")).mode ?? 0) & 0o777, 0o555);
    for (const root of [w.source, dir.at("to")]) {
      for (const name of ["closed", "closed/deep"]) Deno.chmodSync(join(root, name), 0o755);
    }
  },
});

Deno.test("bundles and pages are written into no vault, by whatever path, and what they bring back neither", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1", d: { x: "x" } });
  await bundle(w);
  const other = dir.at("other");
  assertEquals((await hikae(["backup", w.source, other], { env: w.env })).code, 0);
  const before = [stateOf(w.vault), stateOf(other)];
  for (const [vault, below] of [[w.vault, ""], [other, "d"]] as const) {
    for (const place of [join(vault, below), `${w.source}/../${basename(vault)}/new`]) {
      for (
        const line of [
          ["bundle", "restore", w.where, "--to", place, "--identity", dir.at("key.txt")],
          ["bundle", "create", w.vault, "--to", place, "--recipient", w.recipient],
          ["report", w.vault, "--html", join(place, "page.html")],
          ["status", w.vault, "--prometheus", join(place, "hikae.prom")],
        ]
      ) {
        const done = await hikae(line, { env: w.env });
        assertEquals(done.code, 2, `${line.join(" ")}: ${done.stdout}${done.stderr}`);
      }
    }
  }
  assertEquals([stateOf(w.vault), stateOf(other)], before);
  const file = await restore(w, join(w.source, "a"));
  assertEquals(file.code, 1, file.stderr);
});

Deno.test("bundle restore: a vault that lies where a directory was is left as it is, and the rest comes back", async () => {
  using dir = tempDir();
  const w = await world(dir);
  makeTree(w.source, { a: "1", v: { a: "new", deep: { b: "2" } }, "v-not": { c: "3" } });
  await bundle(w);
  makeTree(dir.at("target"), { v: { deep: {} } });
  makeTree(dir.at("own"), { a: "old" });
  const made = await hikae(["backup", dir.at("own"), dir.at("target/v")], { env: w.env });
  assertEquals(made.code, 10, "a directory with something in it is no place for a vault");
  Deno.removeSync(dir.at("target/v/deep"));
  const vault = dir.at("target/v");
  assertEquals((await hikae(["backup", dir.at("own"), vault], { env: w.env })).code, 0);
  const before = stateOf(vault);
  for (const paths of [[], ["v/a"], ["v/deep"]]) {
    const done = await hikae(
      [
        "bundle",
        "restore",
        w.where,
        ...paths,
        "--to",
        dir.at("target"),
        "--identity",
        dir.at("key.txt"),
      ],
      { env: w.env },
    );
    assertEquals(done.code, 3, done.stderr);
    assertStringIncludes(done.stderr, "v: restore: a vault lies at this place now");
    assertEquals(done.stderr.split("a vault lies").length, 2, done.stderr);
    assertEquals(stateOf(vault), before);
  }
  assertEquals(read(dir.at("target/a")), "1");
  assertEquals(read(dir.at("target/v-not/c")), "3");
});
