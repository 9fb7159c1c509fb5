/** The plugins that come with hikae: `hikae:<name>` in a config. They are embedded in the binary. @module */

import { HikaeError } from "../base/errors.ts";
import type { Permissions } from "../plugins/api.ts";
import { text } from "../text/text.ts";

/** Their names. */
export const SHIPPED = [
  "command",
  "desktop_notify",
  "healthcheck",
  "mail",
  "ransom_guard",
  "replicate",
  "restic",
  "skip_rules",
  "snapshot_source",
  "webhook",
] as const;

/** Where the code of a shipped plugin is. */
export function shippedPlugin(name: string): URL {
  if ((SHIPPED as readonly string[]).includes(name)) {
    return new URL(`../../plugins/${name}.ts`, import.meta.url);
  }
  throw new HikaeError("plugin_refused", text("plugin.not-shipped", { name }), {
    hint: text("plugin.shipped-are", { names: SHIPPED.map((n) => `hikae:${n}`).join(", ") }),
  });
}

/** What one of them is granted without a word of the config: it is what it is for, and its code is hikae's own. */
export function shippedGrants(path: string): Permissions {
  return path === "hikae:snapshot_source" ? { source: true } : {};
}

/** Where the types of a plugin are. */
export const API_URL = new URL("../plugins/api.ts", import.meta.url);
