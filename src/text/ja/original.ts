/** The same in Japanese. @module */

/** The texts. */
export const original = {
  "original.in": "{vault} の中",
  "original.in-and-others": "{vault} の中。ほかに {others}",
  "original.also-in": "ほかに {others}",
  "original.not-there": "{vault} (接続されていません)",
  "original.away": "このファイルのバックアップはありますが、どの保管先にも届きません",
  "original.away-hint": "{vaults} のドライブを接続してください",
  "original.nowhere": "このファイルを含むバックアップを、このマシンは知りません",
  "original.nowhere-hint": "保管先を指定してください: hikae {command} VAULT PATH",
  "original.two-readings": "保管先 {vault} とも、元のフォルダー {source} のファイルとも読めます",
  "original.two-readings-hint":
    "保管先なら hikae {command} {vault} PATH、ファイルなら hikae {command} {holder} {path} と入力してください",
  "original.which":
    "どちらですか?\n  1  保管先 {vault} の中身\n  2  {source} のこのファイル ({holder} にバックアップ済み)\n1 か 2 で答えてください",
  "original.other-source": "これは {source} の中にありません",
  "original.other-source-hint": "一度に指定できるのは、同じ元のフォルダーのファイルだけです",
} as const;
