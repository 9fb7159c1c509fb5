/**
 * The Japanese texts: the same ids and placeholders as the English ones, polite and short. Loaded only where Japanese
 * is spoken.
 *
 * The words, decided once:
 *
 * | English | Japanese |
 * | --- | --- |
 * | copy (that is kept) | 控え |
 * | vault | 保管先 |
 * | source | バックアップ元 |
 * | backup, to back up | バックアップ |
 * | restore | 復元 (取り戻す where a person speaks) |
 * | snapshot | スナップショット |
 * | run | 実行 |
 * | version | 版 |
 * | generation (a past version) | 世代 |
 * | difference, diff | 差分 |
 * | record | 記録 |
 * | index | 索引 |
 * | seal | 封印 |
 * | mark | 目印 |
 * | clean up | 整理 |
 * | verify, check | 検査 |
 * | repair | 修復 |
 * | damaged | 破損、壊れた |
 * | exclude, leave out | 除外 |
 * | directory, folder | フォルダー |
 * | share | 共有フォルダー |
 * | job, rule, schedule | ジョブ、規則、スケジュール |
 * | grant, permission | 許可、権限 |
 * | guard | ガード |
 * | bundle, recipient | バンドル、受取人 |
 * | interrupted | 中断 |
 * | hook, plugin | フック、プラグイン |
 *
 * Sentences end in です or ます without a full stop, as in English; hints ask with ください. Commands, flags, placeholders
 * of help (VAULT, PATH) and keys of the config stay as they are typed.
 * @module
 */

import { answer } from "./ja/answer.ts";
import { attributes } from "./ja/attributes.ts";
import { backup } from "./ja/backup.ts";
import { bundle } from "./ja/bundle.ts";
import { config } from "./ja/config.ts";
import { dirs } from "./ja/dirs.ts";
import { disk } from "./ja/disk.ts";
import { drive } from "./ja/drive.ts";
import { failure } from "./ja/failure.ts";
import { guard } from "./ja/guard.ts";
import { help } from "./ja/help.ts";
import { index } from "./ja/index.ts";
import { integrate } from "./ja/integrate.ts";
import { init } from "./ja/init.ts";
import { input } from "./ja/input.ts";
import { kind } from "./ja/kind.ts";
import { log } from "./ja/log.ts";
import { logs } from "./ja/logs.ts";
import { look } from "./ja/look.ts";
import { next } from "./ja/next.ts";
import { names } from "./ja/names.ts";
import { original } from "./ja/original.ts";
import { output } from "./ja/output.ts";
import { page } from "./ja/page.ts";
import { place } from "./ja/place.ts";
import { plugin } from "./ja/plugin.ts";
import { point } from "./ja/point.ts";
import { portable } from "./ja/portable.ts";
import { records } from "./ja/records.ts";
import { report } from "./ja/report.ts";
import { restore } from "./ja/restore.ts";
import { schedule } from "./ja/schedule.ts";
import { serve } from "./ja/serve.ts";
import { movein } from "./ja/movein.ts";
import { setup } from "./ja/setup.ts";
import { share } from "./ja/share.ts";
import { starter } from "./ja/starter.ts";
import { status } from "./ja/status.ts";
import { summary } from "./ja/summary.ts";
import { system } from "./ja/system.ts";
import { thinning } from "./ja/thinning.ts";
import { time } from "./ja/time.ts";
import { trust } from "./ja/trust.ts";
import { usage } from "./ja/usage.ts";
import { vanished } from "./ja/vanished.ts";
import { vault } from "./ja/vault.ts";
import { verify } from "./ja/verify.ts";
import { windows } from "./ja/windows.ts";

/** Every Japanese text by its id. */
export const JA: Readonly<Record<string, string>> = {
  ...answer,
  ...attributes,
  ...backup,
  ...bundle,
  ...config,
  ...dirs,
  ...disk,
  ...drive,
  ...failure,
  ...guard,
  ...help,
  ...index,
  ...init,
  ...integrate,
  ...input,
  ...kind,
  ...log,
  ...logs,
  ...look,
  ...names,
  ...next,
  ...original,
  ...output,
  ...page,
  ...place,
  ...plugin,
  ...point,
  ...portable,
  ...records,
  ...report,
  ...restore,
  ...schedule,
  ...serve,
  ...movein,
  ...setup,
  ...share,
  ...starter,
  ...status,
  ...summary,
  ...system,
  ...thinning,
  ...time,
  ...trust,
  ...usage,
  ...vanished,
  ...vault,
  ...verify,
  ...windows,
};
