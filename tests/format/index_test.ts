/** The index at home: whatever is done to it, answers are right, nothing hangs, nothing else goes. */

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { history } from "../helpers/ask.ts";
import { list } from "../helpers/ask.ts";
import { find, listVanished, ls, report } from "../helpers/ask.ts";
import type { Message } from "../../src/base/event.ts";
import { isThere, listTree, makeTree, names, run, tempDir } from "../helpers/cli_helper.ts";
import { deleteSnapshots } from "../../src/engine/maintain/prune.ts";
import { vaultPorts } from "../../src/engine/ports.ts";
import { aliveAt } from "../../src/vault/history/alive.ts";
import { changedPaths } from "../../src/vault/history/changes.ts";
import { descendants } from "../../src/vault/history/lineage.ts";
import { openToRead, type OpenVault } from "../../src/vault/open.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex, indexFile, indexPlace, theIndex } from "../helpers/index_helper.ts";
import { Grown, growRich } from "../helpers/maintain_helper.ts";

/** What a vault answers, notes left out. */
async function answers(vault: string): Promise<string> {
  const messages: Message[] = [];
  const request = { root: vault, windows: false };
  list(enginePorts(messages), request);
  await ls(enginePorts(messages), request);
  await history(enginePorts(messages), { ...request, path: "a" });
  return JSON.stringify(messages.filter((m) => m.message_type !== "note"));
}

/** A small generator, so that a damage can be repeated. */
function chanceFrom(seed: number): (n: number) => number {
  let x = seed;
  return (n) => {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return Math.floor((x / 0x1_0000_0000) * n);
  };
}

/** A plan that is told and not done. */
const PLAN = { dryRun: true, askPlugins: false } as const;

/** Of all pairs of pages each so-manieth is tried. */
const EACH = 3;

const DAMAGES = Number(Deno.env.get("HIKAE_DAMAGES") ?? 60);

Deno.test("random damages of the index: none is answered wrongly, none is given up", async () => {
  using g = new Grown();
  await growRich(g);
  const truth = await answers(g.vault);
  const chance = chanceFrom(14);
  for (let i = 0; i < DAMAGES; i++) {
    const path = theIndex(g.vault);
    const bytes = Deno.readFileSync(path);
    const kind = chance(5);
    const at = chance(bytes.length);
    if (kind === 0) bytes.fill(0, at - (at % 4096), at - (at % 4096) + 4096);
    else if (kind === 1) bytes.fill(0, bytes.length - (bytes.length >> 2));
    else if (kind === 2) bytes[at] = (bytes[at] ?? 0) ^ (1 << chance(8));
    else if (kind === 3) bytes[at] = chance(256);
    else {
      const [a, b] = [chance(bytes.length >> 12) << 12, chance(bytes.length >> 12) << 12];
      bytes.copyWithin(a, b, b + 4096);
    }
    Deno.writeFileSync(path, kind === 1 && chance(2) === 0 ? bytes.subarray(0, at) : bytes);
    assertEquals(await answers(g.vault), truth, `damage ${i} of kind ${kind} at ${at}`);
  }
});

Deno.test("pages of the index that changed places: no answer comes in another order, and nothing goes that is needed", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const asked = async (): Promise<string> => {
    const messages: Message[] = [];
    const ports = enginePorts(messages);
    await find(ports, { root: g.vault, windows: false, glob: "**", ignoreCase: false });
    const points = [stamps[5] ?? ""];
    await deleteSnapshots(ports, { root: g.vault, given: "v", host: "h", pid: 1, points, ...PLAN });
    return JSON.stringify(
      messages.filter((m) => m.message_type === "version" || m.message_type === "decision"),
    );
  };
  const truth = await asked();
  const sound = Deno.readFileSync(theIndex(g.vault));
  const pages = sound.length >> 12;
  let tried = 0;
  for (let a = 1; a < pages; a++) {
    for (let b = a + 1; b < pages; b++) {
      if ((a + b) % EACH !== 0) continue;
      const bytes = sound.slice();
      bytes.set(sound.subarray(a << 12, (a + 1) << 12), b << 12);
      bytes.set(sound.subarray(b << 12, (b + 1) << 12), a << 12);
      Deno.writeFileSync(theIndex(g.vault), bytes);
      assertEquals(await asked(), truth, `pages ${a} and ${b}`);
      tried++;
    }
  }
  assert(tried > 20);
});

