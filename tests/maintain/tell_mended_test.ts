/** A command that mends a run that broke off, and has nothing else to do, leaves a record that says so. */

import { assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { prune } from "../../src/engine/maintain/prune.ts";
import { Grown, META, names, stamps } from "../helpers/maintain_helper.ts";
import { removeTree } from "../helpers/cli_helper.ts";
import { indexPlace } from "../helpers/index_helper.ts";

/** A vault whose newest run broke off just before its last line. */
async function broken(g: Grown): Promise<string> {
  g.put({ f: "1" });
  await g.day(1).backup();
  g.put({ f: "2", h: "h" });
  const stamp = await g.day(2).backup();
  const path = g.in(META, "runs", `${stamp}.jsonl`);
  const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
  Deno.writeTextFileSync(path, `${lines.slice(0, -1).join("\n")}\n`);
  return stamp;
}

async function thin(g: Grown, fs: FileSystem = denoFs): Promise<number> {
  const asked = { root: g.vault, given: g.vault, host: "test", pid: 1, askPlugins: false };
  const policy = { last: 9 };
  const ports = { ...g.ports(), fs };
  return (await prune(ports, { ...asked, dryRun: false, policy })).errors;
}

/** What each record says that it is, and of how many lines it has the last one. */
function records(g: Grown): [string, boolean][] {
  return names(g.in(META, "runs")).map((name) => {
    const text = Deno.readTextFileSync(g.in(META, "runs", name));
    return [JSON.parse(text.split("\n")[0] ?? "").kind, text.includes('"kind":"summary"')];
  });
}

Deno.test("mended by a prune that removes nothing: a record tells it, and a machine without the index goes by that", async () => {
  using g = new Grown();
  const stamp = await broken(g);
  assertEquals(await thin(g.day(3)), 0);
  assertEquals(records(g), [["run", true], ["run", false], ["prune", true]]);
  const told = g.snapshot(stamp);
  assertEquals(told, g.sourceState());
  removeTree(indexPlace(g.vault)?.dir ?? "");
  assertEquals([g.snapshot(stamp), stamps(g.vault).length], [told, 3]);
  // told once: nothing is left to be mended
  assertEquals(await thin(g.day(4)), 0);
  assertEquals(records(g).length, 3);
  g.assertSound();
});

Deno.test("mended by a prune whose record cannot be written: it says that the next one does it, which it does", async () => {
  using g = new Grown();
  const stamp = await broken(g);
  const full: FileSystem = {
    ...denoFs,
    open: (path, how) => {
      const isRecord = path.includes("20260504") && how.createNew === true;
      if (!isRecord) return denoFs.open(path, how);
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    },
  };
  assertEquals(await thin(g.day(3), full), 0);
  const notes = g.messages.flatMap((m) => m.message_type === "note" ? [m.message] : []);
  assertEquals(notes.length, 2, notes.join());
  assertEquals(records(g), [["run", true], ["run", false]]);
  assertEquals(await thin(g.day(4)), 0);
  assertEquals(records(g), [["run", true], ["run", false], ["prune", true]]);
  assertEquals(g.snapshot(stamp), g.sourceState());
  g.assertSound();
});
