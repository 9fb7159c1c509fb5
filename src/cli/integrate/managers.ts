/** The table of file managers. @module */

import { dolphin } from "./dolphin.ts";
import { explorer } from "./explorer.ts";
import { finder } from "./finder.ts";
import type { Manager } from "./manager.ts";
import { nautilus } from "./nautilus.ts";
import { nemo } from "./nemo.ts";

/** All that hikae knows. */
export const MANAGERS: readonly Manager[] = [explorer, nautilus, dolphin, nemo, finder];
