/** The Japanese help: what commands, flags and examples do, with the words of `ja.ts`. @module */

import { automate } from "./ja/help/automate.ts";
import { backup } from "./ja/help/backup.ts";
import { keep } from "./ja/help/keep.ts";
import { look } from "./ja/help/look.ts";
import { movein } from "./ja/help/movein.ts";
import { other } from "./ja/help/other.ts";

/** Every Japanese text of help by its id. */
export const JA_HELP: Readonly<Record<string, string>> = {
  ...backup,
  ...look,
  ...keep,
  ...automate,
  ...movein,
  ...other,
};
