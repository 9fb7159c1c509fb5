/** The same in Japanese. @module */

/** The texts. */
export const output = {
  "output.full": "エラー: 出力できません: ディスクに空きがありません",
  "output.failed": "エラー: 出力できません: {why}",
} as const;
