/** The same in Japanese. @module */

/** The texts. */
export const point = {
  "point.none": '時点を読めません: "{written}" は時点ではありません',
  "point.examples":
    '20261120_180000 のようなスタンプ、latest、latest~2、2026-11-20、"2026-11-20 18:00"、"yesterday 18:00"、"last monday"、または 3d, 2w, 36h のような期間を書いてください',
  "point.ambiguous": '{what}: "{period}" は月とも分とも読めます',
  "point.ambiguous-hint": "月なら {months}、分なら {minutes} と書いてください",
  "point.clear-period": "二通りに読めないもの: 月なら {months}、分なら {minutes}",
  "point.choose": 'スナップショット "{written}" を選べません: {cause}',
  "point.no-backup": "完了したバックアップがありません",
  "point.make-one": "hikae backup で作ってください",
  "point.interrupted-only":
    "中断した実行はスタンプ {stamp} で指定するか、もう一度バックアップしてください",
  "point.only": "あるのは {stamp} だけです",
  "point.range": "最も古いのは {oldest}、最も新しいのは {newest} です",
  "point.so-many": "スナップショットは {n} 個あります",
  "point.none-then": "それほど古いスナップショットはありません",
  "point.none-before": "{time} 以前のスナップショットはありません",
  "point.no-such-stamp": "このスタンプの実行はありません",
  "point.nearest": "近いもの: {near}。{range}",
} as const;
