/** A double click on Windows (design, *hikae serve*): the first screen, then the page on Enter. */

import { assertEquals } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { type DoubleClick, offerPage } from "../../src/cli/serve/double_click.ts";

/** What was said, and what came of it. */
async function after(
  how: Partial<DoubleClick>,
  open: (setup: boolean) => Promise<number>,
): Promise<{ code: number | undefined; said: number; failed: unknown[] }> {
  const failed: unknown[] = [];
  let said = 0;
  const output = {
    tell: (): void => void said++,
    failed: (error: unknown): number => failed.push(error),
  };
  const usual = { windows: true, onTerminal: true, words: [], enter: () => true };
  return { code: await offerPage(output, { ...usual, ...how }, open), said, failed };
}

const opens = (): Promise<number> => Promise.resolve(0);

Deno.test("a double click: Enter opens the page; without Enter nothing happens", async () => {
  assertEquals(await after({}, opens), { code: 0, said: 1, failed: [] });
  assertEquals(await after({ enter: () => false }, opens), {
    code: undefined,
    said: 1,
    failed: [],
  });
});

Deno.test("no offer with words, without a terminal, or on another system", async () => {
  for (const how of [{ words: ["--all"] }, { onTerminal: false }, { windows: false }]) {
    assertEquals(await after(how, opens), { code: undefined, said: 0, failed: [] });
  }
});

Deno.test("a double click: what goes wrong stays to be read until Enter", async () => {
  const error = new Error("no vault");
  const done = await after({}, () => Promise.reject(error));
  assertEquals(done, { code: 1, said: 2, failed: [error] });
});

Deno.test("a double click where no vault is known: a second Enter opens the page that sets one up", async () => {
  const opened: boolean[] = [];
  const open = (setup: boolean): Promise<number> => {
    opened.push(setup);
    return setup ? Promise.resolve(0) : Promise.reject(new HikaeError("no_vault", "none"));
  };
  assertEquals(await after({}, open), { code: 0, said: 2, failed: [] });
  assertEquals(opened, [false, true]);
  let typed = 0;
  const once = await after({ enter: () => ++typed === 1 }, open);
  assertEquals(once, { code: undefined, said: 2, failed: [] });
  assertEquals(opened, [false, true, false]);
});
