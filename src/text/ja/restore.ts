/** The same in Japanese. @module */

/** The texts. */
export const restore = {
  "restore.others-dirs":
    "ほかのユーザーの {n} 個のフォルダーは、時刻とモードをそのままにしました ({first} など)",
  "restore.owners":
    "root 以外がこの保管先に書き込めるので、所有者と set-id ビットは復元しません (--owners で復元します)",
  "restore.link-hint-windows": "Windows でリンクを作るには開発者モードか管理者権限が必要です",
  "restore.link-hint-disk":
    "そこのファイルシステムにはリンクを作れないのかもしれません。別の場所へ復元してください",
  "restore.target-denied": "書き込めるフォルダーへ復元するか、書き込めるユーザーで実行してください",
  "restore.busy": "開いているものを閉じるか、書き込み権限を確認して、もう一度復元してください",
  "restore.name-hint":
    "そこのファイルシステムはこの名前を保存できません。別の場所へ復元してください",
  "restore.vault-denied": "保管先を読めるユーザーで hikae を実行してください",
  "restore.failed": "復元: {problem}",
  "restore.target-in-vault": "復元: 復元先が保管先の中にあります",
  "restore.target-in-vault-hint": "--to で保管先の外のフォルダーを指定してください",
  "restore.target-no-dir": "復元: 復元先がフォルダーではありません",
  "restore.target-no-dir-hint": "--to でフォルダーか、フォルダーを作れる場所を指定してください",
  "restore.no-source": "復元: ファイルがどこから来たのか保管先に書かれていません",
  "restore.foreign-source":
    "復元: ファイルは {source} から来ましたが、このシステムのパスではありません",
  "restore.no-source-hint": "--to でフォルダーを指定してください",
  "restore.damaged":
    "復元: 保管先の内容が壊れています (記録のハッシュと違います)。書きませんでした",
  "restore.damaged-kept": "復元: 保管先の内容が壊れています。残っている分は {file} にあります",
  "restore.damaged-force-hint":
    "別のスナップショットか hikae verify --repair を試すか、残っている分を取り出すなら --force を付けてください",
  "restore.damaged-hint": "別のスナップショットか hikae verify --repair を試してください",
  "restore.reads-back": "検査: 復元したものを読むと、書いた内容と違います",
  "restore.reads-back-hint": "復元先のディスクを確認するか、別のディスクへ復元してください",
  "restore.dir-for-link": "復元: このリンクの場所にフォルダーがあります",
  "restore.move-away-hint": "移してから、もう一度復元してください",
  "restore.vault-here": "復元: この場所は保管先そのものです",
  "restore.elsewhere-hint": "別のフォルダーへ復元してください",
  "restore.in-the-way": "復元: このフォルダーの場所に{what}があります",
  "restore.in-the-way-hint": "消すか、置き換えられるようにフォルダー自体を復元してください",
  "restore.kept-in-the-way":
    "復元: このフォルダーの場所に{what}があり、--overwrite {overwrite} なので残しました",
  "restore.kept-in-the-way-hint":
    "その下は復元していません。--overwrite always を使うか、移してください",
  "restore.vault-now": "復元: いまはこの場所に保管先があります",
  "restore.vault-now-hint": "そこには何も書きません。別のフォルダーへ復元してください",
  "restore.fewer": "復元: このフォルダーの {n} 項目が、復元の途中で保管先の履歴からなくなりました",
  "restore.fewer-hint": "保管先でほかの作業をしていないときに、もう一度復元してください",
  "restore.full-dir": "復元: 空でないフォルダーが同じ場所にあります",
  "restore.full-dir-hint": "移すか、--delete を付けて上のフォルダーを復元してください",
  "restore.link-damaged": "復元: 保管先にあるリンクの記録が壊れています",
  "restore.link-damaged-hint":
    "hikae verify を参照してください。別のスナップショットにはあるかもしれません",
  "restore.version-gone":
    "復元: この版はもう保管先にありません (cleanup や prune で消えたか、失われました)",
  "restore.version-gone-hint": "残っている版は hikae history で見られます",
  "restore.content-missing": "復元: 内容が保管先にありません",
  "restore.content-missing-hint":
    "hikae verify を参照してください。別のスナップショットにはあるかもしれません",
  "restore.no-record": "この保管先には実行の記録がありません。現在のファイルを復元します",
  "restore.interrupted":
    "実行 {stamp} は中断しました。終わっていない部分は前の実行の時点で復元します",
  "restore.unknown-since":
    "{n} 個の版が {stamp} のものかもしれませんが、いつからか記録がないので復元しません (hikae history を参照)",
  "restore.partial": "復元: 実行 {stamp} はこれをバックアップできませんでした",
  "restore.reason-set": "内容は同じ。日時かモードを設定",
  "restore.reason-same": "同じ内容",
  "restore.reason-older": "バックアップのほうが新しくない",
  "restore.reason-never": "--overwrite never",
  "restore.target-gone": "復元: フォルダーがなくなりました",
  "restore.target-gone-hint": "復元先をほかに使っているものを確認し、もう一度復元してください",
  "restore.in-the-way-of": "復元: フォルダー {path} の場所に{what}があります",
  "restore.in-the-way-of-hint":
    "それを通して書くことはしません。消してから、もう一度復元してください",
  "restore.name-unfit": "復元: このシステムではその名前を使えません。{why}",
  "restore.name-unfit-hint": "使えるシステムで復元するか、hikae cat で取り出してください",
  "restore.name-forged-hint":
    "保管先の記録が壊れているか、偽造されています。hikae verify を参照してください",
  "restore.two-points": '復元: "{path}" が {one} と {other} の両方の時点で指定されています',
  "restore.two-points-hint": "別々のフォルダーへ、一つずつ復元してください",
  "restore.near-path":
    "パスはバックアップ元からの相対パスです。いつあったか、版がどこにあるかは hikae history VAULT PATH、名前で探すには hikae find VAULT NAME",
  "restore.stopped-full-hint":
    "空きを作るか別の場所を選び、もう一度復元してください。復元済みのものは残ります",
  "restore.stopped-hint": "別の場所を選び、もう一度復元してください。復元済みのものは残ります",
  "restore.preview": "{target} へ復元します: 上書き {n}、削除 {gone}",
  "restore.left-alone": "バックアップの対象でない {n} 項目は削除しませんでした",
  "restore.no-path": "復元: 保管先にそのようなパスはありません",
  "restore.no-path-in": "復元: スナップショット {stamp} にそのようなパスはありません",
} as const;
