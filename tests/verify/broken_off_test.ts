/** `verify` after a run that was ended: what it had no time for is no damage. */

import { assert, assertEquals } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { makeTree, type TreeSpec } from "../helpers/cli_helper.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";

/** Backs up and is told to end when it has asked so often whether to; false when it came to its end. */
async function endedAfter(g: Grown, asks: number): Promise<boolean> {
  let asked = 0;
  const ports = { ...g.ports(), cancelled: () => asked++ >= asks };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  try {
    const [outcome] = await backup(ports, request);
    if (outcome?.failed !== undefined) throw outcome.failed;
    return false;
  } catch (error) {
    assert(error instanceof HikaeError && error.id === "interrupted", String(error));
    return true;
  }
}

/** Ten directories of five files. */
function tree(content: string): TreeSpec {
  const files = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`f${i}`, content + i]));
  return Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${content}${i}`, { ...files }]));
}

for (const first of [true, false]) {
  const which = first ? "a first run" : "a later run";
  Deno.test(`verify: what ${which} left that was ended anywhere is no damage`, async () => {
    for (let asks = 0;; asks += first ? 17 : 53) {
      using g = new Grown();
      if (!first) {
        g.put({ ...tree("old"), stays: { a: "1" } });
        await g.backup();
        g.day(1).drop("old1", "old2").put({ old3: "a file now", stays: { a: "2" } });
      }
      makeTree(g.source, tree("new"));
      const ended = await endedAfter(g, asks);
      if (g.list().length > 0 || !first) {
        const { damaged, missing, errors } = g.verify();
        const told = g.messages.filter((m) => m.message_type === "error");
        assertEquals([asks, damaged, missing, errors, told], [asks, 0, 0, 0, []]);
      }
      await g.day(2).backup();
      g.assertSound();
      if (!ended) break;
    }
  });
}
