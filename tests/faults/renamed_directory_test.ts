/**
 * The power goes while a renamed directory is copied: the files in it have change times of long ago, so what an
 * unfinished run left of them, which has their size and time, must not be taken for them.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { Killed } from "../../src/platform/doubles/stepping.ts";
import { makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { chanceFrom } from "./suites.ts";

const HOUR = 3_600_000;
const TEXT = "what only this file has\n".repeat(300);

/** One life: a run, a directory renamed, a run that the cut before change `at` ends, the next; gives the changes made. */
async function life(at: number, chance: number): Promise<number> {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1", old: { f: TEXT } });
  const request = { ...backupRequest(source, [vault]), flush: true, share: "never" as const };
  const now = Date.now();
  const run = async (hours: number, fs = denoFs): Promise<unknown> => {
    const ports = { ...enginePorts([], fs), clock: { now: () => now + hours * HOUR } };
    return (await backup(ports, request))[0]?.failed;
  };
  assertEquals(await run(1), undefined);
  Deno.renameSync(join(source, "old"), join(source, "new"));
  const disk = powerLoss(denoFs, at);
  try {
    await run(2, disk.fs);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  disk.cut(chanceFrom(at * 31 + chance));
  const where = `cut before change ${at}, chance ${chance}`;
  assertEquals(await run(3), undefined, where);
  assertEquals(read(join(vault, "new", "f")), TEXT, where);
  return disk.steps;
}

Deno.test("power: what is left of a copy in a renamed directory is never taken for the file", async () => {
  const changes = await life(Number.MAX_SAFE_INTEGER, 0);
  assert(changes > 10, `${changes} changes`);
  for (let at = 0; at <= changes; at++) {
    for (let chance = 0; chance < 6; chance++) await life(at, chance);
  }
});
