/** The same in Japanese. @module */

/** The texts. */
export const verify = {
  "verify.repair-hint":
    "バックアップ元にまだあれば hikae verify --repair で修復できます。ディスクを確認してください",
  "verify.repair-past-hint":
    "バックアップ元か保管先にまだあれば hikae verify --repair で修復できます。ディスクを確認してください",
  "verify.busy-hint": "開いているプログラムを閉じて、もう一度検査してください",
  "verify.index": "索引が記録と一致しません: {problem}",
  "verify.index-hint":
    "hikae verify --repair か hikae reindex で作り直せます。ディスクを確認してください",
  "verify.source-gone": "バックアップ元がありません。修復に使えるのは保管先だけです",
  "verify.missing": "コピーがありません",
  "verify.name-unfit": "このシステムではコピーを開けません。{why}",
  "verify.name-unfit-hint": "保管先を、それを書いたシステムで検証してください",
  "verify.damaged": "内容が記録のハッシュと一致しません",
  "verify.read": "読み取り: {problem}",
  "verify.no-metadata": "メタデータファイルがありません",
  "verify.metadata-line": "読めない行があります",
  "verify.metadata-hash": "フォルダーのハッシュが行と一致しません",
  "verify.metadata-lacks": '"{name}" が載っていません',
  "verify.metadata-other": '"{name}" のハッシュが違います',
  "verify.metadata-more": '"{name}" が載っていますが、実際にはありません',
  "verify.left-over": "途中で終わった実行の残りです。次の実行で消えます",
  "verify.stranger": "hikae が作ったものではありません",
  "verify.unknown-version": "この版はどの記録にもありません",
  "verify.unknown-entry": "この{what}はどの記録にもありません",
  "verify.unknown-link": "このリンクはどの記録にもありません",
  "verify.unknown-dir": "このフォルダーは現在のものとして記録されていません",
  "verify.unrecorded":
    "コピーはメタデータファイルと一致しますが、記録にありません。上書きはせず、hikae reindex で取り込みます",
  "verify.behind-link":
    "{path} は保管先のフォルダーがあるべき場所に置かれたシンボリックリンクです。リンク先には手を加えません。リンクを別の場所へ移してから hikae verify --repair を実行すると、フォルダーが作り直されます",
  "verify.chain": "記録が、最新の記録を書いたときのものと違います",
  "verify.chain-hint": "保管先の別のコピーから、記録をすべてまとめて戻してください",
  "verify.tree":
    "スナップショット {stamp} は照合できません。封印では {sealed}、記録では {found} です。どちらかが壊れたか失われました",
  "verify.tree-hint":
    "保管先の別のコピーから記録を戻してください。保管先のファイルそのものは無事です",
  "verify.from-source": "バックアップ元",
  "verify.the-records": "記録",
  "verify.names-lost": "短縮した印 {n} 個の元の名前が書かれていません",
  "verify.metadata-hint": "hikae verify --repair が記録から書き直します",
  "verify.readable-hint": "読めるか確認してください",
  "verify.interrupted": "実行 {stamp} は中断しました。残りは次のバックアップが修復します",
  "verify.repair-failed": "修復に失敗しました: {problem}",
  "verify.repaired": "{from}から修復しました",
  "verify.repaired-for": "{from}から修復しました ({path})",
} as const;