/** Puts a journal beside a database that names `victim` as its super-journal: SQLite removes that when it opens it. */
function forgeJournal(database: string, victim: string): void {
  const magic = Uint8Array.fromHex("d9d505f920a163d7");
  const name = new TextEncoder().encode(victim);
  const journal = new Uint8Array(512 + 4 + name.length + 16);
  const view = new DataView(journal.buffer);
  const pages = Deno.statSync(database).size / 4096;
  journal.set(magic);
  view.setUint32(16, pages);
  view.setUint32(20, 512);
  view.setUint32(24, 4096);
  view.setUint32(512, (0x40000000 >> 12) + 1);
  journal.set(name, 516);
  view.setUint32(516 + name.length, name.length);
  view.setUint32(520 + name.length, name.reduce((sum, byte) => sum + byte, 0));
  journal.set(magic, 524 + name.length);
  Deno.writeFileSync(`${database}-journal`, journal);
}

Deno.test("a forged journal: SQLite by itself removes what it names", () => {
  using dir = tempDir();
  const [database, victim] = [dir.at("x.db"), dir.at("victim.txt")];
  const db = new DatabaseSync(database);
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  db.close();
  Deno.writeTextFileSync(victim, "precious");
  forgeJournal(database, victim);
  const again = new DatabaseSync(database);
  again.prepare("SELECT * FROM t").all();
  again.close();
  assert(!isThere(victim), "the journal of the test is one that SQLite believes");
});

Deno.test({
  name: "what was put beside or in the place of an index deletes nothing and hangs nothing",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(dir.path, { source: { a: "1" }, "precious.txt": "precious" });
    assertEquals((await run(["backup", source, vault])).code, 0);
    const fifo = async (path: string): Promise<void> => {
      await new Deno.Command("mkfifo", { args: [path] }).output();
    };
    const kinds: Record<string, (path: string) => Promise<void> | void> = {
      "a FIFO as the journal": (path) => fifo(`${path}-journal`),
      "a FIFO as the log": (path) => fifo(`${path}-wal`),
      "a FIFO as the index": (path) => (Deno.removeSync(path), fifo(path)),
      "a link to another file": (path) => {
        Deno.removeSync(path);
        Deno.symlinkSync(dir.at("precious.txt"), path);
      },
      "a journal": (path) => forgeJournal(path, dir.at("precious.txt")),
      "a view in the place of a table": (path) => {
        const db = new DatabaseSync(path);
        db.exec("DROP TABLE record");
        db.exec(
          `CREATE VIEW record AS WITH RECURSIVE n(stamp) AS (SELECT 0 UNION ALL SELECT stamp FROM n)
           SELECT stamp, 'run' AS kind, 1 AS finished FROM n`,
        );
        db.close();
      },
      "a view": (path) => {
        const db = new DatabaseSync(path);
        db.exec(
          "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i FROM n) SELECT * FROM n",
        );
        db.close();
      },
      "a trigger": (path) => {
        const db = new DatabaseSync(path);
        db.exec("CREATE TRIGGER t AFTER INSERT ON version BEGIN DELETE FROM version; END");
        db.close();
      },
    };
    for (const [what, damage] of Object.entries(kinds)) {
      await damage(theIndex(vault));
      const listed = await run(["ls", vault, "--json"]);
      assertEquals([listed.code, listed.json[0]?.path], [0, "a"], what);
      assertEquals((await run(["backup", source, vault])).code, 0, what);
      assertEquals(Deno.readTextFileSync(dir.at("precious.txt")), "precious", what);
    }
  },
});

Deno.test("an index lost with its scan rows costs no second reading of the source", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1".repeat(1000), d: { b: "2" } });
  // what changed in the second of the run before may have changed after it was read
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assertEquals((await run(["backup", source, vault])).code, 0);
  dropIndex(vault);
  Deno.chmodSync(dir.at("source", "a"), 0o644);
  const r = await run(["backup", source, vault, "--json"]);
  assertEquals(r.code, 0, r.stderr);
  const s = r.json.at(-1);
  assertEquals([s?.files_unmodified, s?.bytes_added], [2, 0]);
});

