/** Where what this machine knows lies: logs, outcomes, vaults seen. @module */

import { HikaeError } from "../base/errors.ts";
import { resolve } from "@std/path";
import type { Platform } from "../config/types.ts";
import { text } from "../text/text.ts";

const ABSOLUTE: Record<Platform, RegExp> = {
  windows: /^(?:[A-Za-z]:[/\\]|[/\\]{2})/,
  darwin: /^\//,
  linux: /^\//,
};

/** hikae's state directory, absolute; `HIKAE_STATE_DIR` overrides the platform's. */
export function stateDir(env: (name: string) => string | undefined, platform: Platform): string {
  const separator = platform === "windows" ? "\\" : "/";
  const own = env("HIKAE_STATE_DIR");
  if (own) return resolve(own);
  const named = (name: string, ...below: string[]): string | undefined => {
    const base = env(name);
    return base !== undefined && ABSOLUTE[platform].test(base)
      ? [base.replace(/[/\\]+$/, ""), ...below, "hikae"].join(separator)
      : undefined;
  };
  const found = platform === "windows"
    ? named("LOCALAPPDATA") ?? named("USERPROFILE", "AppData", "Local")
    : platform === "darwin"
    ? named("HOME", "Library", "Application Support")
    : named("XDG_STATE_HOME") ?? named("HOME", ".local", "state");
  if (found !== undefined) return found;
  throw new HikaeError("failed", text("state.no-home"), {
    hint: text("state.no-home-hint"),
  });
}
