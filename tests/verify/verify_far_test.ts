/** A vault far away is verified with many questions under way at once, and tells what it tells of a near one. */

import { assert, assertEquals } from "@std/assert";
import type { AheadCalls } from "../../src/base/ahead.ts";
import type { Message } from "../../src/base/event.ts";
import { verifySeeing } from "../../src/engine/verify/verify_seeing.ts";
import type { VerifyCounts } from "../../src/engine/verify/request.ts";
import { denoAhead } from "../../src/platform/deno_fs.ts";

import { Grown, META } from "../helpers/maintain_helper.ts";

/** What a verify came to. */
interface Verified {
  counts: VerifyCounts;
  told: Message[];
  /** So many questions were asked ahead; at most so many were under way. */
  asked: number;
  atOnce: number;
}

async function verified(
  world: Grown,
  ms: number,
  { repair = false, zeros = false }: { repair?: boolean; zeros?: boolean } = {},
): Promise<Verified> {
  let [asked, under, atOnce, now] = [0, 0, 0, 0];
  const later = async <T>(call: () => Promise<T>): Promise<T> => {
    asked++;
    atOnce = Math.max(atOnce, ++under);
    try {
      return await call();
    } finally {
      under--;
    }
  };
  const ahead: AheadCalls = {
    lstat: async (path) => {
      const info = await later(() => denoAhead.lstat(path));
      return zeros ? { ...info, size: 0 } : info;
    },
    list: (path) => later(() => denoAhead.list(path)),
    read: (path) => {
      assert(!zeros, "a file of any size would be read whole");
      return later(() => denoAhead.read(path));
    },
  };
  const told: Message[] = [];
  const ports = {
    ...world.ports(),
    ahead,
    emit: (m: Message) => void (m.message_type === "summary" || told.push(m)),
    monotonic: () => now += ms,
  };
  const { vault, source } = world;
  const counts = await verifySeeing(ports, {
    root: vault,
    given: vault,
    host: "test",
    pid: 1,
    repair,
    windows: false,
    ...(repair ? { source } : {}),
  });
  assertEquals(under, 0);
  return { counts, told, asked, atOnce };
}

async function grown(): Promise<Grown> {
  const world = new Grown();
  for (let i = 0; i < 40; i++) {
    world.put({ [`d${i}`]: { f: `f of ${i}`, g: `g of ${i}`, deep: { h: `h of ${i}` } } });
  }
  world.put({ large: "x".repeat(300_000) });
  await world.day(0).backup();
  world.put({ "d7": { f: "another f" } }).drop("d8");
  await world.day(1).backup();
  return world;
}

Deno.test("verify far away: many are asked for at once, and a sound vault is told as it is near", async () => {
  using world = await grown();
  const near = await verified(world, 0);
  assertEquals([near.asked, near.told, near.counts.errors], [0, [], 0]);
  const far = await verified(world, 5);
  assertEquals([far.counts, far.told], [near.counts, []]);
  assert(far.atOnce > 16 && far.atOnce <= 96, `${far.atOnce}`);
  const told0 = await verified(world, 5, { zeros: true });
  assertEquals([told0.counts, told0.told], [near.counts, []]);
});

/** Damages of all kinds. */
function damage(world: Grown): void {
  Deno.writeTextFileSync(world.in("d3", "f"), "F OF 3");
  Deno.removeSync(world.in("d5", "g"));
  Deno.removeSync(world.in("d6"), { recursive: true });
  Deno.writeTextFileSync(world.in("d9", META, "metadata.txt"), "nothing");
  Deno.writeTextFileSync(world.in("d11", "stranger"), "");
  Deno.writeTextFileSync(world.in("d12", META, "$TMP@left"), "");
  Deno.writeTextFileSync(world.in("large"), "x".repeat(300_001));
  Deno.removeSync(world.in("d13", "f"));
  Deno.mkdirSync(world.in("d13", "f"));
}

Deno.test("verify far away: all that is damaged, missing or strange is told in the order in which it is told near", async () => {
  using world = await grown();
  damage(world);
  const near = await verified(world, 0);
  const far = await verified(world, 5);
  assert(near.told.length >= 9, `${near.told.length}`);
  assertEquals([far.counts, far.told], [near.counts, near.told]);
});

Deno.test("verify far away: a repair sees many at once too, and leaves what it leaves near", async () => {
  using near = await grown();
  using far = await grown();
  for (const world of [near, far]) damage(world);
  const told = ({ counts, told }: Verified, { vault, source }: Grown): string =>
    JSON.stringify([counts, told]).replaceAll(vault, "vault").replaceAll(source, "source");
  const [did, seen] = [
    await verified(near, 0, { repair: true }),
    await verified(far, 5, { repair: true }),
  ];
  assertEquals([did.asked, seen.atOnce > 16], [0, true]);
  assertEquals(told(seen, far), told(did, near));
  assert(seen.counts.repaired > 4, `${seen.counts.repaired}`);
  assertEquals(told(await verified(far, 0), far), told(await verified(near, 0), near));
});
