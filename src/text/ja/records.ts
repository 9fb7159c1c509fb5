/** The same in Japanese. @module */

/** The texts. */
export const records = {
  "record.end-missing": "実行 {stamp} の記録が壊れています: 終わりがありません",
  "record.missing": "実行 {stamp} の記録がありません: 失われたか、これは保管先の古いコピーです",
  "record.missing-hint":
    "保管先の別のコピーから戻してください。ドライブを交互に使う場合や古いコピーを戻した場合は何もしなくてかまいません。その実行はこのコピーのスナップショットではありません",
  "record.damaged": "実行 {stamp} の記録が壊れています: {what}",
  "record.head-unreadable": "最初の行を読めません",
  "record.lines-unreadable": "読めない行が {count} 行あります",
  "record.odd": "記録があるはずの場所に{what}があります",
  "record.odd-hint": "それを別の場所へ移し、保管先の別のコピーから記録を戻してください",
  "record.put-back-hint":
    "残りの情報で足りれば hikae verify --repair が直します。足りなければ、保管先の別のコピーから記録を戻してください",
  "record.next-backup-hint": "次のバックアップが、ほかの行から新しい行を作ります",
  "record.other-vault": "別の保管先の記録です",
  "record.other-vault-hint": "この保管先自身の記録に置き換えてください",
  "record.seal": "封印と一致しません",
  "record.last-line": "最後の行が元のものと一致しません",
  "record.mended-proven":
    "実行 {stamp} の記録を修復しました。元どおりであることを封印が証明しています",
  "record.mended-unproven":
    "実行 {stamp} の記録を、保管先に残る情報から書き直しました。このスナップショットはもう証明できません。壊れた記録は {file} として残しています",
  "record.remade-unproven":
    "失われた実行 {stamp} の記録を、このコンピューターの索引から書き直しました。このスナップショットはもう証明できません",
  "record.put-aside": "この保管先のものではない記録を {file} として脇に置きました",
  "record.head-damaged": "実行 {stamp} の記録が壊れています: 最初の行を読めません",
  "record.head-damaged-hint": "次のバックアップが修復し、壊れたファイルを隣に残します",
  "record.head-renewed":
    "実行 {stamp} の記録が壊れていました: 最初の行を読めず、ほかの行から新しい行を作りました",
  "record.head-renewed-hint":
    "壊れたファイルは {file} として残しました。ほかに問題がないかは hikae verify VAULT で分かります",
  "record.lost-renewed":
    "中断した実行 {stamp} の記録がありませんでした。実行が保管先に残したものから作り直しました",
  "record.version-missing": "版が保管先にありません ({stored})",
  "record.version-missing-hint":
    "保管先の別のコピーから戻してください。ほかに足りないものは hikae verify VAULT で分かります",
  "record.version-missing-until": "{until} までの版が保管先にありません ({stored})",
} as const;
