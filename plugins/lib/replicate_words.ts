/** The words of `hikae:replicate`. @module */

import { sayer, wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "copies a finished vault to any remote of rclone",
    remote: "where to copy to, as rclone names it: remote:path; or a list of such places",
    vault: "which vault, its absolute path (default: the first of the run that went well)",
    archive: "remote:path that keeps what the copy replaces and removes, instead of losing it",
    maxDelete: "stop a copy that would remove more files than this",
    mend: "true: make the remote equal to the vault also where somebody else changed it",
    on: "the outcomes after which to copy (default done and incomplete)",
    rclone: 'the program (default "rclone")',
    args: "more arguments for rclone, as --bwlimit=1M or --config=/path/rclone.conf",
  },
  ja: {
    description: "終わった保管先を rclone の任意のリモートに写します",
    remote: "写す先。rclone の書き方で remote:path、またはその一覧",
    vault: "どの保管先か、絶対パスで (既定はその実行でうまく終わった最初のもの)",
    archive: "置き換えるものと消すものを失わずに残しておく remote:path",
    maxDelete: "これより多くのファイルを消すことになる写しを止める",
    mend: "true: ほかのだれかが変えたところも保管先と同じにする",
    on: "写すことになる結果 (既定は done と incomplete)",
    rclone: 'プログラム (既定は "rclone")',
    args: "rclone への追加の引数 (例: --bwlimit=1M、--config=/path/rclone.conf)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "copied":
      "{vault} is copied to {label} ({sent} sent, {moved} moved there, {removed} removed, {s} s)",
    "no-remote": 'no remote: set the option "remote" to what rclone calls it, as cloud:backups',
    "all-the-time": "{vault} was written to all the time: {why}",
    "again": "{why}; looking again",
    "unfinished": "the run {stamp} is not finished",
    "between": "a run came between",
    "unknown-runs":
      "{label} has runs that {vault} does not know: {names}. Another machine copies to the same place, or the vault is an older one. Nothing was changed there",
    "too-many":
      '{n} files would be removed at {label}, and "maxDelete" is {most}. Nothing was changed there',
    "empty": "{vault} is empty",
    "not-whole": "{names} did not arrive whole",
    "mended": "changed by somebody else at {label}, mended: {names}",
    "changed":
      'somebody else changed {label}: {names}; left as it is ("mend": true makes it equal to the vault)',
    "removed": "somebody else removed from {label}: {names}; sent again",
    "lost": "{vault} lost what its records name: {names}; {label} keeps it",
    "odd": "{vault} has other content than its records say: {names}; not sent",
    "other-vault": "a copy of another vault is at {label}: name a place of its own for this one",
    "no-copy": "what is at {label} is no copy of a vault: name an empty place for it",
    "more": "{shown} and {n} more",
    "rcd": "rclone rcd did not start: {said}",
  },
  ja: {
    "copied":
      "{vault} を {label} に写しました (送信 {sent}、写し先で移動 {moved}、削除 {removed}、{s} 秒)",
    "no-remote":
      '写す先がありません。オプション "remote" に rclone の書き方で書いてください (例: cloud:backups)',
    "all-the-time": "{vault} がずっと書き込まれていました: {why}",
    "again": "{why}。もう一度見ます",
    "unfinished": "実行 {stamp} が終わっていません",
    "between": "途中で実行がありました",
    "unknown-runs":
      "{label} に {vault} の知らない実行があります: {names}。別のマシンが同じ場所に写しているか、保管先が古いものです。写し先は何も変えていません",
    "too-many":
      '{label} から {n} 個のファイルを消すことになりますが、"maxDelete" は {most} です。写し先は何も変えていません',
    "empty": "{vault} は空です",
    "not-whole": "{names} が完全に届いていません",
    "mended": "{label} でほかのだれかが変えたものを直しました: {names}",
    "changed":
      'ほかのだれかが {label} を変えました: {names}。そのままにします ("mend": true で保管先と同じにします)',
    "removed": "ほかのだれかが {label} から消しました: {names}。送り直しました",
    "lost": "{vault} から記録にあるものが失われています: {names}。{label} には残します",
    "odd": "{vault} の内容が記録と違います: {names}。送っていません",
    "other-vault": "{label} には別の保管先の写しがあります。別の場所を指定してください",
    "no-copy": "{label} にあるものは保管先の写しではありません。空の場所を指定してください",
    "more": "{shown} とほか {n} 個",
    "rcd": "rclone rcd が起動しませんでした: {said}",
  },
});

/** Says it. */
export const say = sayer(TEXTS);
