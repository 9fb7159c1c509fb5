/** The same in Japanese. @module */

/** The texts. */
export const failure = {
  "failure.vault-valid": "{hint}。保管先は正常です",
  "failure.full": "空きを作って、もう一度実行してください",
  "failure.denied": "保管先の所有者として hikae を実行してください",
  "failure.read-only":
    "書き込める形でディスクをマウントしてください。読むだけならこのままで足ります",
  "failure.read-only-target": "書き込める形でディスクをマウントするか、別の場所へ復元してください",
  "failure.check-disk": "ディスクを確認して、もう一度実行してください",
  "failure.name-unfit": "。保管先のファイルシステムがこの名前を受け付けないのかもしれません",
  "failure.store": "{what} の保存",
  "failure.root": "最上位のフォルダー",
  "failure.new-full": "空きを作るか、保管先に別の場所を選んでください",
  "failure.new-denied": "書き込める場所を選ぶか、書き込めるユーザーで実行してください",
  "failure.new-disk": "そのディスクを確認するか、保管先に別の場所を選んでください",
  "failure.make-vault": "保管先を作れません: {problem}",
  "failure.vault-full": "保管先のディスクがいっぱいです",
  "failure.vault-full-hint":
    "hikae prune や hikae cleanup などで空きを作り、もう一度バックアップしてください。保管先は正常です",
  "failure.vault-gone": "保管先がなくなりました",
  "failure.vault-gone-hint":
    "ドライブをつなぐか共有フォルダーに接続して、もう一度バックアップしてください",
  "failure.vault-read-only":
    "書き込める形でディスクをマウントし、もう一度バックアップしてください。保管先は正常です",
  "failure.vault-disk": "保管先は正常です。ディスクを確認して、もう一度バックアップしてください",
  "failure.outside": "{call}: {path} はこの実行が書き込める範囲の外です",
  "failure.engine": "エンジン: {problem}",
} as const;
