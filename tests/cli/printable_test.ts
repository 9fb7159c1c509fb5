/** What may reach a terminal: hikae's own colours and line ends, and no other control. */

import { assertEquals } from "@std/assert";
import { printable, printableJson, printableLines } from "../../src/report/printable.ts";

const NASTY = "a\x1b]0;title\x07\x1b[2J\u009b31m\u202eb\u2066c\rd\x00";

Deno.test("lines of text keep their ends and nothing else that drives a terminal", () => {
  assertEquals(
    printableLines(`one\n\ttwo ${NASTY}`, true),
    "one\n\ttwo a\\e]0;title\\u{7}\\e[2J\\u{9b}31m\\u{202e}b\\u{2066}c\\rd\\u{0}",
  );
});

Deno.test("hikae's colours pass where there are colours, and only these", () => {
  assertEquals(printableLines("\x1b[31merror:\x1b[0m x", true), "\x1b[31merror:\x1b[0m x");
  assertEquals(printableLines("\x1b[31merror:\x1b[0m x", false), "\\e[31merror:\\e[0m x");
  assertEquals(printableLines("\x1b[8mhidden\x1b[31;5m", true), "\\e[8mhidden\\e[31;5m");
});

Deno.test("a line of JSON is the same JSON without raw controls", () => {
  const line = printableJson(JSON.stringify({ name: NASTY }));
  assertEquals(JSON.parse(line), { name: NASTY });
  assertEquals(printable(line), line);
});
