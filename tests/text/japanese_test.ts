/** Messages in Japanese: none missing, none with other placeholders, none left English; and the choice of a language. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { MessageText } from "../../src/text/catalog.ts";
import { EN } from "../../src/text/en.ts";
import { EN_HELP } from "../../src/text/help_text.ts";
import { JA } from "../../src/text/ja.ts";
import { JA_HELP } from "../../src/text/ja_help.ts";
import { languageOf } from "../../src/cli/language.ts";
import { commandHelp, overview } from "../../src/cli/help/help.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { speak } from "../../src/text/speak.ts";
import { speakHelp } from "../../src/text/speak_help.ts";
import { TROUBLES } from "../../src/cli/status/status_trouble.ts";
import { displayWidth } from "../../src/report/display_width.ts";
import { fold } from "../../src/report/wrap_text.ts";
import { wordText } from "../../src/report/word_text.ts";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

/** What has no word to translate: commands as they are typed, and what only joins others. */
const AS_IT_IS = /^[\x20-\x7e…]*$/;
const NO_WORDS = new Set([
  "bundle.rclone-failed",
  "plugin.failed-list",
  "plugin.test",
  "plugin.test-hint",
  "restore.reason-never",
  "serve.failed",
  "summary.of-these",
  "system.behind",
]);

function placeholders(message: MessageText): string[] {
  const all = typeof message === "string" ? message : `${message.one}${message.other}{n}`;
  return [...new Set([...all.matchAll(/\{([A-Za-z]+)\}/g)].map((m) => m[1] ?? ""))].sort();
}

Deno.test("japanese: one word for one thing, and brackets of one width, as docs/languages.md has them", () => {
  const odd = Object.entries({ ...JA, ...JA_HELP }).filter(([, message]) =>
    /ディレクトリ|フォルダ(?!ー(?!ー))|ログオン|[（）]/.test(JSON.stringify(message))
  );
  assertEquals(odd.map(([id]) => id), []);
});

Deno.test("japanese: no message is missing, and there is none that English has not", () => {
  assertEquals(Object.keys(EN).filter((id) => !Object.hasOwn(JA, id)), []);
  assertEquals(Object.keys(JA).filter((id) => !Object.hasOwn(EN, id)), []);
  assertEquals(Object.keys(EN_HELP).filter((id) => !Object.hasOwn(JA_HELP, id)), []);
  assertEquals(Object.keys(JA_HELP).filter((id) => !Object.hasOwn(EN_HELP, id)), []);
});

Deno.test("japanese: the placeholders are those of English", () => {
  const english: Readonly<Record<string, MessageText>> = EN;
  const other = Object.entries(JA).filter(([id, said]) =>
    `${placeholders(said)}` !== `${placeholders(english[id] ?? "")}`
  );
  assertEquals(other, []);
});

Deno.test("japanese: none is left English", () => {
  const left = Object.entries({ ...JA, ...JA_HELP }).filter(([id, said]) =>
    !NO_WORDS.has(id) && AS_IT_IS.test(said)
  );
  assertEquals(left, []);
});

Deno.test("the language: --lang, then the config, then LC_ALL, LC_MESSAGES, LANG, then the display", async () => {
  const of = (
    words: string[],
    env: Record<string, string>,
    config?: string,
    display?: string,
  ): Promise<string> =>
    languageOf({
      words,
      env: (name) => env[name],
      config: () => Promise.resolve(config),
      ...(display === undefined ? {} : { display }),
    });
  const ja = "ja_JP.UTF-8";
  assertEquals(await of(["list", "--lang", "en"], { LC_ALL: ja }, "ja"), "en");
  assertEquals(await of(["--lang=ja", "list"], {}), "ja");
  assertEquals(await of(["list", "--", "--lang=ja"], {}), "en");
  assertEquals(await of([], { LC_ALL: ja }, "en"), "en");
  assertEquals(await of([], { LC_ALL: "C", LANG: ja }), "en");
  assertEquals(await of([], { LC_ALL: "", LC_MESSAGES: ja, LANG: "C" }), "ja");
  assertEquals(await of([], { LC_MESSAGES: "fr_FR", LANG: ja }), "en");
  assertEquals(await of([], { LANG: "ja" }, undefined, "en-US"), "ja");
  assertEquals(await of([], {}, undefined, "ja-JP"), "ja");
  assertEquals(await of([], {}, "tlh"), "en");
});

