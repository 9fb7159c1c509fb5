/**
 * The English texts, gathered from one file per subject. English is the source: another language has the same ids
 * and the same placeholders.
 * @module
 */

import { kind } from "./en/kind.ts";
import { answer } from "./en/answer.ts";
import { attributes } from "./en/attributes.ts";
import { backup } from "./en/backup.ts";
import { dirs } from "./en/dirs.ts";
import { disk } from "./en/disk.ts";
import { bundle } from "./en/bundle.ts";
import { drive } from "./en/drive.ts";
import { help } from "./en/help.ts";
import { guard } from "./en/guard.ts";
import { log } from "./en/log.ts";
import { logs } from "./en/logs.ts";
import { output } from "./en/output.ts";
import { original } from "./en/original.ts";
import { page } from "./en/page.ts";
import { place } from "./en/place.ts";
import { integrate } from "./en/integrate.ts";
import { init } from "./en/init.ts";
import { movein } from "./en/movein.ts";
import { setup } from "./en/setup.ts";
import { share } from "./en/share.ts";
import { serve } from "./en/serve.ts";
import { point } from "./en/point.ts";
import { starter } from "./en/starter.ts";
import { status } from "./en/status.ts";
import { plugin } from "./en/plugin.ts";
import { trust } from "./en/trust.ts";
import { schedule } from "./en/schedule.ts";
import { windows } from "./en/windows.ts";
import { failure } from "./en/failure.ts";
import { restore } from "./en/restore.ts";
import { summary } from "./en/summary.ts";
import { system } from "./en/system.ts";
import { usage } from "./en/usage.ts";
import { vanished } from "./en/vanished.ts";
import { thinning } from "./en/thinning.ts";
import { time } from "./en/time.ts";
import { vault } from "./en/vault.ts";
import { input } from "./en/input.ts";
import { index } from "./en/index.ts";
import { next } from "./en/next.ts";
import { names } from "./en/names.ts";
import { config } from "./en/config.ts";
import { portable } from "./en/portable.ts";
import { report } from "./en/report.ts";
import { look } from "./en/look.ts";

import { verify } from "./en/verify.ts";
import { records } from "./en/records.ts";

/** Every English text by its id. */
export const EN = {
  ...answer,
  ...attributes,
  ...backup,
  ...kind,
  ...dirs,
  ...disk,
  ...drive,
  ...guard,
  ...bundle,
  ...help,
  ...log,
  ...logs,
  ...output,
  ...original,
  ...page,
  ...place,
  ...init,
  ...integrate,
  ...serve,
  ...movein,
  ...setup,
  ...share,
  ...point,
  ...starter,
  ...status,
  ...plugin,
  ...trust,
  ...schedule,
  ...windows,
  ...failure,
  ...restore,
  ...summary,
  ...system,
  ...usage,
  ...vanished,
  ...thinning,
  ...time,
  ...vault,
  ...input,
  ...index,
  ...names,
  ...next,
  ...config,
  ...portable,
  ...report,
  ...look,
  ...verify,
  ...records,
} as const;
