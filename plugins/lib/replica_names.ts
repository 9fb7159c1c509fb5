/** What the names in a vault stand for (docs/format.md), as far as a copy of it must know. Computes only. @module */

import { createHash } from "node:crypto";

const META = ".$META$";
const TEMPORARY = "$TMP@";
const NAME_MAX = 255;

/** What a file of a vault is. */
export type Kind =
  /** A living file. */
  | "content"
  /** A past version, or a living link's record. */
  | "mark"
  /** `metadata.txt`, `names.txt`, `vault.json` and what else lies in a meta directory. */
  | "meta"
  /** Something in `runs/`. */
  | "record"
  /** Of a vault that is worked on, not of a copy: locks and who holds them, temporary files, an index. */
  | "none";

const MARK = /^(\$OLD@|\.\$DEL@|\$OLDLNK@|\.\$DELLNK@)\d{8}_\d{6}\$./;
const OF_THE_MACHINE = /^\.\$META\$\/(lock|lock\.json|catalog\.db.*)$/;

/** The kind of a file by its path in the vault, with `/`. */
export function kindOf(path: string): Kind {
  if (OF_THE_MACHINE.test(path)) return "none";
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const dir = slash < 0 ? "" : path.slice(0, slash);
  if (dir === `${META}/runs`) return name.startsWith(TEMPORARY) ? "none" : "record";
  if (dir !== META && !dir.endsWith(`/${META}`)) return "content";
  if (name.startsWith(TEMPORARY)) return "none";
  return MARK.test(name) || name.startsWith("$LNK$") ? "mark" : "meta";
}

/** The stamp of a record's path, also of a file beside a record; undefined for what is none. */
export function stampOf(path: string): string | undefined {
  return /^\.\$META\$\/runs\/(\d{8}_\d{6})\.(?:jsonl|attr)$/.exec(path)?.[1];
}

/** The directory in the mirror that a meta file belongs to; undefined for what lies in no meta directory. */
export function metaOwner(path: string): string | undefined {
  const at = path.lastIndexOf(`${META}/`);
  if (at < 0 || (at > 0 && path[at - 1] !== "/")) return undefined;
  return path.slice(0, Math.max(0, at - 1));
}

/** True for a mark whose name was too long, so that `names.txt` has it. */
export function isShortened(path: string): boolean {
  return /~[0-9a-f]{16}$/.test(path);
}

/** How entries of the source are named in the vault. */
export class MirrorNames {
  readonly #fold: boolean;

  /** `caseSensitive` as `vault.json` has it. */
  constructor(caseSensitive: boolean) {
    this.#fold = !caseSensitive;
  }

  /** Where a living file or directory of the source lies. */
  living(path: string): string {
    if (!path.includes(".$")) return path;
    return path.split("/").map((name) => this.#isLikeMeta(name) ? `${name}$` : name).join("/");
  }

  /** Where a living link's record lies. */
  link(path: string): string {
    return this.#inMeta(path, (name) => stored(`$LNK$${name}`, name));
  }

  /** Where a version that ended in the run `to` may lie: one name for "changed", one for "deleted". */
  past(path: string, to: string, link: boolean): string[] {
    const prefixes = link ? ["$OLDLNK@", ".$DELLNK@"] : ["$OLD@", ".$DEL@"];
    return prefixes.map((p) => this.#inMeta(path, (name) => stored(`${p}${to}$${name}`, name)));
  }

  #inMeta(path: string, name: (own: string) => string): string {
    const slash = path.lastIndexOf("/");
    const dir = slash < 0 ? "" : `${this.living(path.slice(0, slash))}/`;
    return `${dir}${META}/${name(path.slice(slash + 1))}`;
  }

  #isLikeMeta(name: string): boolean {
    return this.#fold ? /^\.\$META\$+$/i.test(name) : /^\.\$META\$+$/.test(name);
  }
}

/**
 * The path without the detour of a directory that became a file: its tree lies below a mark, and what is in there is
 * named as if it still lay in its place.
 */
export function withoutDetour(path: string): string {
  return path.replace(/(^|\/)\.\$META\$\/\.\$DEL@\d{8}_\d{6}\$([^/]+)\//g, "$1$2/");
}

/** A mark, shortened as a vault shortens it. */
function stored(mark: string, name: string): string {
  const bytes = new TextEncoder().encode(mark);
  if (bytes.length <= NAME_MAX) return mark;
  let end = NAME_MAX - 17;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--; // not inside of a character
  const tail = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${new TextDecoder().decode(bytes.subarray(0, end))}~${tail}`;
}
