/** The same in Japanese. @module */

/** The texts. */
export const names = {
  "name.windows-letter": "Windows の名前には {letter} を使えません",
  "name.windows-end": "Windows の名前はピリオドや空白で終われません",
  "name.windows-reserved": "Windows が予約している名前です",
  "name.collides": '保管先では "{other}" と区別できません',
  "name.mark-too-long": "hikae が付ける $ を加えると、保管先のディスクには長すぎる名前です",
  "name.no-entry": "ファイルの名前にはなりません",
  "name.odd-letter": "名前に使えない文字があります",
} as const;
