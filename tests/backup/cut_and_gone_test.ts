/** A run that is cut off, and a source that is another one by the next run. */

import { assert, assertEquals } from "@std/assert";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { Link, LINKS, makeTree, removeTree } from "../helpers/cli_helper.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { stateOf, tell } from "../faults/tell.ts";
import { faultsDir } from "../faults/world.ts";

/** Runs until the n-th change, and not a call further; false when it came to its end. */
async function cutAt(nth: number, source: string, vault: string): Promise<boolean> {
  let changes = 0;
  const fs = tapFs(denoFs, (call, work) => {
    if (call.effect === "change") changes++;
    if (changes >= nth) throw Object.assign(new Error("cut"), { code: "EIO" });
    return work();
  });
  await backup(enginePorts([], fs), backupRequest(source, [vault], {})).catch(() => {});
  return changes >= nth;
}

for (const first of [true, false]) {
  const which = first ? "a first run" : "a later run";
  Deno.test(`what ${which} that was cut off had copied of a directory that is gone since does not live on`, async () => {
    const step = Deno.build.os === "windows" ? 11 : first ? 1 : 3;
    let cuts = 0;
    for (let nth = 1;; nth += step) {
      using dir = faultsDir();
      const [source, vault] = [dir.at("source"), dir.at("vault")];
      makeTree(source, { stays: { g: "seven" } });
      if (!first) await backUp(source, [vault]);
      const link = LINKS ? { l: new Link("a") } : {};
      const inner = { a: "one", b: "two", ...link, sub: { c: "three", deep: { d: "four" } } };
      makeTree(source, { gone: inner, file: { e: "five", sub: { f: "six" } } });
      if (!await cutAt(nth, source, vault)) break;
      cuts++;
      removeTree(`${source}/gone`);
      removeTree(`${source}/file`);
      makeTree(source, { file: "where a directory was" });
      const next = await backUp(source, [vault], { allowMassChange: true });
      const [outcome] = next.outcomes;
      assertEquals([outcome?.failed, outcome?.errors], [undefined, 0], `cut at ${nth}`);
      const state = tell(vault).states.get(outcome?.stamp ?? "");
      assertEquals(state, stateOf(source), `cut at ${nth}`);
    }
    assert(cuts > 5, `${cuts}`);
  });
}
