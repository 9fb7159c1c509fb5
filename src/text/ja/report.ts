/** The same in Japanese. @module */

/** The texts. */
export const report = {
  "report.in-vault": "--html: ファイルが保管先の中に入ります",
  "report.in-vault-hint": "その外のファイルを指定してください",
  "report.write": "ページを書けません: {why}",
  "report.write-hint": "存在して書き込めるフォルダーのファイルを指定してください",
  "report.no-rules-path":
    "パスで指定した保管先に規則はありません。ジョブの規則は hikae report JOB で見られます。",
  "report.no-rules": "このジョブには keep も maxRetention もありません。自動では何も消えません。",
  "report.generations": "バックアップのたびに、ファイルの古い版は最大 {most} 個まで残ります。",
  "report.read": "読み取り: {problem}",
} as const;
