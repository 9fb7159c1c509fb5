/** What is large: a content with its ranges, a directory of many entries. HIKAE_LARGE and HIKAE_ENTRIES make them larger. */

import { assert, assertEquals } from "@std/assert";
import { LARGE, opened, test, WIDE, world } from "./world.ts";

test("a large file: whole, its last bytes alone, and broken off, after which the next question is answered", async () => {
  const { entered, first } = await world();
  const { page, context } = await opened();
  const address = `/v/0/get/${first}/large.bin`;
  const broken = await entered.visit(address);
  const reader = broken.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  const end = await entered.visit(address, { headers: { range: "bytes=-8" } });
  assertEquals([end.status, await end.text()], [206, "the end\n"]);
  const tag = end.headers.get("etag") ?? "";
  const middle = { range: `bytes=${LARGE - 9}-${LARGE - 7}`, "if-range": tag };
  const part = await entered.visit(address, { headers: middle });
  assertEquals([part.status, await part.text()], [206, "\0th"]);
  assertEquals(part.headers.get("content-range"), `bytes ${LARGE - 9}-${LARGE - 7}/${LARGE}`);
  await page.goto(`${entered.start}/v/0/file/large.bin`);
  const download = page.waitForEvent("download");
  await page.click("text=Download");
  const path = await (await download).path();
  assertEquals(Deno.statSync(path).size, LARGE);
  const stopped = page.waitForEvent("download");
  await page.click("text=Download");
  await (await stopped).cancel();
  await page.goto(`${entered.start}/v/0/file/notes/todo.txt`);
  assertEquals(await page.textContent("h1"), "todo.txt");
  await context.close();
});

test("a directory of many entries comes in parts, and each entry once", async () => {
  const { entered } = await world();
  const { page, context, log } = await opened();
  await page.goto(`${entered.start}/v/0/tree/latest/wide`);
  const seen = new Set<string>();
  for (;;) {
    for (const name of await page.locator("tbody th a").allTextContents()) seen.add(name);
    const next = page.locator("a[rel=next]:not(form a)");
    if (await next.count() === 0) break;
    // on through the first parts, then the last ones by their address: the way between is the same
    if (seen.size >= 1500 && WIDE > 5000 && !seen.has(`file ${last(600)}`)) {
      await page.goto(`${entered.start}/v/0/tree/latest/wide?after=file ${last(600)}`);
      seen.add(`file ${last(600)}`);
    } else {
      // a folder's page comes in parts: it is whole when it has loaded
      const there = new URL(await next.getAttribute("href") ?? "", page.url()).href;
      await next.click();
      await page.waitForURL(there);
    }
  }
  assert(seen.has(`file ${last(1)}`), "the last entry was reached");
  if (WIDE <= 5000) assertEquals(seen.size, WIDE);
  await page.fill("#q", last(7));
  await page.press("#q", "Enter");
  assertEquals(await page.locator("#found a").allTextContents(), [`wide/file ${last(7)}`]);
  assertEquals(log, []);
  await context.close();
});

/** The name of the entry that is `n` before the end. */
function last(n: number): string {
  return `${String(WIDE - n).padStart(6, "0")}.txt`;
}
