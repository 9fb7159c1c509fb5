/** The words of `hikae:command`. @module */

import { wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "runs a command before a run, after a good one or after a failed one",
    when: "before, after (a run that ended well or incomplete) or failed",
    run: 'the program and its arguments: ["pg_dump", "-f", "/srv/app/db.sql"]',
  },
  ja: {
    description: "実行の前、うまく終わった後、失敗した後にコマンドを動かします",
    when: "before (前)、after (完了か不完全で終わった後) か failed (失敗した後)",
    run: 'プログラムとその引数: ["pg_dump", "-f", "/srv/app/db.sql"]',
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "no-command": 'no command: set the option "run" to a list',
    "no-such": "there is no such program",
    "more-lines": "{n} more lines",
  },
  ja: {
    "no-command": 'コマンドがありません。オプション "run" に一覧を書いてください',
    "no-such": "そのようなプログラムはありません",
    "more-lines": "ほか {n} 行",
  },
});
