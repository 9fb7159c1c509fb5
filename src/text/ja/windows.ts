/** The same in Japanese. @module */

/** The texts. */
export const windows = {
  "windows.lost-letters": "{program}: 出力が UTF-8 ではなく、一部の文字が失われました",
  "windows.lost-letters-hint": "共有フォルダーは設定に名前で書いてください (//nas/backup)",
  "windows.lost-share":
    "ネットワークドライブ {letter} の共有フォルダーは {path} です (一部の文字が失われました)",
  "windows.quote": "閉じる引用符の前のバックスラッシュを外してください。{given} として渡されました",
} as const;
