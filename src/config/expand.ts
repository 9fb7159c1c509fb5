/**
 * Paths of the config: `~` and environment variables expand, and what is relative starts from the
 * directory of the file. Pure; the rules of Windows and POSIX are both at hand on either.
 * @module
 */

// Both rule sets on every system; `@std/path` has only the one at hand.
import { posix, win32 } from "node:path";
import { notAPath } from "../base/remote_address.ts";
import type { Expansion, Platform } from "./types.ts";

/** An absolute path, or why the text gives none. */
export type Expanded = { path: string } | { problem: string; hint?: string };

const SLASH_HINT = "write Windows paths with / or with two backslashes";
const VARIABLE =
  /\$\$|%%|\$\{([^{}$]{0,200})\}|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{|%([A-Za-z_][A-Za-z0-9_]*(?:\([A-Za-z0-9_]*\))?)%/g;

/** The path functions of a platform. */
export function pathsOf(platform: Platform): typeof posix {
  return platform === "windows" ? win32 : posix;
}

/** The user's home directory, as the environment names it. */
export function homeOf(expansion: Expansion): string | undefined {
  return expansion.env(expansion.platform === "windows" ? "USERPROFILE" : "HOME") || undefined;
}

/** Expands `text` and makes it absolute from the absolute directory `base`. */
export function expandPath(text: string, base: string, expansion: Expansion): Expanded {
  if (text.trim() === "") return { problem: "an empty path" };
  if (hasControl(text)) {
    return { problem: "a control character in a path", hint: SLASH_HINT };
  }
  if (!text.isWellFormed()) return { problem: "a path that is not valid Unicode" };
  const home = expandHome(text, expansion);
  if ("problem" in home) return home;
  const whole = expandVariables(home.rest, expansion);
  if ("problem" in whole) return whole;
  return absolute(home.start + whole.path, base, expansion.platform);
}

function expandHome(
  text: string,
  expansion: Expansion,
): { start: string; rest: string } | { problem: string; hint?: string } {
  if (!text.startsWith("~")) return { start: "", rest: text };
  const next = text.charAt(1);
  if (next !== "" && next !== "/" && !(next === "\\" && expansion.platform === "windows")) {
    return {
      problem: `"${text}" begins with ~, which stands for your home directory alone`,
      hint: `write the whole path, or "./${text}" for a directory of that name`,
    };
  }
  const start = homeOf(expansion);
  if (start !== undefined) return { start, rest: text.slice(1) };
  const name = expansion.platform === "windows" ? "USERPROFILE" : "HOME";
  return { problem: `~ cannot be expanded: ${name} is not set`, hint: "write the whole path" };
}

function expandVariables(text: string, expansion: Expansion): Expanded {
  let problem: string | undefined;
  const path = text.replace(VARIABLE, (all: string, ...names: (string | undefined)[]) => {
    if (all === "$$" || all === "%%") return all.charAt(0);
    const name = names.slice(0, 3).find((n) => n !== undefined) ?? "";
    const value = isName(name) ? expansion.env(name) : undefined;
    // An empty variable at the front of "$DISK/backup" would turn it into a path of the root.
    if (value === undefined || value === "" || hasControl(value)) {
      problem ??= !isName(name)
        ? `"${all}" names no environment variable`
        : value === undefined
        ? `the environment variable ${name} is not set`
        : value === ""
        ? `the environment variable ${name} is empty`
        : `the environment variable ${name} has a control character`;
    }
    return value ?? "";
  });
  if (problem === undefined) return { path };
  return { problem, hint: "set it, or write $$ for a plain $ and %% for a plain %" };
}

function absolute(path: string, base: string, platform: Platform): Expanded {
  const windows = platform === "windows";
  if (windows && /^[A-Za-z]:(?![\\/])/.test(path)) {
    return {
      problem: `"${path}" has no slash after its drive`,
      hint: 'write it like "E:/Backup"',
    };
  }
  return notAPath(path, windows) ?? { path: pathsOf(platform).resolve(base, path) };
}

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*(\([A-Za-z0-9_]*\))?$/.test(name);
}

function hasControl(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\u0000-\u001f\u007f]/.test(text);
}
