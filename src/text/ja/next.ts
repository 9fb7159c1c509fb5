/** The same in Japanese. @module */

/** The texts. */
export const next = {
  "next.source-changed":
    "途中で移動や削除をしたのであれば問題ありません。次回の実行がそのときの状態を取ります",
  "next.source-disk":
    "バックアップ元のディスクを確認して、もう一度実行してください。保管先にある以前のコピーは残ります",
  "next.away": "ディスクか共有フォルダーにつなぎ直して、もう一度実行してください",
  "next.open-files":
    "ほかのプログラムを閉じるか、開けるファイルの数 (ulimit -n) を増やして、もう一度実行してください",
  "next.vault-busy": "保管先でそのファイルを開いているプログラムを閉じて、もう一度実行してください",
  "next.vault-changed":
    "ほかのプログラムが保管先を変えていないか確かめて、もう一度実行してください。問題は hikae verify で分かります",
  "next.vault-disk": "保管先のディスクを確認して、もう一度実行してください",
  "next.vault-lacking":
    "共有フォルダーをシステムでマウントして (mount -t cifs、nfs)、そのフォルダーを指定してください",
  "next.vault-name": "名前を変えるか、--exclude で除外してください",
  "next.target-busy": "開いているプログラムを閉じて、もう一度復元してください",
  "next.restored-disk":
    "保管先のディスクを確認してください。ほかの版は hikae history VAULT PATH で分かります",
  "next.either-denied": "保管先を読み、復元先に書き込めるユーザーで hikae を実行してください",
  "next.either-busy":
    "保管先か復元先でそのファイルを開いているプログラムを閉じて、もう一度復元してください",
  "next.either-changed":
    "復元先を使うほかのプログラムがないか確かめて、もう一度復元してください。保管先にあるかは hikae verify で分かります",
  "next.either-disk": "復元先と保管先のディスクを確認して、もう一度復元してください",
} as const;
