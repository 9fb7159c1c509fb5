/** A wide directory's listing comes bit by bit, as long as that does not take too long. */

import { assertEquals } from "@std/assert";
import { listBits } from "../../src/platform/list_bits.ts";

async function listed(ms: number): Promise<[number | undefined, number]> {
  let [asked, time, closed] = [0, 0, 0];
  async function* bits(): AsyncGenerator<number> {
    try {
      for (; asked < 4000; asked++) {
        time += ms;
        yield await Promise.resolve(asked);
      }
    } finally {
      closed++;
    }
  }
  const told: number[] = [];
  const all = await listBits({ bits: bits(), take: (n) => told.push(n), now: () => time });
  assertEquals(closed, 1);
  assertEquals(told.length, all ?? 64);
  return [all, asked];
}

Deno.test("a directory whose entries come soon is listed bit by bit, and one whose bits are late is given up, and closed", async () => {
  assertEquals(await listed(0.003), [4000, 4000]);
  assertEquals(await listed(1), [undefined, 63]);
});
