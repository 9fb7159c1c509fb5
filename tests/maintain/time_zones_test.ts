/** Rules of age where the clock on the wall jumps: in the hour that comes twice, and in another time zone. */

import { assertEquals } from "@std/assert";
import { parseDuration } from "../../src/base/duration.ts";
import { Grown, META, names } from "../helpers/maintain_helper.ts";

/** In this time zone from here on; the one of before at the end of the scope. */
function inZone(zone: string): Disposable {
  const before = Deno.env.get("TZ");
  Deno.env.set("TZ", zone);
  return {
    [Symbol.dispose]: () => {
      if (before === undefined) Deno.env.delete("TZ");
      else Deno.env.set("TZ", before);
    },
  };
}

const at = (g: Grown, time: string): Grown => Object.assign(g, { now: Date.parse(time) });
const marks = (g: Grown): string[] => names(g.in(META)).filter((n) => n.startsWith(".$DEL@"));
const ignore = Deno.build.os === "windows";

/** Two files, of which one is deleted at the second time. */
async function deletedAt(g: Grown, first: string, then: string): Promise<string[]> {
  at(g, first).put({ a: "a", b: "b" });
  const stamps = [await g.backup()];
  at(g, then).drop("a");
  return [...stamps, await g.backup()];
}

Deno.test({
  name: "DST: what was deleted in the second of two hours alike is no hour older than it is",
  ignore,
  fn: async () => {
    using _ = inZone("Europe/Berlin");
    using g = new Grown();
    await deletedAt(g, "2026-10-25T00:30:00Z", "2026-10-25T01:40:00Z");
    assertEquals(marks(g), [".$DEL@20261025_024000$a"]);
    const rule = { before: Date.parse("2026-10-25T01:20:00Z"), rule: "30m" };
    assertEquals((await at(g, "2026-10-25T01:50:00Z").cleanup(rule)).versions, 0);
    // without its record it may have been either hour
    for (const { name } of Deno.readDirSync(g.in(META, "runs"))) {
      if (name.startsWith("20261025_0240")) Deno.removeSync(g.in(META, "runs", name));
    }
    await g.cleanup(rule);
    assertEquals(marks(g).length, 1);
    await at(g, "2026-10-25T02:20:00Z").cleanup({ before: g.now - 30 * 60_000, rule: "30m" });
    assertEquals(marks(g), []);
  },
});

Deno.test({
  name: "DST: what was deleted in another time zone is as old as its record tells",
  ignore,
  fn: async () => {
    using g = new Grown();
    let stamps: string[];
    {
      using _ = inZone("America/Los_Angeles");
      stamps = await deletedAt(g, "2026-11-10T00:00:00Z", "2026-11-10T01:00:00Z");
    }
    using _ = inZone("Asia/Tokyo");
    at(g, "2026-11-10T02:00:00Z").put({ c: "c" });
    stamps.push(await g.backup());
    assertEquals(stamps, ["20261109_160000", "20261109_170000", "20261110_110000"]);
    const hours = (n: number): number => g.now - n * 3_600_000;
    assertEquals((await g.cleanup({ before: hours(12), rule: "12h" })).versions, 0);
    const policy = { last: 1 };
    const keepDeleted = parseDuration("12h", "");
    assertEquals((await g.prune({ policy, keepDeleted, dryRun: true })).versions, 0);
    // both runs lie within two hours, whatever their stamps say
    const within = { within: parseDuration("90m", "") };
    await g.prune({ policy: within, dryRun: true });
    assertEquals(g.decisions().filter((d) => d.what !== "a").map((d) => d.keep), [
      false,
      true,
      true,
    ]);
    at(g, "2026-11-10T14:00:00Z");
    assertEquals((await g.prune({ policy, keepDeleted, dryRun: true })).versions, 1);
    assertEquals((await g.cleanup({ before: hours(12), rule: "12h" })).versions, 1);
  },
});

Deno.test({
  name: "DST: before the clocks were put forward is no hour longer ago",
  ignore,
  fn: async () => {
    using _ = inZone("Europe/Berlin");
    using g = new Grown();
    await deletedAt(g, "2026-03-29T00:10:00Z", "2026-03-29T00:30:00Z");
    at(g, "2026-03-29T01:15:00Z").put({ c: "c" });
    await g.backup();
    const keepDeleted = parseDuration("1h", "");
    assertEquals((await g.prune({ policy: { last: 1 }, keepDeleted })).versions, 0);
    assertEquals((await g.cleanup({ before: g.now - 3_600_000, rule: "1h" })).versions, 0);
    assertEquals(marks(g).length, 1);
  },
});
