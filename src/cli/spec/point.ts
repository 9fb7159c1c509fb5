/** The flag that names a point in time. @module */

import type { Flag } from "../command.ts";

/** `--at`. */
export const AT: Flag = {
  name: "at",
  value: "POINT",
  help: "point.flag-at",
};
