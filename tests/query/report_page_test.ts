/** The page of `hikae report`: its structure, hostile names, and how a real browser shows it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { barsOf } from "../../src/report/html/bars.ts";
import type { ReportRun } from "../../src/base/report_data.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { speak } from "../../src/text/speak.ts";
import { escape } from "../../src/report/html/escape.ts";
import { niceBytes, niceCount } from "../../src/report/html/numbers.ts";
import { reportPage } from "../../src/report/html/page.ts";
import { Browser, findBrowser } from "../helpers/browser_helper.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { HOSTILE, sampleReport } from "../helpers/report_sample.ts";

const COUNTS = [0, 1, 2, 3, 12, 61, 400, 3000];

/** The page with its void elements closed, so that an XML parser reads it. */
function asXml(page: string): string {
  return page.replace("<!doctype html>", "").replace(/<(meta|br|wbr)\b([^>]*)>/g, "<$1$2/>");
}

Deno.test("a page is well formed and has a section for all that there is, and for nothing else", () => {
  for (const count of COUNTS) {
    const page = reportPage(sampleReport(count));
    assertEquals(XMLValidator.validate(asXml(page)), true, `${count} runs`);
    assertStringIncludes(page, "<h2>Runs");
    assertEquals(page.includes("<h2>What the rules would remove next"), count > 2);
    assertEquals(page.includes("<h2>Growth"), count > 1);
    assertEquals(page.includes("<h2>Largest files"), count > 0);
    assertEquals(page.includes("<h2>Most versions"), count > 1);
    assert(!/<section><h2>[^<]*<\/h2><\/section>|<ul class="key"><\/ul>/.test(page));
    assert(!/NaN|undefined|Infinity/.test(page), `${count} runs`);
  }
});

/** A run beside others: `new` and `changed` files of 10 bytes each. */
function runOf(stamp: string, added: number, changed: number, deleted = 0): ReportRun {
  const amount = (files: number): { files: number; bytes: number } => ({
    files,
    bytes: 10 * files,
  });
  return {
    stamp: stamp as Stamp,
    state: "complete",
    new: amount(added),
    changed: amount(changed),
    deleted: amount(deleted),
    failed: 0,
    current: 10 * added,
    past: 0,
  };
}

/** The heights of the bars of one kind, in the order of the page. */
function heights(page: string, kind: string): number[] {
  return [...page.matchAll(new RegExp(`<rect class="${kind}"[^>]*height="([^"]+)"`, "g"))]
    .map((m) => Number(m[1]));
}

Deno.test("one changed or deleted file is seen beside thousands of new ones, and lies within the drawing", () => {
  const runs = [runOf("20260105_200000", 50_000, 1, 1), runOf("20260106_200000", 40_000, 0)];
  const page = reportPage({ ...sampleReport(2), runs });
  for (const kind of ["changed", "deleted"]) {
    const seen = heights(page, kind);
    assert(seen.length > 0 && seen.every((high) => high >= 3), `${kind}: ${seen}`);
  }
  for (
    const [, y, high] of page.matchAll(
      /<rect class="(?:new|changed|deleted)"[^>]* y="([^"]+)"[^>]*height="([^"]+)"/g,
    )
  ) {
    assert(Number(y) >= 0 && Number(y) + Number(high) <= 160.01, `${y} ${high}`);
  }
});

Deno.test("few runs fill the width, each with its date; runs of one minute are told apart by seconds", () => {
  const runs = [runOf("20260105_200000", 3, 0), runOf("20260105_200017", 0, 1)];
  const page = reportPage({ ...sampleReport(2), runs });
  assertEquals(page.includes("max-width:calc"), false);
  assertStringIncludes(page, "<span>2026-01-05 20:00:00</span><span>2026-01-05 20:00:17</span>");
  assertStringIncludes(page, "<td>2026-01-05 20:00:17</td>");
  const apart = reportPage({
    ...sampleReport(2),
    runs: [runs[0] as ReportRun, runOf("20260106_200000", 1, 0)],
  });
  assertStringIncludes(apart, "<span>2026-01-05 20:00</span><span>2026-01-06 20:00</span>");
  const still = reportPage({ ...sampleReport(2), runs: [runOf("20260105_200000", 0, 0)] });
  assertStringIncludes(still, "No file changed in these runs.");
  assert(!still.includes("<h3>Files"), "a chart without a bar");
});

Deno.test("long paths break after their slashes", () => {
  assertStringIncludes(
    reportPage(sampleReport(3, ["a/b c/d<.txt"])),
    "a/<wbr>b c/<wbr>d&lt;.txt<span",
  );
});

Deno.test("a page speaks the language of the command", async () => {
  await speak("ja");
  try {
    const page = reportPage(sampleReport(12));
    assertStringIncludes(page, '<html lang="ja">');
    assertStringIncludes(page, "documents の控え");
    for (const said of page.matchAll(/<(?:h2|dt|th[^>]*|summary|li)>(?:<i[^>]*><\/i>)?([^<]*)</g)) {
      assert(!/^[\x20-\x7e]+$/.test(said[1] ?? ""), `English: ${said[1]}`);
    }
  } finally {
    await speak("en");
  }
});

