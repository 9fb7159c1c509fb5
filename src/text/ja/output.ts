/** The same in Japanese. @module */

/** The texts. */
export const output = {
  "output.full": "出力できません: ディスクに空きがありません",
  "output.failed": "出力できません: {why}",
} as const;
