/** The same in Japanese. @module */

/** The texts. */
export const movein = {
  "adopt.summary": "単純なコピーを、コピーし直さずに保管先にする",
  "adopt.about":
    "DIR は rsync、cp、rdiff-backup などで作った SOURCE のコピーです。今のコピーの状態と SOURCE の今の状態、2 つのスナップショットを持つ保管先になります。違うファイルはコピーし、古い内容は過去の版として残ります。SOURCE にないファイルは削除済みとして残ります。両方をすべて読みます。2 つ目のスナップショットが始まるまで、書き込むのは .$META$ フォルダーだけです。途中で止まっても、もう一度実行すれば完了します。docs/moving-in.md を参照してください。",
  "adopt.flag-source": "DIR の元のフォルダー",
  "adopt.flag-allow-mass-change": "DIR のファイルの大半が SOURCE になくても続ける",
  "adopt.example-1": "何が行われるかを見る",
  "adopt.example-2": "実行する",
  "import.summary": "単純なコピーの並びから、過去を持つ保管先を作る",
  "import.about":
    "それぞれの DIR は、同じフォルダーのある時点のコピーです: rsnapshot、`rsync --link-dest`、Time Machine、またはすべての時点を中に持つファイル履歴のフォルダー。古い順に新しい保管先のスナップショットになり、共通するものは 1 度だけ保存します。日時は名前にあるもの (2024-01-31-120000)、なければフォルダーのものです。コピーは読むだけです。途中で止まっても、もう一度実行すれば続きから行います。docs/moving-in.md を参照してください。",
  "import.flag-to": "新しい保管先",
  "import.flag-at": '1 つのコピーの日時 (20240131_120000、"2024-01-31 12:00")',
  "import.example-1": "どのスナップショットができるかを見る",
  "import.example-2": "取り込む",
} as const;