Deno.test("looks make an index once, and none in a vault; list and status make none", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1" });
  assertEquals((await run(["backup", source, vault])).code, 0);
  dropIndex(vault);
  assertEquals((await run(["list", vault, "--json"])).json[0]?.state, "complete");
  assertEquals((await run(["status", vault])).code, 0);
  assertEquals(indexFile(vault), undefined);
  assertEquals((await run(["ls", vault])).code, 0);
  const path = theIndex(vault);
  assertEquals((await run(["ls", vault])).code, 0);
  assertEquals(theIndex(vault), path);
  assert(!isThere(dir.at("vault", ".$META$", "catalog.db")));
  assertEquals((Deno.lstatSync(indexPlace(vault)?.dir ?? "").mode ?? 0) & 0o777, 0o700);
});

Deno.test("index list tells of each index; clean removes what is named or was not used for a year", async () => {
  using dir = tempDir();
  const options = { cwd: dir.path, env: { HIKAE_STATE_DIR: dir.at("state") } };
  makeTree(dir.at("s"), { a: "a" });
  for (const vault of ["one", "two"]) {
    assertEquals((await run(["backup", "s", vault], options)).code, 0);
  }
  const vaults = async (): Promise<unknown[]> =>
    (await run(["index", "list", "--json"], options)).json.map((m) => m.vault);
  assertEquals(await vaults(), [dir.at("one"), dir.at("two")]);
  assertEquals((await run(["index", "list"], options)).stdout.trimEnd().split("\n").length, 3);
  // that its drive is not plugged in is no reason
  Deno.renameSync(dir.at("one"), dir.at("away"));
  assertEquals((await run(["index", "clean"], options)).code, 0);
  assertEquals(await vaults(), [dir.at("one"), dir.at("two")]);
  assertEquals((await run(["index", "clean", "two", "--dry-run"], options)).code, 0);
  assertEquals((await run(["index", "clean", "two"], options)).code, 0);
  assertEquals(await vaults(), [dir.at("one")]);
  assertEquals((await run(["index", "clean", "two"], options)).code, 1);
  const old = new Date(Date.now() - 400 * 24 * 60 * 60 * 1000);
  for (const id of names(dir.at("state", "index"))) {
    for (const name of names(dir.at("state", "index", id))) {
      Deno.utimeSync(dir.at("state", "index", id, name), old, old);
    }
  }
  assertEquals((await run(["index", "clean"], options)).code, 0);
  assertEquals([await vaults(), names(dir.at("state", "index"))], [[], []]);
});

Deno.test("index list tells local times", async () => {
  using dir = tempDir();
  const env = { HIKAE_STATE_DIR: dir.at("state"), TZ: "Asia/Tokyo" };
  makeTree(dir.at("s"), { a: "a" });
  assertEquals((await run(["backup", "s", "v"], { cwd: dir.path, env })).code, 0);
  const noon = new Date("2026-11-30T12:00:00Z");
  const [id = ""] = names(dir.at("state", "index"));
  for (const name of names(dir.at("state", "index", id))) {
    Deno.utimeSync(dir.at("state", "index", id, name), noon, noon);
  }
  assertStringIncludes(
    (await run(["index", "list"], { cwd: dir.path, env })).stdout,
    "2026-11-30 21:00",
  );
});

Deno.test("what tries to make a vault left at home goes with the next one, a day later", async () => {
  using dir = tempDir();
  const options = { cwd: dir.path, env: { HIKAE_STATE_DIR: dir.at("state") } };
  makeTree(dir.path, { s: { a: "a" }, other: { b: "b" } });
  assertEquals((await run(["backup", "s", "other"], options)).code, 10);
  assertEquals((await run(["backup", "s", "v"], options)).code, 0);
  const top = dir.at("state", "index");
  assertEquals(names(top).length, 2);
  const old = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  for (const id of names(top)) Deno.utimeSync(join(top, id), old, old);
  assertEquals((await run(["backup", "s", "w"], options)).code, 0);
  assertEquals(names(top).length, 2);
});

