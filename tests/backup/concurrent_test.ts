/** Two at once on one vault, from two processes: the loser says who holds it, readers are never wrong (issue 6, item 6). */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { VaultTree } from "../../src/vault/tree.ts";
import { takeLock } from "../../src/vault/lock.ts";
import {
  errors,
  Link,
  listTree,
  makeTree,
  run,
  type RunResult,
  tempDir,
} from "../helpers/cli_helper.ts";
import { stateOf } from "../format/frozen_answers.ts";
import { theIndex } from "../helpers/index_helper.ts";

/** A tree whose backup takes long enough for another process to come in between. */
function makeSource(root: string, text: string): void {
  for (let d = 0; d < 20; d++) {
    const files = Object.fromEntries(
      Array.from({ length: 25 }, (_, i) => [`f${i}`, `${text} ${d} ${i} `.repeat(200)]),
    );
    makeTree(root, { [`d${d}`]: files });
  }
}

/** Each ended well or was refused with the holder's name; at least one ended well. */
function assertOneWon(results: readonly RunResult[]): void {
  for (const r of results) {
    assert(r.code === 0 || r.code === 11, `${r.code}: ${r.stdout}${r.stderr}`);
    if (r.code === 11) {
      assertEquals(errors(r).map((e) => e.code), ["locked"]);
      assertStringIncludes(String(errors(r)[0]?.message), "holds it");
    }
  }
  assert(results.some((r) => r.code === 0));
}

async function assertSound(vault: string): Promise<void> {
  const r = await run(["verify", vault, "--json"]);
  assertEquals(r.code, 0, r.stdout);
  assertEquals(listTree(vault).filter((p) => p.includes("$TMP@") || p.includes("journal")), []);
  openDatabase(theIndex(vault), { readOnly: true }).close();
}

Deno.test("two backups at once: each is done, or refused with the holder's name; the vault is sound", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeSource(source, "first");
  for (let round = 0; round < 2; round++) {
    assertOneWon(
      await Promise.all([1, 2].map(() => run(["backup", source, vault, "--json"]))),
    );
    makeTree(source, { "d0": { "f0": `round ${round}` } });
  }
  await assertSound(vault);
});

Deno.test("backup and prune at once: one waits or is refused, nothing is lost", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeSource(source, "first");
  assertEquals((await run(["backup", source, vault])).code, 0);
  makeTree(source, { "d1": { "f1": "second" }, "new": "n" });
  assertEquals((await run(["backup", source, vault])).code, 0);
  makeSource(source, "third");
  assertOneWon(
    await Promise.all([
      run(["backup", source, vault, "--json", "--allow-mass-change"]),
      run(["prune", vault, "--keep-last", "1", "--json"]),
    ]),
  );
  await assertSound(vault);
  assertEquals((await run(["backup", source, vault, "--allow-mass-change"])).code, 0);
  assertEquals((await run(["restore", vault, "--to", dir.at("back")])).code, 0);
  assertEquals(stateOf(dir.at("back")), stateOf(source));
});

Deno.test("restore and cleanup at once: what is restored is right, what went is named", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeSource(source, "first");
  makeTree(source, { "link": new Link("d0/f0") });
  assertEquals((await run(["backup", source, vault])).code, 0);
  const first = stateOf(source);
  const list = await run(["list", vault, "--json"]);
  const stamp = String(list.json.find((m) => m.message_type === "snapshot")?.stamp);
  for (let d = 0; d < 10; d++) Deno.removeSync(join(source, `d${d}`), { recursive: true });
  assertEquals((await run(["backup", source, vault, "--allow-mass-change"])).code, 0);
  const [restored, cleaned] = await Promise.all([
    run(["restore", vault, "--at", stamp, "--to", dir.at("back"), "--json"]),
    run(["cleanup", vault, "--max-retention", "0s", "--json"]),
  ]);
  assertEquals(cleaned.code, 0, cleaned.stdout + cleaned.stderr);
  assert([0, 3].includes(restored.code), restored.stdout);
  const named = new Set(errors(restored).map((e) => e.path));
  const back = new Set(stateOf(dir.at("back")));
  for (const line of first) {
    const path = line.replace(/ [0-7]+ \d{4}-.*$/, "");
    // the time of a directory in which a file is missing is still its own
    if (!back.has(line)) assert(named.has(path), `${line} is missing without a word`);
  }
  await assertSound(vault);
});

