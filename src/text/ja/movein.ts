/** The same in Japanese. @module */

/** The texts. */
export const movein = {
  "adopt.usage": "adopt: コピーのフォルダーと、その元のフォルダー (--source) を指定してください",
  "adopt.usage-hint": "hikae adopt DIR --source SOURCE と入力してください",
  "adopt.no-directory": "adopt: そのフォルダーはありません",
  "adopt.no-directory-hint": "コピーが入っているフォルダーを指定してください",
  "adopt.nothing": "adopt: ここにはファイルがありません",
  "adopt.nothing-hint": "hikae backup {source} {given} で新しい保管先を作れます",
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
  "adopt.unfinished":
    "保管先を開けません: ここではコピーを保管先にする途中で、まだ保管先になっていません",
  "adopt.unfinished-hint":
    "hikae adopt {path} --source SOURCE で完了できます。.$META$ フォルダーを消せばコピーは元のままです",
} as const;
