/** The same in Japanese. @module */

/** The texts. */
export const vanished = {
  "vanished.none": "削除されたものはありません (あったものも、もう戻っています)",
  "vanished.bring-back": "取り戻すには --to DIR か --in-place を付けてください",
  "vanished.lost":
    "この版を持つスナップショットはもうありません。場所は hikae history で分かります",
  "vanished.since-alone": "restore: --since は --vanished とともに使います",
  "vanished.since-hint": "hikae restore VAULT --vanished --since 7d と入力してください",
  "vanished.not-with": "restore: {flag} と --vanished は同時に使えません",
  "vanished.not-with-hint": "--vanished は各ファイルを最後の状態で取り戻します",
  "vanished.deleted":
    "復元: スナップショット {stamp} にはありません。{until} の実行で削除が見つかりました",
  "vanished.deleted-hint": "最後の版: hikae restore VAULT {path} --to DIR",
  "vanished.deleted-from":
    "{action}: スナップショット {stamp} にはありません。{until} の実行で削除が見つかりました",
  "vanished.deleted-from-hint": '最後の状態: hikae {action} VAULT "{path}" --at {last}',
  "path.near": "{near} のことですか? {hint}",
} as const;