Deno.test("ten readers during a backup: each answers as of the last finished run, and writes nothing", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeSource(source, "first");
  assertEquals((await run(["backup", source, vault])).code, 0);
  const first = stateOf(source);
  const ls = async (): Promise<RunResult> => await run(["ls", vault, "--json"]);
  const entriesOf = (r: RunResult): number =>
    r.json.filter((m) => m.message_type === "entry").length;
  const before = entriesOf(await ls());
  makeSource(source, "second");
  makeTree(source, { "new": { "file": "n" } });
  const backup = run(["backup", source, vault, "--allow-mass-change"]);
  const readers = await Promise.all([
    ...Array.from({ length: 4 }, () => run(["list", vault, "--json"])),
    ...Array.from({ length: 3 }, ls),
    run(["history", vault, "d0/f0", "--json"]),
    run(["restore", vault, "--to", dir.at("back"), "--json"]),
    run(["find", vault, "f1", "--json"]),
  ]);
  assertEquals((await backup).code, 0);
  for (const r of readers) assertEquals(r.code, 0, r.stdout + r.stderr);
  for (const r of readers.slice(4, 7)) {
    const entries = entriesOf(r);
    assert([before, before + 2].includes(entries), `${entries} entries`);
  }
  const back = JSON.stringify(stateOf(dir.at("back")));
  assert(
    [first, stateOf(source)].some((s) => JSON.stringify(s) === back),
    "neither state came back",
  );
  await assertSound(vault);
});

Deno.test("every writer is refused by a held lock with 11 and the holder's name; readers are not", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { "a": "1" });
  assertEquals((await run(["backup", source, vault])).code, 0);
  const holder = { pid: 4711, host: "elsewhere", command: "backup", since: "2026-11-21T00:00:00Z" };
  const lock = takeLock(enginePorts(), new VaultTree(vault, "/"), holder, () => {});
  try {
    const writers = [
      ["backup", source, vault],
      ["prune", vault, "--keep-last", "1"],
      ["cleanup", vault, "--max-retention", "1d"],
      ["verify", vault, "--repair"],
    ];
    const refused = await Promise.all(writers.map((w) => run([...w, "--json"])));
    for (const [i, r] of refused.entries()) {
      assertEquals(r.code, 11, `${writers[i]}: ${r.stdout}${r.stderr}`);
      const said = String(errors(r)[0]?.message);
      assertStringIncludes(said, "hikae backup (process 4711 on elsewhere");
    }
    const readers = [["list", vault], ["history", vault, "a"], ["verify", vault], [
      "reindex",
      vault,
    ]];
    for (const r of await Promise.all(readers.map((w) => run(w)))) {
      assertEquals(r.code, 0, r.stderr);
    }
  } finally {
    lock.release();
  }
});

Deno.test({
  name:
    "a lock that somebody removes while it is waited for is taken anew, and keeps the next one out",
  // there no file that is open is removed
  ignore: Deno.build.os === "windows",
  fn: () => {
    using dir = tempDir();
    const tree = new VaultTree(dir.at("v"), "/");
    makeTree(tree.meta(""), { lock: "" });
    const holder = { pid: 1, host: "here", command: "backup", since: "2026-11-21T00:00:00Z" };
    let isRemoved = false;
    const fs = tapFs(denoFs, (call, work) => {
      if (call.op === "file.tryLock" && !isRemoved) {
        isRemoved = true;
        Deno.removeSync(tree.rootFile("lock"));
      }
      return work();
    });
    const lock = takeLock(enginePorts([], fs), tree, holder, () => {});
    try {
      assert(isRemoved);
      assertThrows(
        () => takeLock(enginePorts(), tree, { ...holder, pid: 2 }, () => {}),
        HikaeError,
      );
    } finally {
      lock.release();
    }
  },
});
