/** The words of what sends to an address. @module */

import { sayer, wordings } from "./words.ts";

/** What its options mean. */
export const ABOUT = wordings({
  en: {
    urlEnv: "the environment variable that holds it, instead of url",
    host: "with urlEnv: the host of that address",
    tokenEnv: "the environment variable that holds a token, sent as Authorization: Bearer",
    retries: "how often to try again (default 3)",
    backoffMs: "the wait before the second attempt, in ms, then doubled (default 1000)",
  },
  ja: {
    urlEnv: "url の代わりに、アドレスが入った環境変数の名前",
    host: "urlEnv のとき: そのアドレスのホスト",
    tokenEnv: "トークンが入った環境変数の名前。Authorization: Bearer として送ります",
    retries: "やり直す回数 (既定は 3)",
    backoffMs: "2 回目までの待ち時間 (ms)。その後は倍ずつ (既定は 1000)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "no-address": 'no address: set the option "url", or "urlEnv" and "host"',
    "the-variable": "the variable {name}",
    "the-option": 'the option "url"',
    "odd-address": "{where} holds no http or https address",
    "send": "send to {host}: {failure}",
    "attempts": " ({n} attempts)",
    "not-granted": "not granted",
    "no-answer": "no answer",
    "time-over": "the time for it is over",
  },
  ja: {
    "no-address": 'アドレスがありません。オプション "url" か、"urlEnv" と "host" を書いてください',
    "the-variable": "環境変数 {name}",
    "the-option": 'オプション "url"',
    "odd-address": "{where} が http か https のアドレスではありません",
    "send": "{host} に送れません: {failure}",
    "attempts": " ({n} 回試しました)",
    "not-granted": "許可されていません",
    "no-answer": "応答がありません",
    "time-over": "制限時間を過ぎました",
  },
});

/** Says it. */
export const say = sayer(TEXTS);
