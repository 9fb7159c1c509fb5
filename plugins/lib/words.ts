/**
 * A plugin's own words in the language of hikae. That stands in `navigator.language`, as in a browser: `en` or `ja`,
 * by `--lang`, the config's `lang` or the system, and is the same as long as the plugin lives.
 * @module
 */

/** The same texts in each language, by their ids. */
export interface Wordings<E extends Readonly<Record<string, string>>> {
  en: E;
  ja: Readonly<Record<keyof E, string>>;
}

/** The names in braces of a text. */
type Named<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Named<Rest>
  : never;

/** Gives the text of an id, with each of its `{names}` filled. */
export type Sayer<E extends Readonly<Record<string, string>>> = <I extends keyof E & string>(
  id: I,
  ...filled: [Named<E[I]>] extends [never] ? [] : [Readonly<Record<Named<E[I]>, string | number>>]
) => string;

/** Texts that have every id in each language: the compiler holds it. */
export function wordings<const E extends Readonly<Record<string, string>>>(
  all: { en: E; ja: NoInfer<Readonly<Record<keyof E, string>>> },
): Wordings<E> {
  return all;
}

/** The texts in the language of hikae; in English where it is another one. */
export function inLanguage<E extends Readonly<Record<string, string>>>(
  all: Wordings<E>,
): Readonly<Record<keyof E, string>> {
  return navigator.language === "ja" ? all.ja : all.en;
}

/** What says texts in the language of hikae. */
export function sayer<E extends Readonly<Record<string, string>>>(all: Wordings<E>): Sayer<E> {
  const texts = inLanguage(all);
  return (id, ...filled) => {
    const values: Readonly<Record<string, string | number>> = filled[0] ?? {};
    return texts[id].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

/** What more than one plugin says. */
export const SHARED = wordings({
  en: {
    "no-program": "there is no such program in PATH",
    "run-not-granted": '"run": ["{program}"] is not granted, or there is no such program',
    "start": "start {program}: {why}",
    "stopped": "{program} was stopped: the time for it is over",
    "ended": "{program} ended with {code}",
    "not-set": "the variable {name} is not set",
    "none-to-copy": "no vault of this run is fit to be copied",
    "which-vault": "{vault} does not say which vault it is",
    "answered": "it answered {status}",
    "counts": "{added} new, {changed} changed, {deleted} deleted",
    "error": "1 error",
    "errors": "{n} errors",
    "done": "done",
    "incomplete": "incomplete",
    "failed": "failed",
    "held": "held",
    "skipped": "skipped",
    "interrupted": "interrupted",
  },
  ja: {
    "no-program": "PATH にそのようなプログラムはありません",
    "run-not-granted":
      '"run": ["{program}"] が許可されていないか、そのようなプログラムがありません',
    "start": "{program} を起動できません: {why}",
    "stopped": "{program} を止めました。制限時間を過ぎました",
    "ended": "{program} がコード {code} で終わりました",
    "not-set": "環境変数 {name} が設定されていません",
    "none-to-copy": "この実行には、写せる状態の保管先がありません",
    "which-vault": "{vault} がどの保管先なのか分かりません",
    "answered": "サーバーの答えは {status} でした",
    "counts": "新規 {added}、変更 {changed}、削除 {deleted}",
    "error": "エラー 1 件",
    "errors": "エラー {n} 件",
    "done": "完了",
    "incomplete": "不完全",
    "failed": "失敗",
    "held": "停止",
    "skipped": "省略",
    "interrupted": "中断",
  },
});

/** Says what more than one plugin says. */
export const shared = sayer(SHARED);

/** How many errors there were. */
export function errorCount(n: number): string {
  return n === 1 ? shared("error") : shared("errors", { n });
}
