/** A file that cannot be looked at for its other names: what is the same content stays one version. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Grown, META } from "../helpers/maintain_helper.ts";
import type { Around } from "../../src/platform/doubles/tap.ts";

/** Fails the n-th look at a path of the source, and no other; tells whether it came to that. */
function failing(end: string, n: number): { around: Around; hit: () => boolean } {
  let looks = 0;
  const around: Around = (call, go) => {
    if (call.op === "lstat" && call.path.endsWith(end) && ++looks === n) {
      throw Object.assign(new Error(`Input/output error (os error 5): lstat '${call.path}'`), {
        code: "EIO",
      });
    }
    return go();
  };
  return { around, hit: () => looks >= n };
}

Deno.test("a name that cannot be looked at makes no new version of the same content, which would push an older one out", async () => {
  let later = 0;
  for (let n = 1;; n++) {
    using g = new Grown();
    g.put({ x: "1", one: "names" });
    Deno.linkSync(join(g.source, "one"), join(g.source, "two"));
    await g.backup({ maxGenerations: 1 });
    await g.day(1).put({ x: "2" }).backup({ maxGenerations: 1 });
    // the same content at another time: it is read, and is what the vault has
    g.day(2).put({ x: "2" });
    const { around, hit } = failing("/x", n);
    await g.backup({ maxGenerations: 1 }, around).catch((error) => assert(hit(), String(error)));
    if (!hit()) break;
    later = n;
    const past = [...Deno.readDirSync(g.in(META))].filter((e) => e.name.startsWith("$OLD@"));
    assertEquals(past.map((e) => Deno.readTextFileSync(g.in(META, e.name))), ["1"], `look ${n}`);
  }
  assert(later > 1, `${later}`);
});
