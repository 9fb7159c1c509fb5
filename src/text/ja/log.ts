/** The same in Japanese. @module */

/** The texts. */
export const log = {
  "log.not-written": "注意: ログを書けませんでした: {problem}",
  "log.not-told": "注意: デスクトップに通知できませんでした: {problem}",
  "log.ended-silently": "実行が何も言わずに終わりました (終了コード {code})",
  "log.rules-failed":
    "バックアップは完了しましたが、その後の処理 (prune か cleanup) に失敗しました",
  "log.overdue-title": "{job} のバックアップが {age} ありません",
  "log.overdue-text": "前回の実行 {result}: {message}。参照: hikae status {job}",
  "log.never-title": "{job} はまだ一度もバックアップされていません",
  "log.event": "hikae: {job} のバックアップ {result} (終了コード {exit}): {message}。ログ: {log}",
  "log.no-reason": "理由は分かりません",
  "log.no-drive": "ドライブ {drive} がないので、何もしません",
  "log.error": "エラー {path}: {during}: {message} ({code})",
  "log.note": "注意 {message}",
  "log.keep": "残す {what}: {reason}",
  "log.remove": "消す {what}: {reason}",
  "log.end": "終了 {result}、終了コード {exit}、{seconds} s{why}",
  "limit.not-one": '{flag}: "{given}" は時間の制限ではありません',
  "limit.not-one-hint": "90m, 6h, 3d のように書いてください。0 は無制限です",
} as const;
