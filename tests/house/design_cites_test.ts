/** What code and tests cite of the design stands in docs/design.md. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const SELF = "tests/house/design_cites_test.ts";
const DESIGN = Deno.readTextFileSync(join(ROOT, "docs", "design.md"));

/** The numbers of decisions that the page holds. */
const DECISIONS = new Set([...DESIGN.matchAll(/^\| (\d+) +\|/gm)].map((m) => Number(m[1])));
/** Its headings. */
const HEADINGS = new Set([...DESIGN.matchAll(/^#+ (.+)$/gm)].map((m) => (m[1] ?? "").trim()));
const SECTIONS = new Set([...DESIGN.matchAll(/^### §(\d) /gm)].map((m) => m[1]));

/** Every source, test, tool and plugin, and the documents. */
function files(): string[] {
  const found = ["main.ts"];
  const walk = (dir: string): void => {
    for (const e of Deno.readDirSync(join(ROOT, dir))) {
      const path = `${dir}/${e.name}`;
      if (e.isDirectory && e.name !== "testdata") walk(path);
      else if (/\.(ts|md)$/.test(e.name) && path !== "docs/design.md" && path !== SELF) {
        found.push(path);
      }
    }
  };
  for (const dir of ["src", "tests", "tools", "plugins", "bench", "docs"]) walk(dir);
  return found;
}

/** The text of a file with its comments on one line each, so that a citation may be broken. */
function flat(file: string): string {
  return Deno.readTextFileSync(join(ROOT, file)).replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, " ");
}

/** Numbers of "decision 4", "decisions 4, 7 and 9", "decisions 2 to 12". */
function decisionsIn(text: string): number[] {
  return [...text.matchAll(/\bdecisions? (\d+(?:(?:, | and | to )\d+)*)/g)].flatMap((m) => {
    const range = /^(\d+) to (\d+)$/.exec(m[1] ?? "");
    if (range === null) return (m[1] ?? "").match(/\d+/g)?.map(Number) ?? [];
    const [first, last] = [Number(range[1]), Number(range[2])];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

Deno.test("design: decisions 1 to 29 stand in the table, each once", () => {
  const rows = [...DESIGN.matchAll(/^\| (\d+) +\|/gm)].map((m) => Number(m[1]));
  assertEquals(rows, Array.from({ length: 29 }, (_, i) => i + 1));
  assertEquals(decisionsIn("decisions 3, 4 and 7; decision 22; decisions 13 to 15"), [
    3,
    4,
    7,
    22,
    13,
    14,
    15,
  ]);
});

Deno.test("design: each decision and section that code, tests and documents cite is there", () => {
  const lost: string[] = [];
  let cited = 0;
  for (const file of files()) {
    const text = flat(file);
    for (const n of decisionsIn(text)) {
      cited++;
      if (!DECISIONS.has(n)) lost.push(`${file}: decision ${n}`);
    }
    for (const m of text.matchAll(/\b[Ss]pec §(\d)/g)) {
      cited++;
      if (!SECTIONS.has(m[1])) lost.push(`${file}: spec §${m[1]}`);
    }
    for (const m of text.matchAll(/\bdesign, (?:\*([^*]+)\*|_([^_]+)_)/g)) {
      cited++;
      const name = m[1] ?? m[2] ?? "";
      if (!HEADINGS.has(name)) lost.push(`${file}: design, *${name}*`);
    }
  }
  assertEquals(lost, []);
  assert(cited > 100, `only ${cited} citations were found: the patterns no longer fit`);
});
