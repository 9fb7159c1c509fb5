/** Commands that go through a vault of which a disk lists directories in part: what they did not see is told. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { cleanup } from "../../src/engine/maintain/cleanup.ts";
import { verifySeeing } from "../../src/engine/verify/verify_seeing.ts";
import { cutting, MANY } from "../helpers/cut_listing.ts";
import { Grown, listTree, META, names } from "../helpers/maintain_helper.ts";
import type { FileSystem } from "../../src/base/fs.ts";

function errors(g: Grown): [string, string][] {
  return g.messages.flatMap((m) => m.message_type === "error" ? [[m.path, m.code ?? ""]] : []);
}

/** The paths of d's meta directory first, as they come of a disk that keeps them in any order. */
function lastOf(fs: FileSystem, dir: string, last: string[]): FileSystem {
  const isLast = (name: string): boolean => last.includes(name);
  return {
    ...fs,
    list: (at) => at === dir ? denoFs.list(at).filter(({ name }) => !isLast(name)) : fs.list(at),
  };
}

async function cleanUp(g: Grown, fs: FileSystem, before = g.now): Promise<number> {
  const ports = { ...g.ports(), fs };
  const { errors } = await cleanup(ports, {
    root: g.vault,
    given: g.vault,
    host: "test",
    pid: 1,
    dryRun: false,
    askPlugins: false,
    rule: "1d",
    before,
  });
  return errors;
}

Deno.test("cleanup: a vault within the vault, which a cut listing does not tell from its directories, is left alone", async () => {
  using g = new Grown();
  g.put({ f: "f", d: { g: "g" } });
  await g.day(1).backup();
  // a vault of something else, put there by hand
  using other = new Grown();
  other.put(MANY);
  await other.day(1).backup();
  other.drop(...Object.keys(MANY));
  await other.day(2).backup();
  Deno.renameSync(other.vault, g.in("d", "theirs"));
  const meta = g.in("d", "theirs", META);
  const before = listTree(meta);
  const fs = lastOf(cutting(meta, 0), meta, ["runs", "vault.json", "lock", "lock.json"]);
  assertEquals(await cleanUp(g.day(9), fs), 1);
  assertEquals(errors(g), [[g.in("d", "theirs"), "EIO"]]);
  assertEquals(listTree(meta), before);
  assertEquals(await cleanUp(g.day(9), denoFs), 0);
  assertEquals(listTree(meta), before);
});

Deno.test("cleanup, verify: what a cut listing lacks is told, and taken or named once it is listed", async () => {
  using g = new Grown();
  g.put({ d: { ...MANY, stays: "s" } });
  await g.day(1).backup();
  g.drop(...Object.keys(MANY).map((name) => `d/${name}`));
  await g.day(2).backup();
  Deno.writeTextFileSync(g.in("d", META, "zz of nobody"), "");
  const meta = g.in("d", META);
  const torn = cutting(meta, 50);
  const look = async (fs: FileSystem): Promise<number> => {
    const ports = { ...g.ports(), fs };
    const asked = { root: g.vault, given: g.vault, host: "test", pid: 1, windows: false };
    return (await verifySeeing(ports, { ...asked, repair: false })).strangers;
  };
  assertEquals([await look(torn), errors(g)], [0, [[g.in("d"), "unreadable"]]]);
  assertEquals([await look(denoFs), errors(g)], [1, []]);
  assertEquals(await cleanUp(g.day(9), torn), 1);
  assertEquals(
    names(meta).filter((name) => name.includes("$DEL@")).length,
    Object.keys(MANY).length,
  );
  assertEquals(await cleanUp(g.day(9), denoFs), 0);
  assertEquals(names(meta).filter((name) => name.includes("$DEL@")), []);
  assertEquals(g.snapshot("20260503_120000")[join("d", "stays")] !== undefined, true);
});

Deno.test("cleanup: the full names of shortened marks that a quick listing lacks are kept, and so is what lies in a directory", async () => {
  using g = new Grown();
  const long = (n: number): string => `${"long name ".repeat(24)}${n}`;
  const tree = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [long(10 + i), `of ${i}`]));
  g.put({ d: tree });
  await g.day(1).backup();
  g.drop(`d/${long(10)}`);
  await g.day(2).backup();
  g.drop("d");
  await g.day(20).backup();
  const meta = g.in("d", META);
  const told = Deno.readTextFileSync(join(meta, "names.txt")).split("\n");
  for (const lists of [10, 0]) {
    const torn: FileSystem = {
      ...denoFs,
      list: (at) => {
        const all = denoFs.list(at);
        if (at !== meta) return at === g.in("d") ? [] : all;
        return all.filter(({ name }, i) => i < lists || name === "names.txt");
      },
    };
    const due = g.day(10).now;
    assertEquals(await cleanUp(g.day(21), torn, due), 0);
    const left = Deno.readTextFileSync(join(meta, "names.txt")).split("\n");
    assertEquals(left, told.filter((line) => !line.endsWith(`\t${long(10)}`)));
    g.day(21).assertSound();
  }
});
