/** The same in Japanese. @module */

/** The texts. */
export const status = {
  "status.first-backup": "最初のバックアップで作られます: hikae backup {job}",
  "status.not-there": "ありません",
  "status.no-job": "このジョブはもうどの設定にもありません",
  "status.no-job-in": "{config} にこのジョブはもうありません",
  "status.lost-scheduled": "スケジュールはまだ動いています。`{line}` で外してください",
  "status.lost-log": "忘れさせるにはログを消してください: {dir}",
  "status.closed": "この中の保管先は表示していません: {problem}",
  "status.running-since": "{time} から実行中",
  "status.late": "status: 遅れています: {which}",
  "status.late-hint": "理由はそのマシンの hikae status と hikae logs で確認してください",
  "status.no-plugin": '--notify: プラグイン "{name}" を使うジョブはありません',
  "status.no-plugin-hint": "設定にあるもの: {names}",
  "status.no-plugin-none": "hikae:webhook などをジョブか defaults に加えてください",
  "status.file": "{path} に書けません: {why}",
  "status.file-hint": "存在して書き込めるフォルダーのファイルを指定してください",
  "status.told": "{name} に知らせました",
  "status.not-told": "{name} に知らせてから変化はありません",
  "state.no-home": "状態フォルダーが分かりません: 環境変数にホームがありません",
  "state.no-home-hint": "HIKAE_STATE_DIR にフォルダーを設定してください",
  "status.nothing-known":
    "ここで知っているジョブも保管先もありません。hikae status VAULT と入力してください",
  "status.no-backup": "status: バックアップがまだありません",
  "status.too-old": "status: この {limit} の間に正常な実行がありません: {which}",
  "status.too-old-hint": "理由は各保管先の行にあります。その後 hikae backup を実行してください",
} as const;
