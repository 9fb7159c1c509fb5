/** What a vault may hold that tries to be more than a name or a content. */

import { assert, assertEquals } from "@std/assert";
import { HOSTILE, MARKUP, opened, test, world } from "./world.ts";

test("every hostile name: its page, its preview and its download are of this file and no other", async () => {
  const { entered, first } = await world();
  const { page, context, log } = await opened();
  for (const name of HOSTILE) {
    await page.goto(`${entered.start}/v/0/tree/latest/hostile`);
    const coded = encodeURIComponent(name);
    // the link as the page wrote it, not as the test would
    await page.locator(`a[href$="/hostile/${coded.replaceAll("'", "\\'")}"]`).first().click();
    assert((await page.textContent("h1"))?.length, name);
    const download = page.waitForEvent("download");
    await page.click("text=Download");
    const got = await download;
    assert(Deno.readTextFileSync(await got.path()).startsWith("<!doctype html>"), name);
    assert(!/[/\\]/.test(got.suggestedFilename()), got.suggestedFilename());
    await page.goto(`${entered.start}/v/0/view/${first}/hostile/${coded}`);
    assert((await page.textContent("pre"))?.includes("<script>"), name);
    assert(await page.title() !== "run", name);
  }
  assertEquals(log.filter((l) => !l.includes("ERR_ABORTED")), []);
  await context.close();
});

test("a restore from the page brings back exactly the files of hostile names", async () => {
  const { entered, first, dir } = await world();
  const { page, context } = await opened();
  await page.goto(`${entered.start}/v/0/tree/${first}/hostile`);
  for (let i = 0; i < 2; i++) await page.click("form[method=post] button");
  const back = [...Deno.readDirSync(dir.at("back/hostile"))].map((e) => e.name).sort();
  assertEquals(back, [...HOSTILE].sort());
  Deno.removeSync(dir.at("back/hostile"), { recursive: true });
  const odd = HOSTILE.find((name) => name.includes("\n")) ?? "";
  await page.goto(`${entered.start}/v/0/file/hostile/${encodeURIComponent(odd)}`);
  for (let i = 0; i < 2; i++) await page.click("form[method=post] button");
  assertEquals([...Deno.readDirSync(dir.at("back/hostile"))].map((e) => e.name), [odd]);
  await context.close();
});

test("HTML, SVG and a picture that is a page too: opened by their address they are saved, and run nothing", async () => {
  const { entered, first } = await world();
  const { page, context, log } = await opened();
  const files = [
    "notes/page.html",
    "notes/a.svg",
    "pictures/both.png",
    `hostile/${encodeURIComponent(MARKUP)}`,
  ];
  for (const file of files) {
    const saved = page.waitForEvent("download");
    await page.goto(`${entered.start}/v/0/get/${first}/${file}`).catch(() => {});
    await (await saved).path();
  }
  for (const file of ["notes/page.html", "notes/a.svg"]) {
    const answer = await page.goto(`${entered.start}/v/0/image/${first}/${file}`);
    assertEquals(answer?.status(), 404);
  }
  // the browser's own page around a picture has a style that our policy refuses, too
  const both = await page.goto(`${entered.start}/v/0/image/${first}/pictures/both.png`);
  assertEquals(both?.headers()["content-type"], "image/png");
  assert((await page.title()) !== "run");
  await page.goto(`${entered.start}/v/0/view/${first}/pictures/both.png`);
  assertEquals(
    await page.locator("main img").evaluate((e) =>
      (e as unknown as { naturalWidth: number }).naturalWidth
    ),
    1,
  );
  assertEquals(log.filter((l) => !/status of 404|ERR_ABORTED|Applying inline style/.test(l)), []);
  await context.close();
});

test("a page cannot be framed, nor read or asked by another site of this machine", async () => {
  const { entered } = await world();
  const { page, context } = await opened();
  const other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<h1>elsewhere</h1>", { headers: { "content-type": "text/html" } }),
  );
  await page.goto(`http://localhost:${other.addr.port}/`);
  const tried = await page.evaluate(async (start) => {
    // deno-lint-ignore no-explicit-any -- the page's globals are no Deno's
    const { document, fetch } = globalThis as any;
    const frame = document.createElement("iframe");
    frame.src = `${start}/`;
    document.body.append(frame);
    await new Promise((resolve) => frame.onload = resolve);
    const read = await fetch(`${start}/`, { credentials: "include" }).then(
      () => "read",
      () => "refused",
    );
    const body = new URLSearchParams({ path: "notes", at: "latest", sure: "yes" });
    await fetch(`${start}/v/0/restore`, {
      method: "POST",
      mode: "no-cors",
      credentials: "include",
      body,
    })
      .catch(() => {});
    return [read, frame.contentDocument === null];
  }, entered.start);
  assertEquals(tried, ["refused", true]);
  const frame = page.frames().find((f) => f !== page.mainFrame());
  assert(!(await frame?.content())?.includes("vault"), "nothing of the page is in the frame");
  await other.shutdown();
  await context.close();
});
