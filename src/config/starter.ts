/** The commented config that `config init` writes. Pure. @module */

import type { Platform } from "./types.ts";

/** What a starter is made of. */
export interface StarterParts {
  platform: Platform;
  /** The folders to back up, each one job. */
  folders: readonly { name: string; path: string }[];
  /** An existing directory to put vaults in. */
  vaultRoot: string;
  /** True when `vaultRoot` is a drive of its own. */
  external: boolean;
}

/** A value of the config that stands for `path` itself, with nothing left to expand. */
export function pathLiteral(path: string, platform: Platform): string {
  const plain = path.replaceAll("$", "$$$$").replaceAll("%", "%%");
  return JSON.stringify(platform === "windows" ? plain.replaceAll("\\", "/") : plain);
}

/** The text of a starter; it reads back as a config. */
export function starter(parts: StarterParts): string {
  const jobs = parts.folders.map((folder, i) => job(folder, parts, i === 0)).join("\n");
  return `${HEAD}${jobs}  }\n}\n`;
}

const HEAD =
  `// What hikae backs up, and where to. docs/config.md describes every key; an editor that knows
// JSON Schema completes and checks them. Look it over, then:
//
//   hikae config check     are the folders there, is everything spelt right?
//   hikae backup --all     back up every job
{
  "$schema": "./hikae.schema.json",

  // Rules for every job below that does not state the same key itself.
  "defaults": {
    // What to leave out, in gitignore syntax.
    "exclude": ["node_modules/", "*.tmp", "~$*", "Thumbs.db", ".DS_Store"],

    // Past contents of each file that stay (all of them, if not set):
    // "maxGenerations": 10,

    // After a good run, clean up files that were deleted longer ago than this:
    // "maxRetention": "90d",

    // After a good run, keep these snapshots and forget the others:
    // "keep": { "last": 7, "daily": 14, "weekly": 8, "monthly": 12 },
  },

  // ~ and environment variables ($NAME, \${NAME}, %NAME%) expand in paths; a relative path starts
  // from the directory of this file. On Windows write / or two backslashes.
  "jobs": {
`;

function job(
  folder: { name: string; path: string },
  parts: StarterParts,
  first: boolean,
): string {
  const slash = /[/\\]$/.test(parts.vaultRoot) ? "" : "/";
  const vault = `${parts.vaultRoot}${slash}hikae-${folder.name}`;
  const advice = parts.external
    ? "      // Another drive; add a share of a NAS as a second vault if you have one.\n"
    : "      // No other drive was found: change this to one, or a broken disk takes the copy with it.\n";
  return `    ${JSON.stringify(folder.name)}: {
      "source": ${pathLiteral(folder.path, parts.platform)},
${first ? advice : ""}      "vaults": [${pathLiteral(vault, parts.platform)}],
    },
`;
}
