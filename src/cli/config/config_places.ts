/** Where a config is looked for. @module */

import { pathsOf } from "../../config/expand.ts";
import type { Platform } from "../../config/types.ts";

/** The name that a config is looked for under. */
export const CONFIG_NAME = "hikae.jsonc";

/** By what a config is looked for. */
export interface ConfigSearch {
  cwd: string;
  env: (name: string) => string | undefined;
  platform: Platform;
}

/** Where a config is looked for without `--config`, in this order. */
export function configPlaces(options: ConfigSearch): string[] {
  const { join } = pathsOf(options.platform);
  const directory = configDirectory(options);
  const places = [join(options.cwd, CONFIG_NAME)];
  if (directory !== undefined) places.push(join(directory, CONFIG_NAME));
  return places;
}

/** hikae's directory among the user's configs, undefined when the environment does not tell. */
function configDirectory(
  options: Omit<ConfigSearch, "cwd">,
): string | undefined {
  const { join, isAbsolute } = pathsOf(options.platform);
  const named = (name: string, ...below: string[]): string | undefined => {
    const base = options.env(name);
    return base !== undefined && isAbsolute(base) ? join(base, ...below, "hikae") : undefined;
  };
  if (options.platform === "windows") return named("APPDATA");
  if (options.platform === "darwin") return named("HOME", "Library", "Application Support");
  return named("XDG_CONFIG_HOME") ?? named("HOME", ".config");
}
