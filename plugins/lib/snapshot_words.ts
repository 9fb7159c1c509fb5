/** The words of `hikae:snapshot_source`. @module */

import { sayer, wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "backs up from a file-system snapshot (VSS, btrfs, ZFS, LVM, APFS)",
    kind: "auto (default), or on Linux btrfs, zfs or lvm: asks for fewer programs",
    size: "LVM: how much may change while the run lasts (default 2G); thin volumes need none",
    nested:
      "go on although there are file systems or subvolumes below the source, which are left empty",
  },
  ja: {
    description:
      "ファイルシステムのスナップショット (VSS、btrfs、ZFS、LVM、APFS) からバックアップします",
    kind: "auto (既定)。Linux では btrfs、zfs、lvm と書けば必要なプログラムが減ります",
    size: "LVM: 実行中に変わってよい量 (既定は 2G)。シンボリュームには要りません",
    nested:
      "バックアップ元の下に別のファイルシステムやサブボリュームがあっても続ける (その中は空になります)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "reading": "reading from the snapshot {source}",
    "left-over": "the snapshot may be left over: {problem}",
    "not-mounted": "findmnt does not know where {source} is mounted",
    "no-snapshots": "{kind} at {place} has no snapshots (btrfs, zfs and LVM have)",
    "no-subvolume": "no btrfs subvolume holds {source}",
    "no-lvm": "{device} is no LVM volume",
    "tmutil": "tmutil made no snapshot: {said}",
    "df": "df does not say which volume the source is on",
    "more": " and {n} more",
    "nested":
      '{first}{others} below the source would be empty in a snapshot, as if deleted; back it up by a job of its own and set the option "nested" to true',
    "not-local": "{source} is not on a local drive: no shadow copy of it",
    "powershell": "powershell did not say which shadow copy it made: {said}",
    "vss-right": "no right to make a shadow copy: start hikae as administrator",
  },
  ja: {
    "reading": "スナップショット {source} から読みます",
    "left-over": "スナップショットが残ったかもしれません: {problem}",
    "not-mounted": "{source} がどこにマウントされているか findmnt に分かりません",
    "no-snapshots":
      "{place} の {kind} ではスナップショットを作れません (btrfs、zfs、LVM なら作れます)",
    "no-subvolume": "{source} は btrfs のどのサブボリュームにもありません",
    "no-lvm": "{device} は LVM のボリュームではありません",
    "tmutil": "tmutil がスナップショットを作りませんでした: {said}",
    "df": "バックアップ元がどのボリュームにあるか df から分かりません",
    "more": " とほか {n} 個",
    "nested":
      'バックアップ元の下の {first}{others} はスナップショットでは空になり、削除されたように見えます。別のジョブでバックアップし、オプション "nested" を true にしてください',
    "not-local": "{source} はこのパソコンのドライブにないため、シャドウコピーを作れません",
    "powershell": "どのシャドウコピーを作ったのか powershell の答えから分かりません: {said}",
    "vss-right": "シャドウコピーを作る権限がありません。hikae を管理者として実行してください",
  },
});

/** Says it. */
export const say = sayer(TEXTS);
