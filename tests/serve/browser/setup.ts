/** The first set-up in a real browser: each of its pages looks as it should, and all of it works without script. */

import { assert, assertEquals } from "@std/assert";
import { makeTree, tempDir } from "../../helpers/cli_helper.ts";
import { enter, serving } from "../serving.ts";
import { looksRight } from "./pages.ts";
import { opened, test } from "./world.ts";

test("the first set-up, from the form to the new vault, without script and on a phone", async () => {
  using dir = tempDir();
  makeTree(dir.path, { home: { Documents: { "a.txt": "one" } } });
  const env = {
    HOME: dir.at("home"),
    XDG_CONFIG_HOME: dir.at("home/.config"),
    HIKAE_STATE_DIR: dir.at("state"),
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
  };
  await using server = await serving(["--allow-setup"], { env, cwd: dir.path });
  const entered = await enter(server);
  const phone = { viewport: { width: 390, height: 844 }, colorScheme: "dark" } as const;
  const looking = await opened(phone, entered);
  const { page, context } = await opened({ ...phone, javaScriptEnabled: false }, entered);
  const shot = Deno.env.get("HIKAE_SHOTS");
  await looking.page.goto(`${entered.start}/setup`);
  await looksRight(looking.page, "the form");
  if (shot !== undefined) {
    await looking.page.screenshot({ path: `${shot}/form.png`, fullPage: true });
  }
  for (const where of [page, looking.page]) {
    await where.goto(`${entered.start}/`);
    await where.click("main a");
    await where.fill("#vault", dir.at("home/kept"));
    await where.selectOption("#often", "no");
    await where.click("form.setup button");
    const shown = await where.textContent("pre");
    assert(shown?.includes(`\n      "vaults": ["${dir.at("home/kept")}"],\n`), shown ?? "");
  }
  await looksRight(looking.page, "the plan");
  if (shot !== undefined) {
    await looking.page.screenshot({ path: `${shot}/plan.png`, fullPage: true });
  }
  await page.check("input[type=checkbox]");
  await page.click("form.setup button");
  await page.waitForSelector("main a[href*='/v/0/']");
  await looking.page.goto(`${entered.start}/setup`);
  await looksRight(looking.page, "the end");
  if (shot !== undefined) {
    await looking.page.screenshot({ path: `${shot}/done.png`, fullPage: true });
  }
  assertEquals(looking.log, []);
  assertEquals(Deno.readTextFileSync(dir.at("home/kept/a.txt")), "one");
  await context.close();
  await looking.context.close();
});
