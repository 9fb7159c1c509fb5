/** Portable snapshots when the power goes: one is there whole or not at all, and no file is neither old nor new. */

import { assert, assertEquals } from "@std/assert";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { listSnapshots } from "../../src/portable/look.ts";
import { chanceFrom } from "../faults/suites.ts";
import { makeTree, names, removeTree } from "../helpers/cli_helper.ts";
import { inTemp, restore, take, testPorts } from "./portable_support.ts";

/** Content of more than one write. */
const LARGE = "0123456789".repeat(60_000);

Deno.test("power: a snapshot is there whole or not at all, and for good once it is taken", async () => {
  await inTemp(async (dir) => {
    const [source, snapshots] = [`${dir}/s`, `${dir}/snapshots`];
    makeTree(source, { a: "a", large: LARGE, d: { b: "b" } });
    let whole = 0;
    for (let at = 0, more = true; more; at++) {
      for (let chance = 0; chance < 3; chance++) {
        Deno.mkdirSync(snapshots);
        const disk = powerLoss(denoFs, at);
        await take(testPorts(disk.fs), source, snapshots).catch((error) => {
          if (!disk.dead) throw error;
        });
        more = disk.dead;
        disk.cut(chanceFrom(31 * at + chance));
        const found = await listSnapshots(testPorts(), snapshots);
        if (!more) assertEquals(found.length, 1, `power cut after ${at}`);
        for (const name of names(snapshots).filter((name) => name.endsWith(".json"))) {
          await restore(testPorts(), `${snapshots}/${name}`, `${dir}/back`);
          assertEquals(Deno.readTextFileSync(`${dir}/back/large`), LARGE, `power cut before ${at}`);
          removeTree(`${dir}/back`);
          whole++;
        }
        removeTree(snapshots);
      }
    }
    assert(whole > 2, String(whole));
  });
});

Deno.test("power: a restore leaves what it replaces, or what replaces it", async () => {
  await inTemp(async (dir) => {
    const [source, snapshots, to] = [`${dir}/s`, `${dir}/snapshots`, `${dir}/to`];
    makeTree(source, { a: "new a", large: LARGE, d: { b: "new b" }, other: "other" });
    Deno.mkdirSync(snapshots);
    await take(testPorts(), source, snapshots);
    const file = `${snapshots}/${names(snapshots)[0]}`;
    for (let at = 0, more = true; more; at++) {
      for (let chance = 0; chance < 3; chance++) {
        makeTree(to, { a: "old a", large: "old large", d: { b: "old b" } });
        const disk = powerLoss(denoFs, at);
        await restore(testPorts(disk.fs), file, to).catch((error) => {
          if (!disk.dead) throw error;
        });
        more = disk.dead;
        disk.cut(chanceFrom(31 * at + chance));
        for (
          const [path, wanted] of [["a", "new a"], ["large", LARGE], ["d/b", "new b"]] as const
        ) {
          const is = Deno.readTextFileSync(`${to}/${path}`);
          const old = `old ${path.at(-1) === "b" ? "b" : path}`;
          assert(
            [old, wanted].includes(is),
            `power cut before ${at}: ${path} is ${is.slice(0, 20)}`,
          );
        }
        removeTree(to);
      }
    }
  });
});
