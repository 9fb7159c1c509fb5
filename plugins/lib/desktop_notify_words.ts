/** The words of `hikae:desktop_notify`. @module */

import { wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "shows a desktop notification when a run does not succeed",
    on: "the outcomes to show (default incomplete, failed, held)",
  },
  ja: {
    description: "実行がうまく終わらなかったとき、デスクトップに通知します",
    on: "通知する結果 (既定は incomplete、failed、held)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "title": "Backup of {name}: {outcome}",
    "counts": "{files} files copied, {problems} problems",
  },
  ja: {
    "title": "{name} のバックアップ: {outcome}",
    "counts": "コピーしたファイル {files}、問題 {problems} 件",
  },
});
