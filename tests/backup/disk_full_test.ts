/** A full disk: what was written in vain goes at once, and what a killed run left makes room for the next one. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, tapFs, tapSql } from "../../src/platform/doubles/tap.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { isThere, listTree, makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { backup } from "../../src/engine/backup/backup.ts";

const FULL = (): Error => Object.assign(new Error("no room"), { code: "ENOSPC" });

function left(vault: string): string[] {
  return listTree(vault).filter((n) => n.includes("$TMP@"));
}

for (const [size, what] of [[10, "small"], [9 << 20, "large"]] as const) {
  Deno.test(`a ${what} file that does not fit leaves nothing behind`, async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, { a: "1" });
    await backUp(source, [vault]);
    makeTree(source, { a: "22", d: { big: new Uint8Array(size).fill(65) } });
    let writes = 0;
    const around: Around = (call, work) => {
      if (call.op === "file.write" && call.path.startsWith(join(vault, "d"))) {
        if (++writes === 1 && size > 100) return work();
        throw FULL();
      }
      return work();
    };
    const ports = enginePorts([], tapFs(denoFs, around));
    const [outcome] = await backup(ports, backupRequest(source, [vault]));
    assert(outcome?.failed?.message.includes("full"), outcome?.failed?.message);
    assertEquals(left(vault), []);
    const [next] = (await backUp(source, [vault])).outcomes;
    assertEquals([next?.failed, next?.errors], [undefined, 0]);
  });
}

Deno.test("what a killed run left goes before the index is written, when it fills the disk", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1", d: { b: "2" } });
  const { outcomes } = await backUp(source, [vault]);
  const stamp = outcomes[0]?.stamp ?? "";
  const runs = join(vault, ".$META$", "runs");
  const head = Deno.readTextFileSync(join(runs, `${stamp}.jsonl`)).split("\n")[0] ?? "";
  const broken = stamp.replace(/^\d{4}/, (year) => String(Number(year) + 1));
  Deno.writeTextFileSync(
    join(runs, `${broken}.jsonl`),
    `${head.replaceAll(stamp, broken)}\n`,
  );
  const waste = join(vault, "d", ".$META$", "$TMP@0");
  Deno.writeTextFileSync(waste, "fills the disk");
  const around: Around = (call, work) => {
    if (call.effect === "change" && call.op !== "remove" && isThere(waste)) {
      if (call.path.endsWith("$TMP@record")) throw FULL();
    }
    return work();
  };
  const ports = {
    ...enginePorts([], tapFs(denoFs, around)),
    openDatabase: tapSql(openDatabase, around),
  };
  const [outcome] = await backup(ports, backupRequest(source, [vault]));
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  assertEquals(left(vault), []);
});

Deno.test("a vault whose drive is unplugged in the middle is said to be gone, and the others go on", async () => {
  using dir = tempDir();
  const [source, gone, stays] = [dir.at("source"), dir.at("gone"), dir.at("stays")];
  makeTree(source, { a: "1", b: "2", c: "3" });
  let written = 0;
  const around: Around = (call, work) => {
    if (!call.path.startsWith(gone)) return work();
    if (call.op === "file.write" && /\$TMP@\d/.test(call.path)) written++;
    if (written < 2) return work();
    throw Object.assign(new Error(`no such file: ${call.path}`), { code: "ENOENT" });
  };
  const ports = enginePorts([], tapFs(denoFs, around));
  const [lost, whole] = await backup(ports, backupRequest(source, [gone, stays]));
  assertEquals([whole?.failed, whole?.errors], [undefined, 0]);
  assertMatch(lost?.failed?.message ?? "", /^store [abc]: the vault is not there any more$/);
  assert(lost?.failed?.hint?.startsWith("plug in its drive"), lost?.failed?.hint);
  const [next] = (await backUp(source, [gone])).outcomes;
  assertEquals([next?.failed, next?.errors], [undefined, 0]);
});

Deno.test("a vault that is mounted read-only is to be mounted writable", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1" });
  await backUp(source, [vault]);
  const around: Around = (call, work) => {
    if (call.effect !== "change" || !call.path.startsWith(vault)) return work();
    throw Object.assign(new Error("Read-only file system"), { code: "EROFS" });
  };
  const ports = enginePorts([], tapFs(denoFs, around));
  const [outcome] = await backup(ports, backupRequest(source, [vault]));
  assertEquals(outcome?.failed?.message, "store: Read-only file system");
  assert(outcome?.failed?.hint?.startsWith("mount its disk writable"), outcome?.failed?.hint);
});
