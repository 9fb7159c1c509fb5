/** The same in Japanese. @module */

/** The texts. */
export const backup = {
  "backup.interrupted-hint":
    "中断しました。完了したファイルは残っています。もう一度実行すると続きから行います",
  "backup.overran": "backup: --max-duration の制限 {limit} に達したので終了しました",
  "backup.overran-hint":
    "完了したファイルは残り、次の実行で続きを行います。よくある原因は応答しない共有フォルダーです",
  "backup.case-differs":
    "除外パターン {pattern} ではこれは除外されません。大文字と小文字だけが違い、このディスクはそれを区別します",
  "backup.to-what": "backup --to: SOURCE がありません",
  "backup.to-hint": "hikae backup SOURCE… --to DIR と入力してください",
  "backup.to-job": 'backup: --to はフォルダーのためのもので、"{job}" はジョブです',
  "backup.to-job-hint": "--to を外すか、同じ名前のフォルダーなら ./{job} と入力してください",
  "backup.to-twice": "backup --to: {source} と {other} の保管先がどちらも {name} になります",
  "backup.to-twice-hint": "片方を別の保管先へ単独でバックアップしてください",
  "job.which-source": "{job} にはバックアップ元が複数あります",
  "job.no-such-source": "{word} はジョブ {job} のバックアップ元にありません",
  "job.which-source-hint": "次のどれかを指定してください: {names}",
  "backup.no-config": "backup --all: 設定ファイルがありません",
  "backup.no-config-hint": "hikae config init で作成できます",
  "backup.all-and": 'backup: --all と "{word}" が同時に指定されています',
  "backup.all-and-hint":
    "--all は設定ファイルのすべてのジョブを表します。--all か、並べて書いた名前のどちらかを消してください",
  "backup.vault-of-job": "backup: --vault はジョブの保管先を選ぶためのものです",
  "backup.vault-of-job-hint":
    "保管先はバックアップ元の後に書いてください: hikae backup SOURCE {vault}",
  "job.no-interval": "job: --interval がありません",
  "job.no-interval-hint": "hikae job {words} --interval 10m と入力してください",
  "backup.rules-wait":
    "注意: {vault}: prune と cleanup は、ここでの実行が正常に終わるまで行いません",
  "job.run-failed": "実行 {run} は終了コード {code} で失敗しました。ジョブは続きます",
  "backup.changing": "読み取り: 読んでいる間にファイルが変わり続けました",
  "backup.changing-hint":
    "次の実行でもう一度試します。確実に取るには、ファイルシステムのスナップショットからバックアップしてください (--snapshot-source)",
  "backup.rot":
    "サイズと日時は同じなのに内容が変わっています。元のファイルが壊れたのかもしれません。前の版は残してあります (場所は hikae history VAULT PATH)",
  "pattern.from-source": "パターンはバックアップ元から始まります: /{pattern} と書いてください",
  "pattern.home": "パターンはバックアップ元から始まります。~ は特別な意味を持ちません",
  "pattern.drive": "パターンはバックアップ元から始まります。ドライブ名は付きません",
  "pattern.sign": "パターンの前に {sign} は付きません: {pattern} と書いてください",
  "pattern.kind": "パターンは .gitignore のもので、前に {kind} は付きません",
  "pattern.braces": "パターンの波かっこはただの文字です。それぞれを別のパターンに書いてください",
  "pattern.tag": "名前に / を含む項目はありません。ファイルかフォルダーの名前だけを書いてください",
  "pattern.slash": "パターンでは名前を / で区切ります: {pattern} と書いてください",
  "backup.vault-in-disguise":
    "一覧: {path} は別名で見えている保管先そのものです。--exclude で除外してください",
  "backup.source-no-dir": "バックアップ元を開けません: フォルダーではありません",
  "backup.source-no-dir-hint": "それを含むフォルダーを指定してください",
  "backup.source-in-vault": "backup: バックアップ元が保管先の中にあります",
  "backup.source-in-vault-hint": "バックアップ元を含まない保管先を指定してください",
  "backup.vault-in-source": "保管先がバックアップ元の中にあるので、バックアップから除外します",
  "backup.vault-twice": "backup: 同じ保管先が二度指定されているか、一方が他方の中にあります",
  "backup.vault-twice-hint": "保管先は一度ずつ指定してください",
  "source.read": "バックアップ元を読めません: {problem}",
  "source.read-hint": "フォルダーがあり、読めるか確認してください。保管先には触れていません",
  "backup.not-verified": "保管先の一部を検査できませんでした: {problem}",
  "backup.clock":
    "時計は {now} ですが、この保管先の前の実行は {last} です。時計を確認してください。それまで実行には前の実行の一秒後の名前を付けます (今回は {stamp})",
  "backup.mended": "中断した実行 {stamp} の残りを修復しました",
  "backup.other-source":
    "ここでの前の実行は {before} ({host})、今回は {source} です。前にあって今回ないものは削除として扱います",
  "source.check-hint": "バックアップ元があり、読めるか確認してください",
  "job.skipped": "{n} 回飛ばしました: 前の実行が間隔より長くかかりました",
  "job.runs": "実行 {n} 回",
  "job.incomplete": "不完全 {n}",
  "job.failed": "失敗 {n}",
  "job.skipped-count": "省略 {n}",
} as const;
