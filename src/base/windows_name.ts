/** Which names Windows can hold. Pure: the same on every system. @module */

import { text } from "../text/text.ts";

const RESERVED = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\.|$)/i;

/** Why Windows cannot hold a name; undefined when it can. */
export function windowsReason(name: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const bad = /[<>:"|?*\\/\u0000-\u001f]/.exec(name);
  if (bad !== null) return text("name.windows-letter", { letter: JSON.stringify(bad[0]) });
  if (/[. ]$/.test(name)) return text("name.windows-end");
  return RESERVED.test(name) ? text("name.windows-reserved") : undefined;
}
