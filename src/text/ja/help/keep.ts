/** The same in Japanese. @module */

/** The texts. */
export const keep = {
  "cleanup.summary": "削除されたファイルを、古さか日付で整理する",
  "cleanup.about":
    "バックアップ元から消えたファイルのコピーを、同じ一生の過去の世代とともに取り除きます。バックアップ元にまだあるものの履歴は残ります。VAULT の代わりに JOB も書けます。規則がなければジョブの maxRetention を使います。",
  "cleanup.flag-max-retention": "これより前に削除されたもの (30d, 8w, 6mo, 1y)",
  "cleanup.flag-date":
    'この日 (2026-11-21)、またはこの実行 ("2026-11-21 04:54:00") で削除されたもの',
  "cleanup.flag-dry-run": "何がなぜ消えるかを表示し、何も書かない",
  "cleanup.example-1": "cleanup で消えるものを見る",
  "cleanup.example-2": "取り除く",
  "dedupe.summary": "保管先に二重にある内容を共有する",
  "dedupe.about":
    "二度保存されたファイルは、ディスクが対応していれば以後内容を共有します (ブロックの共有、または別名)。どの組も事前に 1 バイトずつ比較し、版も記録も変わりません。いつ中断しても、もう一度実行できます。新しいものはバックアップが同じように共有します (--share)。docs/sharing.md を参照してください。",
  "dedupe.flag-share":
    "auto (既定): 過去の版と、同じファイルの別名。link: 権限と日時が同じ現在のコピーどうしも",
  "dedupe.flag-dry-run": "共有される内容を表示し、何も書き込まない",
  "dedupe.example-1": "どれだけ解放されるかを見る",
  "dedupe.example-2": "共有する",
  "delete.summary": "スナップショットを個別に、ほかに不要な版とともに削除する",
  "delete.about":
    "スナップショットはスタンプか時点 (docs/points.md) で指定します。最新のものは削除できません。バックアップ元にあるものは決して消えません。",
  "delete.flag-dry-run": "何がなぜ消えるかを表示し、何も書かない",
  "delete.example-1": "消えるものを見る",
  "prune.summary": "スナップショットを規則で、ほかに不要な版とともに削除する",
  "prune.about":
    "どれかの規則に合うスナップショットは残り、最新のものは必ず残ります。版は、残るスナップショットのどれにも不要なら消えます。バックアップ元にあるものは決して消えません。規則がなければ JOB 自身の規則 (keep) を使います。docs/retention.md を参照してください。",
  "prune.flag-keep-last": "新しいほうから N 個のスナップショットを残す",
  "prune.flag-keep-hourly": "N 時間それぞれの最後のものを残す",
  "prune.flag-keep-daily": "N 日それぞれの最後のものを残す",
  "prune.flag-keep-weekly": "N 週それぞれの最後のものを残す",
  "prune.flag-keep-monthly": "N か月それぞれの最後のものを残す",
  "prune.flag-keep-yearly": "N 年それぞれの最後のものを残す",
  "prune.flag-keep-within": "最新から数えてこれより新しいものをすべて残す",
  "prune.flag-keep-within-hourly": "これより新しい、毎時のものを残す",
  "prune.flag-keep-within-daily": "これより新しい、毎日のものを残す",
  "prune.flag-keep-within-weekly": "これより新しい、毎週のものを残す",
  "prune.flag-keep-within-monthly": "これより新しい、毎月のものを残す",
  "prune.flag-keep-within-yearly": "これより新しい、毎年のものを残す",
  "prune.flag-keep-min-versions": "ほかの規則によらず、各ファイルの新しい版を N 個残す",
  "prune.flag-keep-deleted": "この期間内に削除されたファイルの最後の版を残す",
  "prune.flag-snapshot-number": "--keep-last と同じ",
  "prune.flag-dry-run": "何がなぜ消えるかを表示し、何も書かない",
  "prune.example-1": "規則が何を残すか見る",
  "prune.example-2": "古いものを削除する",
  "reindex.summary": "保管先の索引を元のファイルから作り直す",
  "reindex.about":
    "索引は hikae の状態フォルダーにあり、答えを速くするだけのものです。記録、目印、メタデータファイルにすべてがあります。壊れているか無ければ、どのコマンドも自分で作り直します。保管先には何も書きません。",
  "reindex.example-1": "索引を作り直す",
  "index.summary": "このマシンが持つ保管先の索引を一覧する、または消す",
  "index.about":
    "索引は答えを速くするもので、保管先ごとに 1 つ、hikae の状態フォルダーにあります。無ければ自動で作り直されます。",
  "index-list.summary": "このマシンの索引: 大きさ、最後の使用、保管先",
  "index-list.about": "すべての索引を、大きさ、最後に使われた時、保管先とともに一覧します。",
  "index-list.example-1": "何があるかを見る",
  "index-clean.summary": "もう要らない索引を消す",
  "index-clean.about":
    "指定した保管先の索引、または 1 年間使われていない索引を消します。ドライブがつながれていない保管先の索引は残ります。保管先には触れません。",
  "index-clean.flag-dry-run": "消すものを表示するだけで、何も消さない",
  "index-clean.example-1": "1 年間使われていないものを消す",
  "index-clean.example-2": "1 つの保管先の索引を消す",
  "restore.summary": "ファイルを、またはすべてを、どのバックアップの時点からでも取り戻す",
  "restore.about":
    "PATH はバックアップ元からの相対パスで、DIR の下でも同じ位置になります。パターンも書け、PATH@POINT (notes/todo.txt@3d) で時点も付けられます。その名前のパスがあればそちらを優先します。既にあるものは、違えば置き換えます (--overwrite)。リンクは元のまま作り、たどりません。--at がなければ最新の完了したバックアップを復元します。",
  "restore.flag-at": 'この時点: スタンプ、latest~2、"2026-11-20 18:00"、3d',
  "restore.flag-to": "DIR へ復元する (なければ作る)",
  "restore.flag-in-place": "バックアップした元の場所へ復元する",
  "restore.flag-overwrite":
    "既にあるものの置き換え: always (内容が違えば。既定)、if-newer (バックアップのほうが新しければ)、if-changed (大きさか日時が違えば)、never",
  "restore.flag-delete": "バックアップにないものを、復元するものの下に限って削除する",
  "restore.flag-dry-run": "何をするか表示し、何も書かない (-v: そのまま残るものも)",
  "restore.flag-vanished":
    "削除されたものを一覧する。--to か --in-place を付けると最後の状態で取り戻す",
  "restore.flag-since": "--vanished とともに: この期間内に削除されたものだけ",
  "restore.flag-verify": "書いたものを読み直し、ハッシュを比べる",
  "restore.flag-attributes": "保存してある拡張属性、ACL、ケイパビリティ、ラベルも復元する",
  "restore.flag-owners":
    "root として: root 以外が書き込める保管先からも所有者と set-id ビットを復元する",
  "restore.flag-force": "壊れた内容も NAME.hikae-damaged として書く",
  "restore.example-1": "最新のすべて",
  "restore.example-2": "三日前のファイル一つ",
  "restore.example-3": "バックアップ元で何が変わるか見る",
  "restore.example-4": "この一週間に削除されたものを見る",
} as const;
