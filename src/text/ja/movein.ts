/** The same in Japanese. @module */

/** The texts. */
export const movein = {
  "adopt.usage": "adopt: コピーのフォルダーと、その元のフォルダー (--source) を指定してください",
  "adopt.usage-hint": "hikae adopt DIR --source SOURCE と入力してください",
  "adopt.no-directory": "adopt: そのフォルダーはありません",
  "adopt.no-directory-hint": "コピーが入っているフォルダーを指定してください",
  "adopt.nothing": "adopt: ここにはファイルがありません",
  "adopt.nothing-hint": "hikae backup {source} {given} で新しい保管先を作れます",
  "adopt.from-vault": "adopt: バックアップ元が保管先になっています",
  "adopt.from-vault-hint":
    "{directory} をそこへバックアップするには hikae backup {directory} {source} と入力してください。--source には元のフォルダーを指定します",
  "adopt.is-vault": "adopt: ここはすでに保管先です",
  "adopt.is-vault-hint": "hikae backup {source} {given} でバックアップしてください",
  "adopt.not-plain": "adopt: 単純なコピーではありません。{name} という名前のものが中にあります",
  "adopt.not-plain-hint":
    "hikae はその名前のフォルダーに過去の版を置きます。不要ならコピーの外へ移してから、もう一度実行してください",
  "adopt.guard":
    "adopt: ここにある {files} ファイルのうち {source} にあるのは {n} 個だけなので、そのコピーではないようです",
  "adopt.guard-hint":
    "両方のフォルダーを --dry-run --allow-mass-change で確認し、正しければ --allow-mass-change を付けてください",
  "adopt.guard-deeper":
    "コピーは {copy} かもしれません: hikae adopt {copy} --source {source} と入力してください",
  "adopt.own-would":
    "ここの {n} ファイルは元のファイルの別名 (ハードリンク) なので、独立したコピーにします: {names}",
  "adopt.own-would-more":
    "ここの {n} ファイルは元のファイルの別名 (ハードリンク) なので、独立したコピーにします: {names} とほか {more} 個",
  "adopt.own-files":
    "コピーの {n} ファイルは元のファイルの別名 (ハードリンク) だったため、独立したコピーにしました",
  "adopt.unfinished":
    "保管先を開けません: ここではコピーを保管先にする途中で、まだ保管先になっていません",
  "adopt.unfinished-hint":
    "hikae adopt {path} --source SOURCE で完了できます。.$META$ フォルダーを消せばコピーは元のままです",
  "import.usage": "import: コピーと、新しい保管先 (--to) を指定してください",
  "import.usage-hint": "hikae import DIR… --to VAULT と入力してください",
  "import.at-one": "import: --at は 1 つのコピーの日時ですが、{n} 個が指定されています",
  "import.at-one-hint":
    "コピーを 1 つだけ指定してください。複数のときは名前にある日時か、フォルダーの日時を使います",
  "import.at-none": 'import: "{written}" は日時ではありません',
  "import.at-none-hint": 'スタンプ (20240131_120000) か "2024-01-31 12:00" のように書いてください',
  "import.twice": "import: 同じコピーが 2 回指定されています",
  "import.twice-hint": "コピーはそれぞれ 1 回だけ指定してください",
  "import.other-name": "これは {other} と同じもので、そちらも指定されています。除外します",
  "import.unfinished": "このコピーは完了していません (名前からわかります)。除外します",
  "import.unfinished-all": "import: 名前を見るかぎり、完了したコピーが 1 つもありません",
  "import.unfinished-hint":
    "完了したコピーを指定してください。それでも取り込むには、名前を変えてください",
  "import.holds-copies":
    "中の {n} 個のフォルダーはそれぞれコピーのようですが、このままでは全体が 1 つのスナップショットになります。それぞれをスナップショットにするには、hikae import {given}/* のように指定してください",
  "import.is-vault": "import: これは単純なコピーではなく、保管先です",
  "import.is-vault-hint":
    "保管先にはすでに過去があります。丸ごとコピーするか、単純なコピーを指定してください",
  "import.is-archive": "import: これは単純なコピーではなく、{tool} のアーカイブです",
  "import.is-archive-hint":
    "{tool} で各スナップショットを別々のフォルダーに復元し、古い順に 1 つずつ --at を付けて取り込んでください",
  "import.is-increments-hint":
    "各バックアップを rdiff-backup restore --at TIME {given} DIR で復元し、その DIR を古い順に 1 つずつ --at を付けて取り込んでください。最新のものだけなら: hikae adopt {given} --source SOURCE",
  "import.not-new": "import: この保管先には、取り込んだものではない実行があります",
  "import.not-new-hint":
    "新しい保管先を指定してください。過去のコピーは、保管先のほかのすべてより前に入ります",
  "import.too-late":
    "import: {copy} は {stamp} のものですが、保管先にはすでに {newest} の実行があります",
  "import.would-at": "スナップショット {stamp} になります: {given} (日時は --at のもの)",
  "import.would-name": "スナップショット {stamp} になります: {given} (日時は名前にあるもの)",
  "import.would-mtime": "スナップショット {stamp} になります: {given} (日時はフォルダーのもの)",
  "import.next":
    "{n} 個のスナップショットを取り込みました。続きは hikae backup SOURCE {vault} で行えます",
  "import.done": "これらのコピーはすべて保管先に入っています",
} as const;
