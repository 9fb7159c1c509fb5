/** The same in Japanese. @module */

/** The texts. */
export const logs = {
  "logs.one-job": 'logs: 引数 "{more}" が余分です',
  "logs.none":
    "ログを残した実行はまだありません。スケジュールされた実行か hikae backup JOB --log が残します",
  "logs.no-log": "logs: {job} のログを残した実行はありません",
  "logs.no-log-hint": "スケジュールによる実行と hikae backup {job} --log がログを残します",
} as const;
