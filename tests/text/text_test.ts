/** The catalogue of messages: typed ids and placeholders, counting forms, another language over English. */

import { assert, assertEquals } from "@std/assert";
import type { MessageText, PlaceholdersOf } from "../../src/text/catalog.ts";
import { EN } from "../../src/text/en.ts";
import { text, useLanguage } from "../../src/text/text.ts";

/** A message as a language would carry it, filled through the catalogue. */
function filled(message: MessageText, fillings: Record<string, string | number>): string {
  useLanguage({ tag: "xx", texts: { "backup.interrupted-hint": message } });
  try {
    return (text as (id: string, f: Record<string, string | number>) => string)(
      "backup.interrupted-hint",
      fillings,
    );
  } finally {
    useLanguage();
  }
}

Deno.test("text: an id gives its English text, and placeholders are filled as they are", () => {
  assert(text("backup.interrupted-hint").length > 0);
  assertEquals(filled("{path}: {what}", { path: "a{what}b", what: "$&" }), "a{what}b: $&");
});

Deno.test("text: a counting message has one form for 1 and another for everything else", () => {
  const files: MessageText = { one: "{n} file", other: "{n} files" };
  assertEquals([0, 1, 2, 26925].map((n) => filled(files, { n })), [
    "0 files",
    "1 file",
    "2 files",
    "26,925 files",
  ]);
});

Deno.test("text: what a language lacks is said in English", () => {
  useLanguage({ tag: "xx", texts: {} });
  try {
    assertEquals(text("backup.interrupted-hint"), EN["backup.interrupted-hint"]);
  } finally {
    useLanguage();
  }
});

Deno.test("text: the names of placeholders are known to the compiler", () => {
  const name: PlaceholdersOf<"{path} is {what}"> = "path";
  const count: PlaceholdersOf<{ one: "{n} file in {dir}"; other: "{n} files in {dir}" }> = "n";
  assertEquals([name, count], ["path", "n"]);
});

Deno.test("text: ids begin with the subject whose file holds them", () => {
  for (const id of Object.keys(EN)) assert(/^[a-z-]+\.[a-z0-9-]+$/.test(id), id);
});
