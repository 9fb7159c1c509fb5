/** Answers on a narrow terminal: lines of their own instead of columns that would wrap. */

import { assert, assertEquals } from "@std/assert";
import type { AnswerMessage } from "../../src/base/event.ts";
import { answerText, snapshotHead, statusHead, versionHead } from "../../src/report/answers.ts";
import { displayWidth } from "../../src/report/display_width.ts";
import { NO_TERMINAL, onTerminal } from "../helpers/terminal_helper.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { fold } from "../../src/report/wrap_text.ts";
import { speak } from "../../src/text/speak.ts";

const ANSWERS: readonly AnswerMessage[] = [
  {
    message_type: "snapshot",
    stamp: "20261129_114159",
    state: "partial",
    files_new: 12_345,
    files_changed: 1234,
    files_deleted: 0,
    bytes_added: 5e9,
    total_bytes_processed: 6e9,
    lost: 3,
    errors: 1,
  },
  {
    message_type: "version",
    path: "notes/todo.txt",
    from: "20261129_114139",
    to: "20261129_114159",
    ended: "changed",
    state: "old",
    size: 123_456,
    gone: null,
    stored_as: "notes/x",
  },
  {
    message_type: "job_status",
    job: "documents",
    vault: "/mnt/usb/documents",
    result: "ok",
    stamp: "20261129_114159",
    age: 800,
    size: 123_456,
    files_new: 1,
    files_changed: 2,
    files_deleted: 3,
    verified_share: 1,
    verified_oldest: "2026-11-29T10:00:00Z",
    plugins_failed: 1,
  },
];

Deno.test("narrow: no line of list, history or status is longer than 40 columns, in either language", async () => {
  for (const language of ["en", "ja"] as const) {
    await speak(language);
    try {
      for (const m of ANSWERS) {
        const lines = fold(answerText(m, true) ?? "", 40).split("\n");
        assertEquals(lines.filter((line) => displayWidth(line) > 40), [], m.message_type);
        assert(lines.join(" ").includes("20261129_114159"), lines.join("\n"));
      }
    } finally {
      await speak("en");
    }
  }
});

Deno.test("narrow: the columns of 80 have heads that fit, in either language", async () => {
  for (const language of ["en", "ja"] as const) {
    await speak(language);
    try {
      for (const head of [snapshotHead(), versionHead(), statusHead()]) {
        assert(displayWidth(head) <= 80, `${language} ${displayWidth(head)}: ${head}`);
      }
    } finally {
      await speak("en");
    }
  }
});

Deno.test("narrow: nothing is lost but the columns: what is not 0 is told, and what is wrong", () => {
  assertEquals(answerText(ANSWERS[0] as AnswerMessage, true)?.split("\n"), [
    "20261129_114159  partial",
    "  12,345 new, 1,234 changed, 0 deleted",
    "  4.66 GiB added",
    "  3 of its files are gone from the vault",
    "  1 could not be read or stored",
  ]);
  assertEquals(answerText(ANSWERS[1] as AnswerMessage, true)?.split("\n"), [
    "  20261129_114139",
    "    20261129_114159 changed, 120.6 KiB, old",
    "    notes/x",
  ]);
});

Deno.test({
  name:
    "narrow: on a terminal of 50 columns summaries are folded, and cat begins on a line of its own",
  ignore: NO_TERMINAL,
  fn: async () => {
    for (const lang of ["en", "ja"]) {
      using dir = tempDir();
      makeTree(dir.path, { s: { "a.txt": "content of a\n", d: { b: "b" }, e: { c: "c" } } });
      const said = await onTerminal(dir, [
        "stty cols 50",
        `hikae backup s v --lang ${lang}`,
        "echo more >> s/a.txt; rm s/d/b; mv s/e s/f; echo new > s/new",
        `hikae backup s v --lang ${lang}`,
        `hikae prune v --keep-last 1 --dry-run --lang ${lang}`,
        "echo -----",
        `hikae cat v a.txt --at latest~1 --lang ${lang}`,
      ]);
      const [summaries = "", cat = ""] = said.split("-----\n");
      // the progress line is written over in place
      const lines = summaries.split("\n")
        .map((line) => line.slice(line.lastIndexOf("\r") + 1).replace(ESCAPES, ""));
      assert(lines.length > 8, summaries);
      assertEquals(lines.filter((line) => displayWidth(line) > 50), []);
      // whether it showed progress hangs on the machine; what it showed is wiped
      const before = cat.slice(0, cat.indexOf("content of a\n"));
      assert(before === "" || before.endsWith("\r\x1b[K"), JSON.stringify(cat));
    }
  },
});

/** What moves the cursor and colours. */
// deno-lint-ignore no-control-regex
const ESCAPES = /\x1b\[[0-9;?]*[A-Za-z]/g;
