/** The words of `hikae:ransom_guard`. @module */

import { wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "holds a run when many files were scrambled or renamed since the last one",
    files: "how many scrambled files hold the run (default 30)",
    content: "compare contents with the vault's (default true); false: names only, no grant needed",
    canaries: "files below the source that nobody edits: one that changed holds the run at once",
    days: "without contents: how recently a file must have changed to count (default 2)",
    passUntil: "hold nothing before this day, as 2026-12-31",
  },
  ja: {
    description: "前の実行から多くのファイルが暗号化されたか改名されたとき、実行を止めます",
    files: "実行を止めるまでの、暗号化されたファイルの数 (既定は 30)",
    content: "内容を保管先と比べる (既定は true)。false なら名前だけを見て、権限は要りません",
    canaries: "だれも編集しない、バックアップ元のファイル。変わればすぐに実行を止めます",
    days: "内容を比べないとき: 何日以内に変わったファイルを数えるか (既定は 2)",
    passUntil: "この日までは何も止めない (例: 2026-12-31)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "canary": "the canary {file} is gone or changed: look at the source before you go on",
    "endings": "{n} files now end in .{ending}: {why}",
    "scrambled": "{n} files were scrambled since the last run, as {example}: {why}",
    "why": "this may be ransomware; look before you go on",
  },
  ja: {
    "canary":
      "見張りのファイル {file} がないか変わっています。続ける前にバックアップ元を確認してください",
    "endings": "{n} 個のファイルの末尾が .{ending} になっています。{why}",
    "scrambled": "前の実行から {n} 個のファイルが読めない内容に変わりました (例: {example})。{why}",
    "why": "ランサムウェアかもしれません。続ける前に確認してください",
  },
});