Deno.test("a page loads nothing, runs nothing, and fits a phone by its own word", () => {
  const page = reportPage(sampleReport(40, HOSTILE));
  assert(!/<(script|link|img|iframe|object|embed|base|form)\b/i.test(page));
  assert(!/url\(|@import|https?:/i.test(page));
  assertStringIncludes(page, `default-src 'none'`);
  assertStringIncludes(page, `name="viewport" content="width=device-width`);
  assertStringIncludes(page, "@media(prefers-color-scheme:dark)");
});

Deno.test("no name is taken for markup, in any place that a name can come to", () => {
  const names = HOSTILE.map((n) => n.replaceAll("\n", "n"));
  for (const name of names) {
    const data = sampleReport(12, [name]);
    const rule = { ...data.rules[0], rule: name };
    const hostile = {
      ...data,
      vault: name,
      job: name,
      source: name,
      host: name,
      rules: [rule as typeof data.rules[number]],
      rules_note: name,
    };
    const plain = reportPage(sampleReport(12, ["x"]));
    const page = reportPage(hostile);
    assertEquals(XMLValidator.validate(asXml(page)), true, name);
    assertEquals(tags(page).filter((t) => !tags(plain).includes(t)), [], name);
    assertEquals(attributes(page), attributes(plain), name);
  }
  assertEquals(
    escape(`<a b="c" d='e'>&amp;\u202e\x1b`),
    "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;\\u{202e}\\e",
  );
});

/** The kinds of elements. */
function tags(page: string): string[] {
  return [...new Set(page.match(/<[a-z0-9]+/g))].sort();
}

/** The names of all attributes. */
function attributes(page: string): string[] {
  const found = new Set<string>();
  new XMLParser({
    ignoreAttributes: false,
    attributeValueProcessor: (name) => (found.add(name), ""),
  }).parse(asXml(page));
  return [...found].sort();
}

Deno.test("runs are drawn one by one, then by day, week, month and year", () => {
  const per = (count: number): [number, string] => {
    const { bars, per } = barsOf(sampleReport(count).runs);
    return [bars.length, per];
  };
  assertEquals(per(60), [60, "page.per-run"]);
  assertEquals(per(61)[1], "page.per-week");
  assertEquals(per(1500)[1], "page.per-month");
  assertEquals(per(3000), [9, "page.per-year"]);
  const { runs } = sampleReport(400);
  const { bars } = barsOf(runs);
  for (const kind of ["new", "changed", "deleted"] as const) {
    for (const what of ["files", "bytes"] as const) {
      const drawn = bars.reduce((n, b) => n + b[kind][what], 0);
      assertEquals(drawn, runs.reduce((n, r) => n + r[kind][what], 0));
    }
  }
});

Deno.test("an axis ends at a round number that holds what is drawn", () => {
  for (const n of [0, 1, 2, 3, 7, 9, 11, 57, 99, 101, 12_345, 7e9]) {
    assert(niceCount(n) >= n && niceCount(n) <= Math.max(1, 2 * n), String(n));
    assert(Number.isInteger(niceCount(n)));
    assert(niceBytes(n) >= n && niceBytes(n) <= Math.max(1, 2 * n), String(n));
  }
});

const browser = findBrowser();

Deno.test({
  name: `a browser shows the page on a phone and on a desk, light and dark${
    browser === undefined ? " (needs chromium)" : ""
  }`,
  ignore: browser === undefined,
  async fn(): Promise<void> {
    using dir = tempDir();
    await using b = await Browser.start(browser ?? "");
    const pages = {
      hostile: sampleReport(12, HOSTILE),
      first: sampleReport(1),
      empty: sampleReport(0),
      year: sampleReport(400),
    };
    for (const [name, data] of Object.entries(pages)) {
      const file = dir.at(`${name}.html`);
      Deno.writeTextFileSync(file, reportPage(data));
      for (const width of [375, 1200]) {
        const light = await b.look(file, { width, dark: false });
        const dark = await b.look(file, { width, dark: true });
        for (const look of [light, dark]) {
          assertEquals([look.log, look.requests, look.overflowing], [[], [], []], name);
          assertEquals([look.scrollWidth, look.innerWidth], [width, width], name);
          assertEquals(look.title, "Backup of documents");
          assert(look.smallestFont >= 11, `${name}: ${look.smallestFont} px`);
          // a page that is drawn has more to it than a blank one
          assert(look.png.length > 10_000, name);
        }
        assert(brightness(light.background) > 200 && brightness(dark.background) < 50);
      }
    }
  },
});

function brightness(color: string): number {
  const parts = color.match(/\d+/g)?.slice(0, 3).map(Number) ?? [];
  return parts.reduce((a, b) => a + b, 0) / 3;
}