Deno.test("the language: an unknown --lang is exit code 2, with those that there are", async () => {
  for (
    const words of [["--lang", "xx"], ["list", "v", "--lang=xx"], ["list", "--help", "--lang=xx"]]
  ) {
    const done = await run(words);
    assertEquals(done.code, 2, words.join(" "));
    assertStringIncludes(done.stderr, "en, ja");
  }
});

Deno.test("the language: engine, threads and children speak it, and --json differs in texts alone", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { "a.txt": "1" } });
  const config = { lang: "ja", jobs: { j: { source: "source", vaults: ["vault"] } } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify(config));
  const options = { cwd: dir.path };
  const first = await run(["backup", "j"], options);
  assertEquals(first.code, 0, first.stderr);
  assertMatch(first.stdout, /保管先|スナップショット/);
  // what the engine's thread says
  Deno.removeSync(dir.at("source/a.txt"));
  const empty = await run(["backup", "j"], options);
  assertEquals(empty.code, 4);
  assertMatch(empty.stderr, /エラー:.*バックアップ元が空/);
  const keys = async (lang: string): Promise<unknown[]> =>
    (await run(["backup", "j", "--json", "--lang", lang], options)).json
      .map(({ message: _, hint: __, reason: ___, description: ____, ...rest }) => rest);
  assertEquals(await keys("ja"), await keys("en"));
  // a child of `backup --all`
  assertMatch(
    (await run(["backup", "--all", "--allow-mass-change"], options)).stdout,
    /スナップショット/,
  );
});

Deno.test("japanese: every page of help fits 80 columns and 40, the first screen 24 lines", async () => {
  await speak("ja");
  await speakHelp();
  try {
    for (const width of [80, 40]) {
      const options = { os: "linux", shell: "sh", width, all: true } as const;
      const pages = COMMANDS.map((c) => commandHelp(c, c.name, options));
      const wide = [overview(COMMANDS, options), ...pages].flatMap((page) => page.split("\n"))
        .filter((line) => displayWidth(line) > width && /[ぁ-ん]/.test(line));
      assertEquals(wide, []);
    }
    const first = overview(COMMANDS);
    assert(first.split("\n").length <= 24, first);
  } finally {
    await speak("en");
    await speakHelp();
  }
});

Deno.test("a quoted path is not broken: the command in a hint can be pasted", () => {
  const folded = fold(
    '  as it was: hikae cat Backup "notes/写真のメモ.txt" --at 20261129_121124',
    30,
  );
  assertStringIncludes(folded, '"notes/写真のメモ.txt"');
});

Deno.test("japanese: lines break between characters, not before a closing mark nor within a word of another script", () => {
  const folded = fold("  保管先を開けません。フォルダーです: /mnt/usb", 20).split("\n");
  assert(folded.every((line) => displayWidth(line) <= 20), folded.join("\n"));
  assert(folded.every((line) => !/^ *[。、)]/.test(line)), folded.join("\n"));
  assert(
    folded.some((line) => line.includes("フォルダー")) &&
      folded.some((line) => line.endsWith("/mnt/usb")),
  );
});

Deno.test("japanese: how a last run ended and what is wrong with a vault are said in words, none as programs read it", async () => {
  const ends = ["ok", "incomplete", "stopped", "failed", "interrupted", "running", "never"];
  const words = [...TROUBLES, ...ends, "unreachable"];
  assertEquals(words.map(wordText), words);
  await speak("ja");
  try {
    assertEquals(words.filter((word) => !/[^\x20-\x7e]/.test(wordText(word))), []);
  } finally {
    await speak("en");
  }
});
