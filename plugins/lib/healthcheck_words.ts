/** The words of `hikae:healthcheck`. @module */

import { wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "pings healthchecks.io or its like at the start, success and failure of a run",
    url: "the address of the check",
    startPath: 'added to the address at the start (default "/start"; "" for no ping)',
    successPath: 'added to it after a good run (default "")',
    failPath: 'added to it after a failed run (default "/fail")',
    good: "the outcomes that are a success (default done and skipped)",
  },
  ja: {
    description: "実行の開始、成功、失敗を healthchecks.io などに知らせます",
    url: "見張り役のアドレス",
    startPath: '開始のときにアドレスに付けるもの (既定は "/start"。"" なら知らせない)',
    successPath: 'うまく終わったときに付けるもの (既定は "")',
    failPath: '失敗したときに付けるもの (既定は "/fail")',
    good: "成功とみなす結果 (既定は done と skipped)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: { "head": "{outcome} (exit code {code})" },
  ja: { "head": "{outcome} (終了コード {code})" },
});
