/** The words of `hikae:webhook`. @module */

import { wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "tells Slack, Discord, Teams, ntfy or any server how a run ended",
    url: "where to send to",
    format: "json (default), slack, discord, teams or ntfy",
    on: "the outcomes to tell of (default: all but skipped)",
  },
  ja: {
    description: "実行の結果を Slack、Discord、Teams、ntfy や任意のサーバーに知らせます",
    url: "送り先のアドレス",
    format: "json (既定)、slack、discord、teams か ntfy",
    on: "知らせる結果 (既定は skipped 以外のすべて)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "title": "hikae: {name} {outcome}",
    "told": "told {host}",
    "odd-format": 'the option "format" is none of json, slack, discord, teams, ntfy',
    "added": "{counts}, {size} added",
    "with-errors": ", {errors}",
    "more-problems": "and {n} more",
  },
  ja: {
    "title": "hikae: {name} {outcome}",
    "told": "{host} に知らせました",
    "odd-format": 'オプション "format" は json、slack、discord、teams、ntfy のどれかにしてください',
    "added": "{counts}、{size} 追加",
    "with-errors": "、{errors}",
    "more-problems": "ほか {n} 件",
  },
});
