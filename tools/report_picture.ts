/**
 * `deno task picture:report`: the README's picture of a report, docs/report.png: the page of made-up runs in the
 * system's Chromium, down to the chart of its growth. What pngquant can make smaller is made smaller.
 * @module
 */

import { fromFileUrl } from "@std/path";
import { chromium } from "playwright-core";
import { reportPage } from "../src/report/html/page.ts";
import { findBrowser } from "../tests/helpers/browser_helper.ts";
import { sampleReport } from "../tests/helpers/report_sample.ts";
import { smaller } from "./lib/smaller.ts";

const OUT = fromFileUrl(new URL("../docs/report.png", import.meta.url));

/** Columns of the picture, and how much of the page's foot is left below its last box, px. */
const [WIDTH, FOOT] = [760, 8];
const RUNS = 24;

const browser = await chromium.launch({
  executablePath: findBrowser() ?? "",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
await page.setContent(reportPage(sampleReport(RUNS)));
const growth = await page.locator("section", { hasText: "Growth" }).last().boundingBox();
if (growth === null) throw new Error("the page has no chart of its growth");
const height = Math.ceil(growth.y + growth.height) + FOOT;
await page.screenshot({ path: OUT, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height } });
await browser.close();
await smaller(OUT);
