/**
 * Paths of the config: `~` and environment variables expand, and what is relative starts from the
 * directory of the file. Pure; the rules of Windows and POSIX are both at hand on either.
 * @module
 */

// both rule sets on every system; Node's would cost every start 10 ms
import { posix, windows } from "@std/path";
import { notAPath } from "../base/remote_address.ts";
import type { Expansion, Platform } from "./types.ts";
import { text } from "../text/text.ts";

/** An absolute path, or why the text gives none. */
export type Expanded = { path: string } | { problem: string; hint?: string };

const VARIABLE =
  /\$\$|%%|\$\{([^{}$]{0,200})\}|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{|%([A-Za-z_][A-Za-z0-9_]*(?:\([A-Za-z0-9_]*\))?)%/g;

const PATHS = { windows: withNamelessRoots(windows), other: withNamelessRoots(posix) };

/** The path functions of a platform. */
export function pathsOf(platform: Platform): typeof posix {
  return platform === "windows" ? PATHS.windows : PATHS.other;
}

/** A root has no name: `@std/path` gives its separator, and with that joined to a vault it is the vault itself. */
function withNamelessRoots(paths: typeof posix): typeof posix {
  const basename: typeof posix.basename = (path, suffix) => {
    const name = paths.basename(path, suffix);
    return name === "/" || name === paths.SEPARATOR ? "" : name;
  };
  return { ...paths, basename };
}

/** The user's home directory, as the environment names it. */
export function homeOf(expansion: Expansion): string | undefined {
  return expansion.env(expansion.platform === "windows" ? "USERPROFILE" : "HOME") || undefined;
}

/** Expands `given` and makes it absolute from the absolute directory `base`. */
export function expandPath(given: string, base: string, expansion: Expansion): Expanded {
  if (given.trim() === "") return { problem: text("config.empty-path") };
  if (hasControl(given)) {
    return { problem: text("config.control-in-path"), hint: text("config.windows-path-hint") };
  }
  if (!given.isWellFormed()) return { problem: text("config.unicode-path") };
  const home = expandHome(given, expansion);
  if ("problem" in home) return home;
  const whole = expandVariables(home.rest, expansion);
  if ("problem" in whole) return whole;
  return absolute(home.start + whole.path, base, expansion.platform);
}

function expandHome(
  given: string,
  expansion: Expansion,
): { start: string; rest: string } | { problem: string; hint?: string } {
  if (!given.startsWith("~")) return { start: "", rest: given };
  const next = given.charAt(1);
  if (next !== "" && next !== "/" && !(next === "\\" && expansion.platform === "windows")) {
    return {
      problem: text("config.home-alone", { path: given }),
      hint: text("config.home-alone-hint", { path: given }),
    };
  }
  const start = homeOf(expansion);
  if (start !== undefined) return { start, rest: given.slice(1) };
  const name = expansion.platform === "windows" ? "USERPROFILE" : "HOME";
  return { problem: text("config.home-unset", { name }), hint: text("config.whole-path-hint") };
}

function expandVariables(given: string, expansion: Expansion): Expanded {
  let problem: string | undefined;
  const path = given.replace(VARIABLE, (all: string, ...names: (string | undefined)[]) => {
    if (all === "$$" || all === "%%") return all.charAt(0);
    const name = names.slice(0, 3).find((n) => n !== undefined) ?? "";
    const value = isName(name) ? expansion.env(name) : undefined;
    // An empty variable at the front of "$DISK/backup" would turn it into a path of the root.
    if (value === undefined || value === "" || hasControl(value)) {
      problem ??= !isName(name)
        ? text("config.no-variable", { name: all })
        : value === undefined
        ? text("config.variable-unset", { name })
        : value === ""
        ? text("config.variable-empty", { name })
        : text("config.variable-control", { name });
    }
    return value ?? "";
  });
  if (problem === undefined) return { path };
  return { problem, hint: text("config.variable-hint") };
}

function absolute(path: string, base: string, platform: Platform): Expanded {
  const windows = platform === "windows";
  if (windows && /^[A-Za-z]:(?![\\/])/.test(path)) {
    return {
      problem: text("config.drive-slash", { path }),
      hint: text("config.drive-slash-hint"),
    };
  }
  return notAPath(path, windows) ?? { path: pathsOf(platform).resolve(base, path) };
}

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*(\([A-Za-z0-9_]*\))?$/.test(name);
}

function hasControl(given: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\u0000-\u001f\u007f]/.test(given);
}
