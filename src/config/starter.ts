/** The commented config that `config init` writes. Pure. @module */

import { type PlainTextId, text } from "../text/text.ts";
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

/** The text of a starter, its comments in the language of this thread; it reads back as a config. */
export function starter(parts: StarterParts): string {
  const jobs = parts.folders.map((folder, i) => job(folder, parts, i === 0)).join("\n");
  return `${head()}${jobs}  }\n}\n`;
}

/** Lines of a comment, as deep as what they speak of. */
function comment(depth: number, id: PlainTextId): string {
  return commented(depth, text(id));
}

function commented(depth: number, said: string): string {
  return said.split("\n").map((line) => `${"  ".repeat(depth)}// ${line}\n`).join("");
}

function head(): string {
  const variables = text("starter.paths", { variables: "$NAME, ${NAME}, %NAME%" });
  return `${comment(0, "starter.head")}//
//   hikae config check     ${text("starter.check")}
//   hikae backup --all     ${text("starter.backup")}
{
  "$schema": "./hikae.schema.json",

${comment(1, "starter.defaults")}  "defaults": {
${
    comment(2, "starter.exclude")
  }    "exclude": ["node_modules/", "*.tmp", "~$*", "Thumbs.db", ".DS_Store"],

${comment(2, "starter.generations")}    // "maxGenerations": 10,

${comment(2, "starter.retention")}    // "maxRetention": "90d",

${comment(2, "starter.keep")}    // "keep": { "last": 7, "daily": 14, "weekly": 8, "monthly": 12 },
  },

${commented(1, variables)}  "jobs": {
`;
}

function job(
  folder: { name: string; path: string },
  parts: StarterParts,
  first: boolean,
): string {
  const slash = /[/\\]$/.test(parts.vaultRoot) ? "" : "/";
  const vault = `${parts.vaultRoot}${slash}hikae-${folder.name}`;
  const advice = comment(3, parts.external ? "starter.other-drive" : "starter.no-drive");
  return `    ${JSON.stringify(folder.name)}: {
      "source": ${pathLiteral(folder.path, parts.platform)},
${first ? advice : ""}      "vaults": [${pathLiteral(vault, parts.platform)}],
    },
`;
}
