/** Runs into some of three vaults, of which one may fail at any call: what the others have is the source, and sound. */

import { assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { stateOf, tell } from "../faults/tell.ts";
import { Changes } from "../histories/changes.ts";
import { type Chance, chance as chanceFrom, pick } from "../maintain/days_source.ts";

/** A disk on which one vault fails from some call on: at each that changes something, or at each. */
function failing(vault: string, chance: Chance): FileSystem {
  const from = 1 + chance(chance(2) === 0 ? 12 : 200);
  const code = pick(chance, ["ENOSPC", "EIO", "ENOTCONN", "EROFS"]);
  const reads = chance(3) === 0;
  let calls = 0;
  return tapFs(denoFs, (call, work) => {
    const counts = call.effect === "change" || reads && calls > 0;
    if (call.path.startsWith(`${vault}/`) && counts && ++calls >= from) {
      throw Object.assign(new Error(code), { code });
    }
    return work();
  });
}

/** What is wrong with a vault that a run has just ended in. */
function wrongIn(vault: string, source: string, stamp: string): string[] {
  const [want, got] = [stateOf(source), tell(vault).states.get(stamp) ?? new Map()];
  const paths = new Set([...want.keys(), ...got.keys()]);
  const other = [...paths].filter((path) => want.get(path) !== got.get(path));
  const messages: Message[] = [];
  const request = { root: vault, given: vault, host: "test", pid: 1 };
  const { errors, strangers } = verify(enginePorts(messages), {
    ...request,
    repair: false,
    windows: false,
  });
  return [...other, ...(errors + strangers > 0 ? messages.map((m) => JSON.stringify(m)) : [])];
}

// on Windows half of the names cannot be made
for (const seed of Deno.build.os === "windows" ? [] : [8, 20, 29]) {
  Deno.test(`several vaults: some of three in each run, one of them fails: the others are whole (${seed})`, async () => {
    using dir = tempDir();
    const chance = chanceFrom(seed);
    const source = dir.at("s");
    const changes = new Changes(source, chance);
    changes.begin();
    const all = ["v1", "v2", "v3"].map((name) => dir.at(name));
    let whole = 0;
    for (let run = 0; run < 14; run++) {
      for (let n = chance(8); n > 0; n--) changes.change();
      const vaults = all.filter(() => chance(3) > 0);
      if (vaults.length === 0) continue;
      const bad = chance(2) === 0 ? pick(chance, vaults) : undefined;
      const fs = bad === undefined ? denoFs : failing(bad, chance);
      const options = { allowMassChange: true, checksum: chance(5) === 0 };
      const outcomes = await backup(enginePorts([], fs), backupRequest(source, vaults, options));
      for (const { vault, failed, errors, stamp } of outcomes) {
        if (failed !== undefined || errors > 0 || stamp === undefined) continue;
        whole++;
        assertEquals(wrongIn(vault, source, stamp), [], `run ${run}, ${vault}`);
      }
    }
    assertEquals(whole > 10, true, `${whole} whole`);
  });
}
