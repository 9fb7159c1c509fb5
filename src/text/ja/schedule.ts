/** The same in Japanese. @module */

/** The texts. */
export const schedule = {
  "schedule.no-time": "schedule: 時期が指定されていません",
  "schedule.two-times": "schedule: 二種類以上の時期が指定されています",
  "schedule.times-hint":
    "どれか一種類にしてください: --daily HH:MM, --hourly, --weekly DAYS HH:MM, --every DURATION, --on-login, --on-drive NAME",
  "schedule.cannot": "{flag}: {scheduler} ではできません",
  "schedule.cannot-idle-hint":
    "マシンが使われていないか分かるのはタスクスケジューラだけです。--priority low (既定) なら邪魔になりません",
  "schedule.cannot-ac-hint":
    "電源が分かるのは systemd とタスクスケジューラです。どちらかを使うか、フラグを外してください",
  "schedule.cannot-wake-hint":
    "別の方法 (rtcwake, pmset) で起こすか、フラグを外してください。スリープ中に逃した分は起きたときに実行します",
  "schedule.cannot-highest-hint":
    "Windows 用です。ほかでは root としてスケジュールを登録してください",
  "schedule.cannot-drive-hint":
    "systemd、launchd、タスクスケジューラを使うか、時刻でバックアップしてください。ドライブがなければ終了コード 4 で止まります",
  "schedule.drive-letter": "--on-drive: Windows では E: のようにドライブ文字を指定してください",
  "schedule.retry-hint": "失敗した実行は {minutes} 分後に、その回数まで再試行します",
  "schedule.one-job": "schedule install: ジョブは一度に一つです。{stray} は余分です",
  "schedule.one-job-hint": "--all ですべてのジョブを登録できます",
  "schedule.all-and-job": "schedule {action}: --all と {stray} が同時にあります",
  "schedule.all-and-job-hint": "--all は設定のすべてのジョブを表します。どちらかを外してください",
  "schedule.no-job": "schedule {action}: ジョブが指定されていません",
  "schedule.no-job-hint": "設定のジョブを指定してください: {call}",
  "schedule.no-job-hint-all": "設定のジョブを指定してください: {call} (すべてなら --all)",
  "schedule.too-long": "schedule: 設定のフォルダーが 260 文字より長く、タスクを起動できません",
  "schedule.too-long-hint": "設定を短いパスへ移してください。--print ならタスクを表示できます",
  "schedule.doctor-next": "手で実行したときとの違いを見るには: `{line}`",
  "schedule.lost-mail":
    "注意: {job}: 設定がないときに知らせるための情報を残せませんでした: {problem}",
  "schedule.task-written": "このファイルを書きました。下のコマンドで登録します",
  "schedule.setx": "タスクは自分の変数を持ちません。{name} を `{line}` で恒久的に設定してください",
  "schedule.open-path": "schedule: {path} はほかの人が変更でき、すべての権限で実行されてしまいます",
  "schedule.open-path-hint":
    "hikae と設定とプラグインを、{who}だけが書ける場所に置いてください: {where}",
  "schedule.not-elevated": "--highest: このコンソールには管理者権限がありません",
  "schedule.not-elevated-hint": "「管理者として実行」でコンソールを開き、もう一度入力してください",
  "schedule.no-user": "schedule: Windows からユーザーの情報を得られません",
  "schedule.no-user-hint": "whoami /user の出力を確認してください",
  "schedule.no-jobs": "schedule --all: {file} にジョブがありません",
  "schedule.no-jobs-hint": "jobs に一つ加えてください",
  "schedule.none":
    "スケジュールされたジョブはありません ({scheduler})。参照: hikae schedule install --help",
  "schedule.no-scheduler": "schedule: systemd のユーザーセッションも cron も使えません",
  "schedule.no-scheduler-hint":
    "実行するユーザーとしてログインするか (su ではなく)、--print --scheduler systemd を使ってください",
  "schedule.printed-for-systemd":
    "注意: systemd のユーザーセッションも cron も使えません。これは systemd 用です",
  "schedule.needs-highest":
    "{plugin} には管理者権限が必要ですが、タスクにはありません。--highest を付けて登録してください",
  "schedule.not-scheduled": "schedule doctor: {job} はスケジュールされていません ({scheduler})",
  "schedule.not-scheduled-hint": "先に: {line}",
  "schedule.running": "{job} を {scheduler} で実行しています …",
  "schedule.share-password-needed":
    "--whether-logged-on: 共有フォルダーの保管先にはパスワードが必要です",
  "schedule.share-password-hint":
    "--print が示すものを手で実行してください。schtasks がパスワードを尋ねます",
  "schedule.next": "、次回 {time}",
  "schedule.never-ran": "未実行",
  "schedule.last": "前回 {time} {result}",
  "schedule.no-config": " (設定にありません)",
  "schedule.removed": "{job}: スケジュールから外しました ({scheduler})",
  "schedule.no-retry": '--retry: "{given}" は 0 から 10 の数ではありません',
  "schedule.one-of": "{names} のどれか",
  "schedule.no-job-yet": "設定にはまだジョブがありません",
  "schedule.jobs": "ジョブ: {names}",
  "schedule.log": "。ログ: {file}",
  "schedule.ran-well": "正常に実行できました{log}",
  "schedule.no-outcome": "起動しましたが、1 分以内に結果が残りませんでした",
  "schedule.exit": "終了コード {code}{why}{log}",
  "schedule.doctor-stopped": "schedule doctor: 中断しました",
  "schedule.doctor-stopped-hint": "実行そのものは続きます",
  "schedule.cron-missed":
    "cron は逃した実行を取り戻しません。systemd があればタイマーを使ってください",
  "schedule.cron-login": "cron にログインはありません。マシンの起動時に実行します",
  "schedule.cron-no-end": "crontab: {job} のブロックに終わりがありません",
  "schedule.cron-no-end-hint": 'その後に "{line}" という行を手で加えてください (crontab -e)',
  "schedule.cron-every": "--every: cron で使えるのは 1 時間か 1 日を割り切る間隔だけです",
  "schedule.cron-every-hint":
    "次のどれかにしてください: 1m 2m 3m 4m 5m 6m 10m 12m 15m 20m 30m 1h 2h 3h 4h 6h 8h 12h 1d",
  "schedule.mapped-drive":
    "{what} {path} はネットワークドライブにあり、タスクからは見えないかもしれません。設定に {unc} と書いてください",
  "schedule.share-password":
    "{what} {path} は共有フォルダーです。ログインしていないときに動くタスクにはパスワードの保存が必要です",
  "schedule.desktop-mount":
    "{what} {path} はデスクトップがマウントしている間だけあります。/etc/fstab に書けばスケジュールからも使えます",
  "schedule.no-session": "ジョブのパスはどれもセッションに依存しません",
  "schedule.elevated":
    "このコンソールは管理者ですが、タスクは違います。ここで割り当てたドライブはなく、ほかのユーザーのファイルも読めません",
  "schedule.user-logged-in": "ログインしている間だけ実行します。逃した実行は後で行います",
  "schedule.same-user": "同じユーザー",
  "schedule.same-path": "同じ PATH",
  "schedule.path-lost":
    "スケジュールの PATH にないもの: {dirs} (プログラムを起動するプラグインに影響します。フルパスで指定してください)",
  "schedule.variable-missing":
    "設定が使う {name} は、ここにはありますがスケジュールの実行にはありません: {how}",
  "schedule.variable-other": '設定が使う {name} は、スケジュールの実行では "{value}" です',
  "schedule.no-variable-differs": "相対パスは設定ファイルから始まり、変数の違いもありません",
  "schedule.set-systemd": "~/.config/environment.d/hikae.conf に書いてください",
  "schedule.set-launchd": "パスは設定にそのまま書き、ほかは launchctl setenv で設定してください",
  "schedule.set-cron":
    "パスは設定にそのまま書き、ほかは crontab -e でジョブより上の行に設定してください",
  "schedule.set-task": "setx で恒久的に設定してください",
  "schedule.mac-access":
    "macOS は許可していないプログラムに {paths} を見せません。システム設定で {program} にフルディスクアクセスを許可してください",
  "schedule.root": "root です。スケジュールもファイルも root のものになります",
  "schedule.launchd-logged-in":
    "--whether-logged-on: launchd のエージェントはログインしている間だけ動きます",
  "schedule.launchd-logged-in-hint":
    "外すか、LaunchDaemon を手で設定してください (docs/schedule.md)",
  "schedule.launchd-access":
    "ログインしている間に実行します。システム設定の「プライバシーとセキュリティ」で hikae にフルディスクアクセスを許可しないと、書類・デスクトップ・ダウンロードを読めません",
  "schedule.not-loaded": "読み込まれていません",
  "schedule.control": "schedule: {what} に制御文字があります",
  "schedule.control-hint":
    "フォルダーの名前を変えるか、別のフォルダーから hikae を起動してください",
  "schedule.failed": "{line}: 終了コード {code}: {said}",
  "schedule.failed-hint":
    "詳しく見るにはコマンドを手で実行してください。--print で手順をすべて表示できます",
  "schedule.other-hint": "--scheduler で別のスケジューラを選んでください",
  "schedule.every-hour": "毎時",
  "schedule.every": "{period} ごと",
  "schedule.at-login": "ログイン時",
  "schedule.on-drive": "{drive} をつないだとき",
  "schedule.bad-time": '{flag}: "{given}" は時刻ではありません',
  "schedule.bad-time-hint": "21:00 のように 24 時間制で書いてください",
  "schedule.no-day": '--weekly: "{given}" は曜日と時刻ではありません',
  "schedule.no-day-hint":
    '"sun 03:00" や "mon-fri 12:00,18:00" のように書いてください (曜日: {days})',
  "schedule.no-drive": '--on-drive: "{given}" はドライブの名前ではありません',
  "schedule.drive-label":
    '--on-drive: "{drive}" はドライブ文字ではありません。タスクスケジューラではドライブ文字が必要です',
  "schedule.drive-label-hint": "コロンを付けて書いてください: --on-drive {letter}:",
  "schedule.no-drive-hint": "ラベル、マウント先、Windows ではドライブ文字 (E:) を指定してください",
  "schedule.no-every": '--every: "{given}" は 1m から 31d までの分単位の間隔ではありません',
  "schedule.no-every-hint":
    "30m、2h、7d のように書いてください。もっと短い間隔には hikae job SOURCE VAULT --interval 10s を使ってください",
  "schedule.crontab-hint": "crontab -l が使えるか確認してください",
  "schedule.systemd-logged-in":
    "ログインしている間に実行し、逃した実行は次のログインで行います。ログインしていなくても動かすには --whether-logged-on を付けてください (loginctl enable-linger)",
  "schedule.systemd-long": "schedule: ジョブの名前が systemd には長すぎます: {job}",
  "schedule.systemd-long-hint": "設定のジョブの名前を短くしてください",
  "schedule.systemd-dir": 'schedule: systemd は "{path}" から起動できません',
  "schedule.systemd-dir-hint": "設定ファイルのあるフォルダーの名前を変えてください",
  "schedule.task-logged-in": "ログインしている間に実行します。逃した実行は次の機会に行います",
  "schedule.task-elevated":
    "ログインしていないときに動くタスクは、管理者のコンソールからしか作れません",
  "schedule.task-password":
    "schtasks がパスワードを尋ねます。パスワードなしでは共有フォルダーを開けません",
  "schedule.task-percent": "schedule: タスクスケジューラが {what} の %…% を置き換えてしまいます",
  "schedule.task-percent-hint": "フォルダーかファイルの名前を変えてください",
  "schedule.unknown-scheduler": '--scheduler: "{given}" はありません',
  "schedule.job-not-there": '{file} に "{job}" というジョブはありません',
  "schedule.daily": "毎日 {times}",
  "schedule.on-days": "毎週 {days} {times}",
} as const;