Deno.test({
  name:
    "an index directory that is a link, another's or open to others is not used; answers stay right",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const options = { cwd: dir.path, env: { HIKAE_STATE_DIR: dir.at("state") } };
    makeTree(dir.at("s"), { a: "a" });
    assertEquals((await run(["backup", "s", "v"], options)).code, 0);
    const [id = ""] = names(dir.at("state", "index"));
    const place = dir.at("state", "index", id);
    const kinds: Record<string, { path: string; spoil: (path: string) => void }> = {
      "a link to the vault's own": {
        path: place,
        spoil: (path) => {
          Deno.renameSync(path, dir.at("elsewhere"));
          Deno.symlinkSync(dir.at("elsewhere"), path);
        },
      },
      "a link on the way": {
        path: dir.at("state", "index"),
        spoil: (path) => {
          Deno.renameSync(path, dir.at("elsewhere"));
          Deno.symlinkSync(dir.at("elsewhere"), path);
        },
      },
      "a file": { path: place, spoil: (path) => Deno.writeTextFileSync(path, "") },
      ...(Deno.uid() === 0
        ? { "another user's": { path: place, spoil: (p: string) => Deno.chownSync(p, 1234, 1234) } }
        : {}),
    };
    for (const [what, { path, spoil }] of Object.entries(kinds)) {
      if (what === "a file") Deno.removeSync(path, { recursive: true });
      spoil(path);
      const before = isThere(dir.at("elsewhere")) ? listTree(dir.at("elsewhere")) : undefined;
      const listed = await run(["ls", "v", "--json"], options);
      assertEquals([listed.code, listed.json[0]?.path], [0, "a"], what);
      assertEquals((await run(["backup", "s", "v"], options)).code, 0, what);
      if (before !== undefined) assertEquals(listTree(dir.at("elsewhere")), before, what);
      Deno.removeSync(path, { recursive: true });
      if (before !== undefined) Deno.removeSync(dir.at("elsewhere"), { recursive: true });
      assertEquals((await run(["ls", "v"], options)).code, 0, what);
      assertEquals((Deno.lstatSync(place).mode ?? 0) & 0o777, 0o700, what);
    }
    // a mode that is too loose is put right
    Deno.chmodSync(place, 0o777);
    assertEquals((await run(["ls", "v"], options)).code, 0);
    assertEquals((Deno.lstatSync(place).mode ?? 0) & 0o777, 0o700);
  },
});

Deno.test({
  name: "a catalog.db of an older version, or what somebody put in its place, is never opened",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, { s: { a: "1" }, "precious.txt": "precious" });
    assertEquals((await run(["backup", dir.at("s"), dir.at("v")])).code, 0);
    const meta = dir.at("v", ".$META$");
    const fifo = (name: string): Promise<unknown> =>
      new Deno.Command("mkfifo", { args: [join(meta, name)] }).output();
    await fifo("catalog.db");
    await fifo("catalog.db-wal");
    Deno.writeTextFileSync(join(meta, "catalog.db-journal"), `x${dir.at("precious.txt")}`);
    for (const args of [["list"], ["ls"], ["history"], ["verify"], ["reindex"]]) {
      const r = await run([...args, dir.at("v"), ...(args[0] === "history" ? ["a"] : [])]);
      assertEquals(r.code, 0, args.join());
    }
    assert(isThere(join(meta, "catalog.db")));
    assertEquals((await run(["backup", dir.at("s"), dir.at("v")])).code, 0);
    assertEquals(names(meta).filter((n) => n.startsWith("catalog.db")), []);
    assertEquals(Deno.readTextFileSync(dir.at("precious.txt")), "precious");
  },
});

Deno.test("one run and three looks share one index at once, and go on where it is damaged in the middle", async () => {
  using g = new Grown();
  await growRich(g);
  let remade = 0;
  const look = { hashOf: () => "", failed: () => {}, note: () => void remade++ };
  const open = (): OpenVault => openToRead(vaultPorts(enginePorts()), g.vault, look);
  const names = ({ catalog, known = 0 }: OpenVault): string[] =>
    [...aliveAt(catalog, { n: known, newest: true })].map((v) => `${v.dir}/${v.name} ${v.hash}`);
  for (const damaged of [false, true]) {
    const looks = [open(), open(), open()];
    try {
      const path = theIndex(g.vault);
      assertEquals(looks.map((l) => l.path), [path, path, path]);
      const truth = looks.map(names);
      assertEquals(new Set(truth.map((t) => t.join())).size, 1);
      let calls = 0;
      g.day(damaged ? 30 : 20).put({ "shared.txt": `while ${damaged}` });
      await g.backup({}, (call, work) => {
        if (call.effect === "change" && ++calls % 5 === 0) {
          // under all four, again and again
          if (damaged && isThere(path)) zeroPages(path);
          // the others, and one that comes now, answer in the middle of the run as they did before it
          const [look = looks[0]] = [looks[calls / 5 % 4]];
          if (look !== undefined) assertEquals(names(look), truth[0]);
          using late = closing(open());
          assertEquals([names(late.reader), late.reader.path === path], [truth[0], !damaged]);
        }
        return work();
      });
      assert(calls > 10);
      assertEquals(remade > 0, damaged);
      assertEquals(looks.map(names), truth);
    } finally {
      for (const l of looks) l.close();
    }
    using after = closing(open());
    assert(names(after.reader).some((n) => n.startsWith("/shared.txt ")));
    g.assertSound();
  }
});

