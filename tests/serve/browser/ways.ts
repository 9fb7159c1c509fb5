/** The ways through the pages: by keyboard alone, without script, in two tabs. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { empty, opened, test, world } from "./world.ts";

/** The element that has the focus: what it says, and whether one sees that it has it. */
async function focused(page: Page): Promise<{ text: string; seen: boolean; tag: string }> {
  return await page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- the page's globals are no Deno's
    const { document, getComputedStyle } = globalThis as any;
    const e = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    const { width, height, left, top } = e.getBoundingClientRect();
    return {
      text: (e.id || e.textContent || e.type || "").trim(),
      tag: e.tagName,
      seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0 &&
        left >= 0 && top >= 0,
    };
  });
}

/** Goes on by Tab until an element says `text`; each one on the way shows that it has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now.tag === "BODY") continue;
    assert(now.seen, `${now.tag} ${now.text} has the focus and does not show it`);
    passed.push(now.text);
    if (now.text === text) return;
  }
  throw new Error(`Tab never came to ${text}: ${passed.join(", ")}`);
}

async function follow(page: Page, text: string): Promise<void> {
  await tabTo(page, text);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

test("by keyboard alone: from all vaults to yesterday's text of a file, and its download", async () => {
  const { entered, first } = await world();
  const { page, context, log } = await opened();
  await page.goto(`${entered.start}/`);
  await follow(page, "vault");
  await follow(page, "Browse");
  await follow(page, "notes");
  await follow(page, "todo.txt");
  assertEquals(await page.textContent("h1"), "todo.txt");
  const download = page.waitForEvent("download");
  for (let i = 0; i < 2; i++) await tabTo(page, "Download");
  await page.keyboard.press("Enter");
  const got = await download;
  assert(got.url().includes(first), "the second row is the older version");
  assertEquals(got.suggestedFilename(), "todo.txt");
  assertEquals(Deno.readTextFileSync(await got.path()), "buy milk\n");
  assertEquals(log, []);
  await context.close();
});

test("keys: the slash finds while it is typed, arrows go through the backups, the slider too, and the first Tab skips", async () => {
  const { entered, first } = await world();
  const { page, context, log } = await opened();
  await page.goto(`${entered.start}/v/0/tree/latest/notes`);
  await page.keyboard.press("Tab");
  assertEquals((await focused(page)).text, "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assertEquals((await focused(page)).text, "at", "the first thing of the content");
  await page.evaluate("document.activeElement.blur()");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("ArrowLeft")]);
  assert(page.url().includes(first));
  assert((await page.textContent("tbody"))?.includes("gone.txt"));
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("ArrowRight")]);
  assert(!(await page.textContent("tbody"))?.includes("gone.txt"));
  await page.focus("input[type=range]");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("ArrowLeft")]);
  assert(page.url().includes(first), "the slider chose the backup before");
  await page.keyboard.press("/");
  assertEquals((await focused(page)).text, "q");
  await page.keyboard.type("gone");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#found a");
  await page.fill("#q", "");
  await page.keyboard.type("todo");
  await page.waitForSelector("#found a:has-text('notes/todo.txt')");
  assertEquals(await page.locator("#found a").allTextContents(), ["notes/todo.txt"]);
  assertEquals(log, []);
  await context.close();
});

test("without script: another backup, a search, a preview and a restore", async () => {
  const { entered, first, dir } = await world();
  empty(dir.at("back"));
  const { page, context } = await opened({ javaScriptEnabled: false });
  await page.goto(`${entered.start}/v/0/tree/latest/notes`);
  await page.selectOption("#at", first);
  await page.click("form.slider button");
  assert(page.url().includes(first));
  await page.fill("#q", "GONE");
  await page.click("form.find button");
  await page.click("text=notes/gone.txt");
  await page.click("text=Preview");
  assertEquals(await page.textContent("pre"), "once\n", await page.content());
  await page.click("text=Versions");
  await page.click("form[method=post] button");
  assert((await page.textContent("pre"))?.includes("notes/gone.txt"));
  await context.close();
});

test("two tabs: each stays at its own backup, and both restore", async () => {
  const { entered, first, second, dir } = await world();
  empty(dir.at("back"));
  const { page, context, log } = await opened();
  const other = await context.newPage();
  await Promise.all([
    page.goto(`${entered.start}/v/0/tree/${first}/notes`),
    other.goto(`${entered.start}/v/0/tree/${second}/notes`),
  ]);
  for (const tab of [page, other]) await tab.reload();
  assert((await page.textContent("tbody"))?.includes("gone.txt"));
  assert(!(await other.textContent("tbody"))?.includes("gone.txt"));
  await Promise.all([page, other].map((tab) => tab.click("form[method=post] button")));
  const plans = await Promise.all([page, other].map((tab) => tab.textContent("pre")));
  assert(plans[0]?.includes("gone.txt") && !plans[1]?.includes("gone.txt"), plans.join("\n---\n"));
  assertEquals(log, []);
  await context.close();
});
