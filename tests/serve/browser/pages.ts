/** Every page as it looks: nothing overflows, nothing is too small, nothing runs, nothing is asked elsewhere, axe is silent. */

import { assert, assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { empty, MARKUP, newContext, opened, test, type World, world } from "./world.ts";

/** Every kind of page, below the start of the server. */
function pagesOf({ first, second }: World): string[] {
  const markup = encodeURIComponent(MARKUP);
  const folder = encodeURIComponent("<b>\"'& ".repeat(20));
  return [
    "/",
    "/v/0/",
    "/v/0/tree/latest/",
    "/v/0/tree/latest/wide",
    "/v/0/tree/latest/hostile",
    `/v/0/tree/${first}/${folder}`,
    "/v/0/file/notes/todo.txt",
    "/v/0/file/notes/gone.txt",
    `/v/0/file/${folder}/${markup}`,
    `/v/0/view/${second}/notes/todo.txt`,
    `/v/0/view/${first}/notes/page.html`,
    `/v/0/view/${first}/pictures/red.png`,
    `/v/0/view/${first}/large.bin`,
    `/v/0/compare/${second}/notes/todo.txt`,
    `/v/0/run/${first}`,
    `/v/0/run/${second}`,
    "/v/0/find?q=todo",
    "/v/0/find?q=no-such-name",
    "/v/0/vanished",
    "/v/0/space",
    "/no/such/page",
    "/v/0/tree/29991231_235959/",
  ];
}

interface Look {
  width: number;
  smallest: number;
  title: string;
  lang: string;
}

/** Runs in the page. */
function measure(): Look {
  // deno-lint-ignore no-explicit-any -- the page's globals are no Deno's
  const { document, getComputedStyle } = globalThis as any;
  const shown = [...document.querySelectorAll("body *")].filter((e) =>
    e.getClientRects().length > 0 && e.closest("svg") === null &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "")
  );
  const { scrollWidth, lang } = document.documentElement;
  const smallest = Math.min(...shown.map((e) => parseFloat(getComputedStyle(e).fontSize)));
  return { width: scrollWidth, smallest, title: document.title, lang };
}

/** Holds a page against what every page keeps to. */
export async function looksRight(page: Page, name: string): Promise<void> {
  const look = await page.evaluate(measure);
  const { width } = page.viewportSize() ?? { width: 0 };
  assert(look.width <= width, `${name} is ${look.width} wide, the window ${width}`);
  assert(look.smallest >= 12, `${name}: letters of ${look.smallest} px`);
  assert(look.title !== "run", `${name} ran what a file holds`);
  assert(look.lang !== "", `${name} does not say its language`);
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    "axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html)))",
  );
  assertEquals(found, [], name);
}

const LOOKS = [
  { viewport: { width: 1000, height: 800 }, colorScheme: "light" },
  { viewport: { width: 390, height: 844 }, colorScheme: "dark", isMobile: true, hasTouch: true },
] as const;

test("every page on a desk and on a phone, light and dark: nothing overflows or runs, axe finds nothing", async () => {
  const made = await world();
  for (const look of LOOKS) {
    const { page, log, context } = await opened(look);
    for (const path of pagesOf(made)) {
      const answer = await page.goto(made.entered.start + path);
      await looksRight(page, path);
      // the browser logs each answer that is no page, and rightly
      const quiet = (answer?.status() ?? 0) >= 400
        ? log.filter((l) => !l.includes("status of"))
        : log;
      assertEquals(quiet, [], path);
    }
    await context.close();
  }
});

test("whoever has no cookie, a used link or a wrong address reads a page that is whole, on a phone too", async () => {
  const { entered, server } = await world();
  for (const look of LOOKS) {
    const context = await newContext(look);
    const page = await context.newPage();
    for (const [url, status] of [[entered.start, 403], [server.url, 410]] as const) {
      const answer = await page.goto(url);
      assertEquals(answer?.status(), status);
      await looksRight(page, url);
      assert((await page.textContent("main"))?.includes("hikae serve"));
    }
    await context.close();
  }
});

test("what a restore would write, and what it wrote, are pages like the others", async () => {
  const { entered, dir, first } = await world();
  for (const look of LOOKS) {
    empty(dir.at("back"));
    const { page, log, context } = await opened(look);
    await page.goto(`${entered.start}/v/0/tree/${first}/notes`);
    await page.click("form[method=post] button");
    await looksRight(page, "the plan");
    assert((await page.textContent("pre"))?.includes("notes/gone.txt"));
    await page.click("form[method=post] button");
    await looksRight(page, "what was done");
    assertEquals(Deno.readTextFileSync(dir.at("back/notes/gone.txt")), "once\n");
    await page.goto(`${entered.start}/v/0/tree/${first}/notes`);
    await page.click("form[method=post] button");
    await looksRight(page, "nothing to do");
    assertEquals(await page.locator("form[method=post]").count(), 0, "there is nothing to confirm");
    assertEquals(log, []);
    await context.close();
  }
});
