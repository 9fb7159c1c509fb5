/** What one JSON text may say in several ways: Base64 with escapes, times, unknown keys. */

import { assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { parseTime } from "../../src/portable/entry_text.ts";
import { planRestore } from "../../src/portable/restore.ts";
import {
  documentOf,
  fileEntry,
  inTemp,
  linkEntry,
  restore,
  testPorts,
} from "./portable_support.ts";

const asU = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A document of one file and a link after it, its content written as `write` has it. */
function text(content: string, write: (base64: string) => string): string {
  const entry = fileEntry("f", content);
  const document = JSON.stringify(documentOf([{ ...entry, content: "@" }, linkEntry("z", "f")]));
  return document.replace('"@"', () => `"${write(String(entry.content))}"`);
}

Deno.test("Base64 with escapes of JSON is the same string, in every pass", async () => {
  const contents = [
    "",
    "\u00fe",
    "a",
    "ab",
    "abc",
    "?>?>".repeat(70_001),
    "x".repeat(300_000) + "??",
  ];
  const ways: ((base64: string) => string)[] = [
    (b) => b.replaceAll("/", "\\/"),
    (b) => b.replaceAll(/./g, asU),
    (b) => b.replaceAll(/[A-M=]/g, (c) => asU(c).toUpperCase().replace("U", "u")),
    (b) => b.slice(0, -1) + b.slice(-1).replaceAll(/./g, asU),
    (b) => b.slice(0, 1).replaceAll(/./g, asU) + b.slice(1),
  ];
  await inTemp(async (dir) => {
    for (const [i, content] of contents.entries()) {
      for (const [k, way] of ways.entries()) {
        const [file, out] = [`${dir}/s.json`, `${dir}/out${i}-${k}`];
        Deno.writeTextFileSync(file, text(content, way));
        const options = { snapshot: file, name: "s.json", output: out };
        assertEquals((await planRestore(testPorts(), options)).files, 1);
        assertEquals((await restore(testPorts(), file, out)).errors, 0);
        assertEquals(Deno.readTextFileSync(`${out}/f`), content);
        assertEquals(Deno.readLinkSync(`${out}/z`), "f");
      }
    }
  });
});

Deno.test("an escape that is no character of Base64 is refused", async () => {
  await inTemp(async (dir) => {
    for (
      const bad of ['\\"', "\\\\", "\\n", "\\u00e9", "\\u0141", "\\u002", "\\x41", "\\u0020", "\\"]
    ) {
      for (const place of [0, 2, 8]) {
        const way = (b: string): string => b.slice(0, place) + bad + b.slice(place + 1);
        Deno.writeTextFileSync(`${dir}/s.json`, text("hello!", way));
        const error = await assertRejects(
          () => restore(testPorts(), `${dir}/s.json`, `${dir}/out`),
          HikaeError,
          undefined,
          bad,
        );
        assertEquals(error.id, "damaged", bad);
      }
    }
    assertEquals([...Deno.readDirSync(dir)].map((e) => e.name), ["s.json"]);
  });
});

Deno.test("a day or a time of day that there is not is no time", () => {
  const bad = [
    ...["2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z"],
    ...["2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z"],
    ...["2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z", "2026-01-01T23:59:60Z"],
    ...["2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00-01:60", "2026-01-01T00:00:00"],
    ...["2026-1-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.Z", "today"],
    "+012026-01-01T00:00:00Z",
  ];
  for (const one of bad) assertEquals(parseTime(one), undefined, one);
  const good: [string, string][] = [
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"],
    ["2000-02-29T00:00:00.123456789Z", "2000-02-29T00:00:00.123Z"],
    ["2026-01-01T00:30:00+09:00", "2025-12-31T15:30:00.000Z"],
    ["2026-01-01T00:30:00.5-00:45", "2026-01-01T01:15:00.500Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["0099-12-31T00:00:00Z", "0099-12-31T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ];
  for (const [one, same] of good) {
    assertEquals(new Date(parseTime(one) ?? NaN).toISOString(), same, one);
  }
});
