/** The plugins that come with hikae: `hikae:<name>` in a config. They are embedded in the binary. @module */

import { HikaeError } from "../base/errors.ts";

/** Their names. */
export const SHIPPED = [
  "desktop_notify",
  "healthcheck",
  "ransom_guard",
  "replicate",
  "skip_rules",
  "snapshot_source",
  "webhook",
] as const;

/** Where the code of a shipped plugin is. */
export function shippedPlugin(name: string): URL {
  if ((SHIPPED as readonly string[]).includes(name)) {
    return new URL(`../../plugins/${name}.ts`, import.meta.url);
  }
  throw new HikaeError("plugin_refused", `load plugin hikae:${name}: there is no such plugin`, {
    hint: `the plugins that come with hikae are ${SHIPPED.map((n) => `hikae:${n}`).join(", ")}`,
  });
}

/** Where the types of a plugin are. */
export const API_URL = new URL("../plugins/api.ts", import.meta.url);
