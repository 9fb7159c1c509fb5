/** The same in Japanese. @module */

/** The texts. */
export const kind = {
  "kind.file": "ファイル",
  "kind.dir": "フォルダー",
  "kind.link": "シンボリックリンク",
  "kind.other": "ソケット・パイプ・デバイス",
} as const;
