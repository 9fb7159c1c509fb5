/** The same in Japanese. @module */

/** The texts. */
export const system = {
  "system.behind": "{ours} ({said})",
  "system.denied": "権限がありません",
  "system.not-permitted": "システムが許可しません",
  "system.busy": "別のプログラムが開いています",
  "system.running": "実行中のプログラムです",
  "system.not-there": "ありません",
  "system.outside": "この実行が開ける範囲の外にあります",
  "system.exists": "すでに何かがあります",
  "system.is-directory": "フォルダーです",
  "system.not-empty": "フォルダーが空ではありません",
  "system.no-directory": "パスの途中がフォルダーではありません",
  "system.read-only": "ディスクが読み取り専用です",
  "system.disk-error": "ディスクがエラーを報告しています",
  "system.name-too-long": "ディスクには長すぎる名前です",
  "system.name-unfit": "ディスクがこの名前を保存できません",
  "system.loop": "シンボリックリンクが多すぎます",
  "system.too-many-open": "開いているファイルが多すぎます",
  "system.share-gone": "ディスクか共有フォルダーがなくなりました",
  "system.quota": "割り当て容量を使い切りました",
  "system.too-large": "ディスクには大きすぎるファイルです",
  "system.unsupported": "このディスクではこの操作ができません",
  "system.full": "ディスクがいっぱいです",
  "system.busy-hint":
    "そのプログラムを閉じるか、ファイルシステムのスナップショットから読んでください: --snapshot-source",
  "system.denied-hint": "読めるユーザーで hikae を実行するか、--exclude で除外してください",
  "scan.name-hint": '--exclude で除外してください。消すには del "\\\\?\\{path}"',
  "scan.not-utf8": "名前が正しい UTF-8 ではなく、開けません。名前を変えてください",
  "system.not-plain": "普通のファイルではありません",
  "system.larger": "{size} より大きいファイルです",
} as const;
