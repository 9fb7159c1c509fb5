/** The shipped plugins speak the language of hikae: no text is missing in one, and each reaches whoever reads it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { SHIPPED } from "../../src/cli/shipped_plugins.ts";
import { speak } from "../../src/text/speak.ts";
import { run } from "../helpers/cli_helper.ts";
import { result, serve, withPlugin } from "./shipped_support.ts";

const LIB = fromFileUrl(new URL("../../plugins/lib", import.meta.url));

/** What one file of words has, by its name there. */
type Words = Record<string, { en: Record<string, string>; ja: Record<string, string> }>;

/** Every text of the shipped plugins, in both languages. */
async function everyText(): Promise<{ id: string; en: string; ja: string }[]> {
  const all: { id: string; en: string; ja: string }[] = [];
  for (const { name } of Deno.readDirSync(LIB)) {
    if (!name.endsWith("words.ts")) continue;
    const words = await import(`file://${join(LIB, name)}`) as Words;
    for (const table of ["ABOUT", "TEXTS", "SHARED"]) {
      const { en = {}, ja = {} } = words[table] ?? {};
      assertEquals(Object.keys(ja).sort(), Object.keys(en).sort(), name);
      for (const [id, text] of Object.entries(en)) {
        all.push({ id: `${name}: ${id}`, en: text, ja: ja[id] ?? "" });
      }
    }
  }
  return all;
}

/** Names in braces, in no order. */
function filled(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(String).sort();
}

Deno.test("plugins' words: none is missing in Japanese, none has other names in braces, none is left English", async () => {
  const all = await everyText();
  assert(all.length > 200);
  // what is made of names and marks alone is the same in both
  const same = all.filter(({ en }) => !/[a-z]/.test(en.replace(/\{\w+\}|hikae/g, "")));
  const wordy = all.filter((text) => !same.includes(text));
  assertEquals(wordy.filter(({ en, ja }) => String(filled(en)) !== String(filled(ja))), []);
  const english = wordy.filter(({ ja }) => !/[ぁ-んァ-ヶ一-龠、]/.test(ja));
  assertEquals(english.map(({ id }) => id), []);
});

Deno.test("plugins' words: `plugin list --shipped` tells of each plugin and option in Japanese", async () => {
  const texts = new Set((await everyText()).map(({ ja }) => ja));
  const english = new Set((await everyText()).map(({ en }) => en));
  const lines = (await run(["plugin", "list", "--shipped", "--lang", "ja", "--json"])).json;
  const said = lines.flatMap((line) => [
    line["description"],
    ...Object.values(line["options"] as Record<string, string> ?? {}),
  ]).filter((text) => text !== undefined).map(String);
  assert(said.length > SHIPPED.length * 2);
  assertEquals(said.filter((text) => !texts.has(text) && english.has(text)), []);
});

Deno.test("plugins' words: what is sent and what fails is said in the language of the run", async () => {
  await speak("ja");
  try {
    await using server = serve([200, 404]);
    const options = { url: server.url, retries: 0, on: ["failed"] };
    const t = await withPlugin(
      "webhook",
      { allow: { net: [server.host] }, options },
      ({ set }) => set.postBackup(result("failed")),
    );
    assertEquals(t.warnings, []);
    const body = JSON.parse(server.got[0]?.body ?? "") as Record<string, unknown>;
    assertEquals([body["title"], body["outcome"]], ["hikae: documents 失敗", "failed"]);
    assertMatch(String(body["text"]), /新規 12、変更 3、削除 1、3\.81 MiB 追加/);
    const refused = await withPlugin(
      "webhook",
      { allow: { net: [server.host] }, options },
      ({ set }) => set.postBackup(result("failed")),
    );
    assertMatch(refused.warnings.join(), /サーバーの答えは 404 でした/);
  } finally {
    await speak("en");
  }
});
