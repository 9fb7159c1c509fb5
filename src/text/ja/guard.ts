/** The same in Japanese. @module */

/** The texts. */
export const guard = {
  "guard.empty-source":
    "比較: バックアップ元が空ですが、前のスナップショットにはファイルが {n} 個ありました",
  "guard.empty-source-hint":
    "バックアップ元がマウントされ、欠けていないか確認してください。空で正しければ --allow-mass-change を付けてください",
  "guard.mass-change":
    "比較: 保管先の {living} ファイルのうち {n} 個が変更または削除されます (新規 {added}、変更 {changed}、消失 {gone})",
  "guard.mass-change-hint":
    "--dry-run で確認し、意図したものなら --allow-mass-change を付けてください",
  "guard.vault-gone-hint":
    "ドライブをつなぐか共有フォルダーに接続してください。ここに新しい保管先を作るなら --init を付けてください",
  "guard.would-stop": "実行はここで止まります: {problem}。{hint}",
  "guard.vault-gone": "保管先を開けません: 前はここに保管先がありましたが、今は何もありません",
  "guard.vault-emptied":
    "保管先を開けません: 前はここに保管先がありましたが、今は空のフォルダーです",
} as const;
