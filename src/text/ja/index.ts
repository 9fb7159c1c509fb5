/** The same in Japanese. @module */

/** The texts. */
export const index = {
  "index.damaged": "索引を読めません: {problem}",
  "index.damaged-hint":
    "hikae reindex VAULT で元のファイルから索引を作り直せます。ほかに失うものはありません",
  "index.in-memory":
    "この保管先の索引はメモリ上にあります。バックアップは一つのスレッドで行い、次の実行で索引を作り直します",
  "index.unseen":
    "保管先の一部を見ることができませんでした。そこで置き換えられたり削除されたりしたものは、前のまま表示されるかもしれません。そのために消されるものはなく、すべて見えるまで毎回調べ直します",
  "index.remade": "この保管先の索引に問題がありました ({cause})。記録から作り直しました",
  "index.not-written": "索引を書けませんでした ({cause})。次の実行で書きます",
  "index.reads-again":
    "前の実行が見たバックアップ元の状態がこのマシンにないので、{n} 個のファイルを読み直します",
  "index.state-is-source":
    "バックアップ元は hikae 自身の状態フォルダーで、読み取り中にも変わります。復元に必要なものはありません",
  "index.state-in-source": "hikae 自身の状態フォルダーがバックアップ元の中にあるので除外します",
  "index.not-yours":
    "状態フォルダーは別のユーザーのものです。そこには何も残さず、索引は毎回メモリ上に作り、ファイルは記録だけと比べます",
  "index.list-none": "このマシンに索引はありません",
  "index.list-head": "    大きさ  最後の使用        保管先",
  "index.clean-named": "指定されました",
  "index.clean-unused": "1 年間使われていません",
  "index.none-of": "index clean: この保管先の索引はこのマシンにありません",
  "index.none-of-hint": "hikae index list で、ある索引の一覧を確かめてください",
  "index.cleaned": "索引 {n} 個を消しました",
  "index.unproven":
    "スナップショット {stamp} は照合できません。記録が壊れています。表示は欠けているかもしれません",
  "index.unproven-hint": "壊れている記録は hikae verify VAULT で分かります",
  "index.doubtful":
    "{stamp} の記録が壊れています。そこにある日時・モード・所有者は {asked} にも使われ、誤っているかもしれません",
  "index.out-of-order": "行の順序が正しくありません",
  "index.dirs-missing": "フォルダーが欠けています",
} as const;
