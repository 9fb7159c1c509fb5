/** The same in Japanese. @module */

/** The texts. */
export const attributes = {
  "attributes.all":
    "これまで属性は保存していませんでした。この実行はすべてのファイルの属性を読み、次からは変わった分だけ読みます",
  "attributes.more": "ほかに {n} 個のファイルの属性を読めませんでした",
  "attributes.too-long": "{n} 個の属性は 128 KiB より長いので保存しません (最初: {first})",
  "attributes.broken": "読めなかった属性があります。次の実行ですべて読み直します",
  "attributes.program-missing":
    "属性を{done}できません: プログラム {program} が見つかりません ({package})",
  "attributes.program-open":
    "属性を{done}できません: {place} にほかのユーザーが書き込めるので {program} を起動しません",
  "attributes.no-system":
    "属性を{done}できません: このシステムにはそのためのプログラムがありません",
  "attributes.no-powershell":
    "PowerShell が応答しないので、所有者、アクセス制御リスト、ストリーム、作成日時は扱いません",
  "attributes.kept": "保存",
  "attributes.restored": "復元",
  "attributes.none": "実行 {stamp} までに保存した属性はありません",
  "attributes.older": "実行 {stamp} は属性を保存していません。それより前の実行の属性を復元します",
  "attributes.damaged": "実行 {stamp} の属性が壊れているか、ありません。その属性は復元しません",
  "attributes.damaged-hint": "ほかに壊れているものは hikae verify VAULT で分かります",
  "attributes.owners":
    "セキュリティラベル、ケイパビリティ、trusted 属性は復元しません。この保管先には root 以外も書き込めます (--owners で復元します)",
  "attributes.refused":
    "{n} 個の属性は復元先のディスクが受け付けないか、別の権限が必要です (最初: {first})",
  "attributes.file-damaged": "実行の属性のファイルが記録の封印と合いません",
  "attributes.file-missing": "実行の属性のファイルがありません",
  "attributes.file-hint":
    "保管先の別のコピーから戻してください。これがないと、その実行の属性は復元できません",
} as const;
