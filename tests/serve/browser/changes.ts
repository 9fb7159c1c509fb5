/** What may happen meanwhile: a backup, an unplugged drive, the end of the server; and the way in from a mail program. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { run, spawn } from "../../helpers/cli_helper.ts";
import { backUp, enter, serving } from "../serving.ts";
import { LARGE, newContext, nextSecond, opened, stampsOf, test, watch, world } from "./world.ts";

test("a backup that runs meanwhile: what is open stays right, what is loaded again shows the new one", async () => {
  const { entered, dir, second } = await world();
  const { page, context, log } = await opened();
  await page.goto(`${entered.start}/v/0/tree/latest/notes`);
  // a download that is under way while its file is replaced is the old one, whole, or breaks off
  const reader = (await entered.visit(`/v/0/get/${second}/large.bin`)).body?.getReader();
  let bytes = (await reader?.read())?.value?.length ?? 0;
  Deno.writeTextFileSync(dir.at("source/large.bin"), "small now\n");
  Deno.writeTextFileSync(dir.at("source/notes/later.txt"), "later\n");
  await nextSecond();
  const child = spawn(["backup", dir.at("source"), dir.at("vault")]);
  const ended = child.output();
  for (let i = 0; i < 4; i++) {
    await page.reload();
    assert((await page.textContent("tbody"))?.includes("todo.txt"));
  }
  const { code, stderr } = await ended;
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  for (;;) {
    const { done, value } = await reader?.read() ?? { done: true };
    if (done) break;
    bytes += value?.length ?? 0;
  }
  assertEquals(bytes, LARGE);
  await page.reload();
  assert((await page.textContent("tbody"))?.includes("later.txt"), "the newest backup is shown");
  await page.goto(`${entered.start}/v/0/`);
  const third = (await stampsOf(dir.at("vault"))).at(-1) ?? "";
  assertNotEquals(third, second);
  assertEquals(await page.locator(`a[href$="/run/${third}"]`).count(), 1);
  assertEquals(log, []);
  await context.close();
});

test("a drive that is unplugged says so, the pages stay, and all is there again when it is", async () => {
  const { entered, dir, second } = await world();
  const { page, context } = await opened();
  await page.goto(`${entered.start}/v/0/tree/${second}/notes`);
  Deno.renameSync(dir.at("vault"), dir.at("away"));
  try {
    await page.goto(`${entered.start}/`);
    assert((await page.textContent("main"))?.includes("cannot be read now"));
    const answer = await page.goto(`${entered.start}/v/0/tree/${second}/notes`);
    assertEquals(answer?.status(), 500);
    assert((await page.textContent("main"))?.length);
    assertEquals(await page.locator("nav a").count() > 0, true, "there is a way back");
  } finally {
    Deno.renameSync(dir.at("away"), dir.at("vault"));
  }
  await page.reload();
  assert((await page.textContent("tbody"))?.includes("todo.txt"));
  await context.close();
});

test("a server that has ended: a search while it is typed says so, and the next start asks for its own link", async () => {
  const { dir } = await world();
  const server = await serving([dir.at("vault")]);
  const entered = await enter(server);
  const { page, context, log } = await opened({}, entered);
  await page.goto(`${entered.start}/v/0/find?q=todo`);
  const port = new URL(server.origin).port;
  assertEquals((await server.stop()).code, 0);
  await page.fill("#q", "gone");
  await page.waitForSelector("#found .warn");
  // a connection that was kept is reset, a new one is refused: which of them the browser uses is its own affair
  assertEquals(
    log.filter((l) => !/ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE/.test(l)),
    [],
  );
  await using next = await serving([dir.at("vault"), "--port", port]);
  const answer = await page.goto(`${entered.start}/v/0/`);
  assertEquals(answer?.status(), 403, "the cookie of another start");
  await page.goto(next.url);
  await page.waitForURL((url) => !url.pathname.includes("open"));
  assert((await page.textContent("main"))?.includes("vault"));
  await context.close();
});

test("the printed link in a mail: a click from another site goes on by itself, once; a page's own address after one click more", async () => {
  const { dir } = await world();
  await using server = await serving([dir.at("vault")]);
  let link = server.url;
  const mail = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () =>
      new Response(`<!doctype html><a href="${link}">open</a>`, {
        headers: { "content-type": "text/html" },
      }),
  );
  const read = `http://localhost:${mail.addr.port}/`;
  const context = await newContext();
  const { page, log } = watch(await context.newPage(), server.origin);
  await page.goto(read);
  await page.click("a");
  await page.waitForURL((url) => url.origin === server.origin && !url.pathname.includes("open"));
  assert((await page.textContent("main"))?.includes("vault"));
  const inside = page.url();
  await page.goto(read);
  await page.click("a");
  assertEquals(await page.textContent("h1"), "This link was used already");
  link = inside;
  await page.goto(read);
  await page.click("a");
  assertEquals(await page.textContent("h1"), "This page is not open for you");
  await page.click("main a");
  assert((await page.textContent("main"))?.includes("vault"));
  assertEquals(log.filter((l) => l.startsWith("referer")), [], "no token goes on as a referer");
  await mail.shutdown();
  await context.close();
});

test("a backup of the vault that is shown is not held up by who looks at it", async () => {
  const { entered, dir } = await world();
  await (await entered.visit("/v/0/tree/latest/wide")).body?.cancel();
  Deno.writeTextFileSync(dir.at("source/notes/again.txt"), "again\n");
  await nextSecond();
  await backUp(dir.at("source"), dir.at("vault"));
  const life = await (await entered.visit("/v/0/file/notes/again.txt")).text();
  assert(life.includes("again.txt"));
  assertEquals((await run(["verify", dir.at("vault"), "--sample", "1%"])).code, 0);
});
