/** The words of `hikae:skip_rules`. @module */

import { wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "leaves out files by size, age and name, and the contents of cache directories",
    largerThan: "leave out files larger than this, as 500M or 2G",
    smallerThan: "leave out files smaller than this",
    olderThan: "leave out files not modified for this long, as 90d, 26w or 3y",
    youngerThan: "leave out files modified this recently, as 10m (perhaps half-written)",
    patterns: "leave out files and directories of these names; * and ? stand for any characters",
    cacheDirs:
      'leave out what is beside a CACHEDIR.TAG: true by its name, "check" by its contents too',
  },
  ja: {
    description: "大きさ、古さ、名前でファイルを、またキャッシュのフォルダーの中身を除外します",
    largerThan: "これより大きいファイルを除外 (例: 500M、2G)",
    smallerThan: "これより小さいファイルを除外",
    olderThan: "これだけの間変わっていないファイルを除外 (例: 90d、26w、3y)",
    youngerThan: "これより新しく変わったファイルを除外 (例: 10m。書きかけかもしれません)",
    patterns: "この名前のファイルとフォルダーを除外。* と ? は任意の文字",
    cacheDirs: 'CACHEDIR.TAG のあるフォルダーの中身を除外: true は名前、"check" は内容も確認',
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "odd-cache": 'cacheDirs: {given} is none of true, false, "check"',
    "path": '{pattern} is no name; paths belong in the job\'s "exclude"',
    "odd-size": "{given} is no size; write it as 500M or 2G",
    "odd-time": "{given} is no duration; write it as 10m, 36h, 90d, 8w, 6mo or 1y",
  },
  ja: {
    "odd-cache": 'cacheDirs: {given} は true、false、"check" のどれでもありません',
    "path": '{pattern} は名前ではありません。パスはジョブの "exclude" に書いてください',
    "odd-size": "{given} は大きさではありません。500M や 2G のように書いてください",
    "odd-time": "{given} は期間ではありません。10m、36h、90d、8w、6mo、1y のように書いてください",
  },
});
