/** The same in Japanese. @module */

/** The texts. */
export const vault = {
  "vault.own-file": "hikae 自身のファイルで、控えではありません",
  "vault.own-file-hint": "保管先の中身は hikae ls {vault} で見られます",
  "vault.inside": "保管先を開けません: 保管先 {vault} の中です",
  "vault.inside-hint": "hikae {command} {vault} と入力してください",
  "vault.no-vault": "保管先を開けません: 保管先ではありません",
  "vault.no-vault-hint":
    "ドライブをつなぐか、hikae backup が書き込んだフォルダーを指定してください",
  "vault.running": "バックアップの実行中です。前回完了した時点を表示します",
  "vault.first-run": "最初のバックアップの実行中です。完了したスナップショットはまだありません",
  "vault.no-snapshots":
    "スナップショットがありません: 完了したバックアップがないか、実行の記録が失われています",
  "vault.in": "{vault} の中",
  "find.other-case": "大文字と小文字だけが違います: {name}。探すには -i を付けてください",
  "find.widened": "{name} という名前はありません。含む名前は次のとおりです:",
  "find.nothing": "いまも過去も、一致するものがありません",
  "diff.source-alone": "diff: --source には比べるスナップショット A が必要です",
  "diff.source-hint": "hikae diff VAULT latest --source と入力してください",
  "diff.first": "{to} は最初のバックアップです: {n} パス追加",
  "vault.which": "{command}: VAULT がありません",
  "vault.usage-hint": "hikae {command} {usage} と入力してください",
  "vault.one-too-many": '{command}: 引数 "{more}" が余分です',
  "vault.none-readable": "保管先を開けません: ジョブの保管先をどれも読めません",
  "vault.none-readable-hint": "ドライブがつながっているか確認するか、--vault で選んでください",
  "vault.none-chosen": "保管先を開けません: ジョブの保管先に {chosen} はありません",
  "vault.choose-hint": "{vaults} のどれかを選んでください",
  "vault.new-inside": "backup: 新しい保管先が保管先 {vault} の中にあります",
  "vault.target-inside": "restore: 復元先が保管先 {vault} の中にあります",
  "vault.output-inside": "snapshot restore: 出力先が保管先 {vault} の中にあります",
  "vault.outside-hint": "その外のフォルダーを指定してください",
  "vault.outside-any-hint": "--to でどの保管先の外でもあるフォルダーを指定してください",
  "diff.source-is-b": "diff: --source が B の代わりですが、B も指定されています",
  "diff.source-is-b-hint": "hikae diff VAULT A --source か hikae diff VAULT A B と入力してください",
  "diff.other-type": "種類変更 {count}",
  "diff.from-to": "{from} から {to} まで: {counts}",
  "diff.source-now": "現在のバックアップ元",
  "vault.not-remembered":
    "このマシンは保管先を記憶できません ({problem})。空になった保管先や、つながっていない保管先が新しいものに見えます",
  "vault.no-dir-no-job": "保管先を開けません: そのようなフォルダーもジョブもありません",
  "vault.near-job": "ジョブ {near} のことですか?",
} as const;