function closing(reader: OpenVault): { reader: OpenVault } & Disposable {
  return { reader, [Symbol.dispose]: () => reader.close() };
}

/** Overwrites all pages of a database but the first, in place. */
function zeroPages(path: string): void {
  const file = Deno.openSync(path, { write: true });
  try {
    file.seekSync(4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(Deno.statSync(path).size - 4096));
  } finally {
    file.close();
  }
}

Deno.test("an index of the database that lost its entries hides nothing", async () => {
  using g = new Grown();
  await growRich(g);
  g.day(20).put({ "old name": "moves by its content" });
  await g.backup();
  Deno.renameSync(join(g.source, "old name"), join(g.source, "new name"));
  g.day(21);
  await g.backup();
  const asked = async (): Promise<string> => {
    const messages: Message[] = [];
    for (const path of ["swap/inside", "gone", "a", "old name"]) {
      await history(enginePorts(messages), { root: g.vault, windows: false, path });
    }
    list(enginePorts(messages), { root: g.vault, windows: false });
    const look = { hashOf: () => "", failed: () => {} };
    using open = closing(openToRead(vaultPorts(enginePorts()), g.vault, look));
    const { catalog } = open.reader;
    const names = catalog.history("old name").flatMap((v) => [...descendants(catalog, v)]);
    assertEquals(names.map((v) => v.name), ["new name"]);
    return await answers(g.vault) + JSON.stringify(
      messages.filter((m) => m.message_type !== "note"),
    );
  };
  const truth = await asked();
  for (const name of ["version_moved", "version_gone", "version_from"]) {
    const path = theIndex(g.vault);
    const db = new DatabaseSync(path);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
    const held = db.prepare("SELECT sum(versions) AS n FROM apart").get();
    db.close();
    assert(Number(held?.n) > 0);
    const file = Deno.openSync(path, { write: true });
    file.seekSync((Number(root?.rootpage) - 1) * 4096, Deno.SeekMode.Start);
    // a leaf without cells
    file.writeSync(Uint8Array.of(10, 0, 0, 0, 0, 16, 0, 0, ...new Uint8Array(4088)));
    file.close();
    assertEquals(await asked(), truth, name);
  }
});

Deno.test("what SQLite chooses and adds up of rows that rotted is no answer", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const asked = async (): Promise<string> => {
    const messages: Message[] = [];
    const ports = enginePorts(messages);
    const look = { root: g.vault, windows: false };
    await listVanished(ports, { ...look, globs: ["**"] });
    const lists = { given: "v", job: null, rules: {}, rulesNote: "", runs: true, most: 5 };
    const { runs, totals, largest, most_versioned } = await report(ports, { ...look, ...lists });
    using open = closing(
      openToRead(vaultPorts(ports), g.vault, { hashOf: () => "", failed: () => {} }),
    );
    const [first, last] = [stamps[2], stamps.at(-1)].map((s) => Number((s ?? "").replace("_", "")));
    const changed = changedPaths(open.reader.catalog, first ?? 0, last ?? 0);
    const told = messages.filter((m) => m.message_type !== "note");
    return JSON.stringify([runs, totals, largest, most_versioned, told, changed.sort()]);
  };
  const truth = await asked();
  for (
    const change of [
      "size = size + 1",
      "until = until + 1",
      "ended = 'changed'",
      "since = since + 1",
    ]
  ) {
    const db = new DatabaseSync(theIndex(g.vault));
    const { changes } = db.prepare(
      `UPDATE version SET ${change} WHERE (dir, name, since) IN
       (SELECT dir, name, since FROM version WHERE until IS NOT NULL AND type = 0 ORDER BY since DESC LIMIT 3)`,
    ).run();
    db.close();
    assert(Number(changes) > 0);
    assertEquals(await asked(), truth, change);
  }
});
