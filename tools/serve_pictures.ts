/**
 * Makes the pictures of docs/serve.md anew, in docs/pictures: a small vault, the page before it, the system's Chromium.
 * What pngquant can make smaller is made smaller.
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { chromium } from "playwright-core";
import { findBrowser } from "../tests/helpers/browser_helper.ts";
import { makeTree, run, tempDir } from "../tests/helpers/cli_helper.ts";
import { smaller } from "./lib/smaller.ts";
import { backUp, enter, serving } from "../tests/serve/serving.ts";

const OUT = fromFileUrl(new URL("../docs/pictures/", import.meta.url));

const DAYS = [
  "# Autumn\n\n- rake the leaves\n- repair the gate\n",
  "# Autumn\n\n- rake the leaves\n- repair the gate\n- plant tulips, 40\n",
  "# Autumn\n\n- rake the leaves\n- plant tulips, 60, and crocus\n- order seeds\n",
];

Deno.mkdirSync(OUT, { recursive: true });
using dir = tempDir();
const vault = dir.at("usb/documents");
Deno.mkdirSync(dir.at("usb"));
makeTree(dir.at("Documents"), {
  "letter.odt": "x".repeat(18_000),
  "taxes 2026.ods": "y".repeat(61_000),
  photos: { "garden.jpg": "z".repeat(240_000), "gate.jpg": "z".repeat(180_000) },
  garden: { "plan.md": DAYS[0] ?? "", "costs.csv": "tulips,40\n" },
});
for (const text of DAYS) {
  Deno.writeTextFileSync(dir.at("Documents/garden/plan.md"), text);
  await backUp(dir.at("Documents"), vault);
  await new Promise((resolve) => setTimeout(resolve, 1100));
}
await run(["verify", vault]);
await using server = await serving([vault]);
const { start, cookie, visit, origin } = await enter(server);
const life = await (await visit("/v/0/file/garden/plan.md")).text();
const newest = /\/compare\/(\d+_\d+)\//.exec(life)?.[1] ?? "";
// how the vaults stand may come after the first look at them
while (!(await (await visit("/")).text()).includes("hashed again")) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
const browser = await chromium.launch({
  executablePath: findBrowser() ?? "",
  args: ["--no-sandbox", "--disable-gpu"],
});
const desk = { width: 880, height: 620 };
const phone = { width: 390, height: 700 };
for (
  const [name, path, viewport, colorScheme] of [
    ["home-light", "/", desk, "light"],
    ["file-light", "/v/0/file/garden/plan.md", desk, "light"],
    ["file-dark", "/v/0/file/garden/plan.md", desk, "dark"],
    ["folder-light", "/v/0/tree/latest/", desk, "light"],
    ["compare-phone", `/v/0/compare/${newest}/garden/plan.md`, phone, "dark"],
    ["folder-phone", "/v/0/tree/latest/garden", phone, "light"],
  ] as const
) {
  const context = await browser.newContext({ viewport, colorScheme });
  const [key = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name: key, value, url: origin, sameSite: "Strict" }]);
  const page = await context.newPage();
  await page.goto(start + path);
  // a reader's paths, not those of a directory that goes with this program
  await page.evaluate(
    `for (const n of (function* (w) { while (w.nextNode()) yield w.currentNode; })(
    document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT))) {
    n.data = n.data.replaceAll(${JSON.stringify(dir.at("usb"))}, "/media/ann/usb")
      .replaceAll(${JSON.stringify(dir.path)}, "/home/ann").replaceAll(${
      JSON.stringify(` on ${Deno.hostname()},`)
    }, " on desk,");
  }`,
  );
  const file = join(OUT, `serve-${name}.png`);
  await page.screenshot({ path: file });
  await smaller(file);
  await context.close();
}
await browser.close();
