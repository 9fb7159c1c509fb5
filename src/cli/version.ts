/** What `--version` tells. @module */

import settings from "../../deno.json" with { type: "json" };

/** hikae's version. */
export const VERSION: string = settings.version;

/** Version, commit, Deno and target in one line. */
export function versionText(): string {
  const built = Deno.build.standalone ? "binary" : "checkout";
  return `hikae ${VERSION} (${built}, Deno ${Deno.version.deno}, ${Deno.build.target})`;
}
