/**
 * What is new to a vault takes the bytes that the vault has: by shared blocks where its disk can, else by a second name
 * (design, *Storage is shared where the disk can*). Whatever is in the way, the content is stored as if there were none.
 * @module
 */

import { isSameFile, isTold } from "../../base/inode.ts";
import { systemText } from "../../base/system_text.ts";
import { HikaeError } from "../../base/errors.ts";
import type { ShareMode } from "../../base/share_mode.ts";
import type { Stamp } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { checkedAt } from "../../vault/history/checks.ts";
import type { StoredContent } from "../../vault/content.ts";
import { hasSize, LEAST_SHARED } from "../../vault/history/contents.ts";
import type { Vault } from "../../vault/vault.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { Copies, type Copy, type EndKind } from "./copies.ts";
import { makeShared, type SharedTemporary } from "./make_shared.ts";
import type { KnownContent, KnownContents } from "./known_contents.ts";
import { agrees, type CopyAttrs, isFresh, MOST_NAMES, writtenAs } from "./policy.ts";

/** A vault that is written to, and how it shares. */
export interface SharingOptions {
  vault: Vault;
  catalog: Catalog;
  contents: KnownContents;
  stamp: Stamp;
  mode: ShareMode;
  /** The instant of the run's start, ms. */
  now: number;
  /** True when the disk shares blocks; asked when something is to be shared, once. */
  sharesBlocks: () => boolean;
  /** The hash of a copy's content, in hex. */
  hashOf: (content: StoredContent) => string;
  ending: (v: Version) => EndKind | undefined;
  /** Told of a copy that is not what was stored. */
  damaged: (path: string, message: string) => void;
}

/** What is to be made. */
export interface ContentToShare extends CopyAttrs {
  hash: string;
  size: number;
  /** The names that the file has in the source: their living copies may share with each other. */
  names: ReadonlySet<string>;
}

/** So many copies are looked at for one file. */
const MOST_TRIED = 8;
/** Of a content with more copies than this nobody counts whose name is which. */
const MOST_COUNTED = 200;

/** The versions to try for a file: those with its attributes first. */
function likeliest(free: readonly Version[], { mode, mtime }: CopyAttrs): Version[] {
  const alike = (v: Version): boolean =>
    v.mtime === mtime && (((v.mode ?? 0) & 0o777) | 0o400) === mode;
  const found: Version[] = [];
  for (const v of free) {
    if (alike(v)) found.unshift(v);
    else if (found.length < MOST_TRIED) found.push(v);
  }
  return found.slice(0, MOST_TRIED);
}

/** Shares what a vault has. */
export class Sharing {
  readonly #o: SharingOptions;
  readonly #copies: Copies;
  readonly #damaged = new Set<string>();
  #blocks: boolean | undefined;

  /** For a run into a vault. */
  constructor(options: SharingOptions) {
    this.#o = options;
    this.#copies = new Copies(options);
  }

  /** True when a file of this size is so large, and so likely in the vault, that it is hashed before it is written. */
  isLikely(size: number): boolean {
    return this.#o.mode !== "never" && hasSize(this.#o.catalog, size);
  }

  /** Makes the file `to`, which is not there, of what the vault has; undefined where it has nothing that may be shared. */
  make(to: string, wanted: ContentToShare): SharedTemporary | undefined {
    if (this.#o.mode === "never" || wanted.size < LEAST_SHARED) return undefined;
    const content = this.#o.contents.of(wanted.hash, "file");
    const { free } = content;
    if (free.length === 0) return undefined;
    const blocks = this.#blocks ??= this.#o.sharesBlocks();
    for (const v of likeliest(free, wanted)) {
      const copy = v.size === wanted.size ? this.#copies.find(v) : undefined;
      const may = copy === undefined
        ? "never"
        : blocks
        ? "copy"
        : this.#mayLink(copy, content, wanted);
      if (copy !== undefined && (may === "copy" || may === "own" || may === "same")) {
        const made = this.#isSound(copy, content, wanted)
          ? makeShared(this.#o.vault, copy, { to, wanted, how: may })
          : undefined;
        if (made !== undefined) return made;
      }
      // another file may agree with what this one does not
      if (may !== "other") free.splice(free.indexOf(v), 1);
    }
    return undefined;
  }

  /**
   * Whether a copy may get another living name: `own` when no other living name has it, so that its attributes may
   * change; `same` when one has, and they need not; `other` when they would; `never` when it may not at all.
   */
  #mayLink(
    copy: Copy,
    content: KnownContent,
    wanted: ContentToShare,
  ): "own" | "same" | "other" | "never" {
    const { nlink } = copy.info;
    // without a count nobody knows who else has it
    if (nlink === 0 || nlink >= MOST_NAMES || !isTold(copy.info)) return "never";
    const isOwn = !copy.lives || wanted.names.has(pathOf(copy.v));
    if (isOwn && (nlink === 1 || this.#onlyMarks(copy, content, wanted.names))) return "own";
    if (this.#o.mode !== "link") return "never";
    return agrees(copy.info, wanted) ? "same" : "other";
  }

  /** True when every name of a copy is a mark, or about to become one, or a name of the same file in the source. */
  #onlyMarks({ info }: Copy, { all }: KnownContent, names: ReadonlySet<string>): boolean {
    if (all.length > MOST_COUNTED) return false;
    let counted = 0;
    for (const v of all) {
      const other = this.#copies.find(v);
      if (other === undefined || !isSameFile(info, other.info)) continue;
      if (other.lives && !names.has(pathOf(v))) return false;
      if (++counted === info.nlink) return true;
    }
    // the others are of this run, or of nobody
    return false;
  }

  /** Of content that moved the path and time at which it was written count. */
  #isFresh({ v }: Copy, { all }: KnownContent): boolean {
    const { catalog, now } = this.#o;
    const written = writtenAs(v, all.length > MOST_COUNTED ? [] : all);
    if (written !== undefined && isFresh(written, undefined, now)) return true;
    return isFresh(v, checkedAt(catalog, v), now);
  }

  #isSound(copy: Copy, content: KnownContent, { hash }: ContentToShare): boolean {
    if (this.#damaged.has(copy.file)) return false;
    const { hashOf, damaged } = this.#o;
    if (!copy.doubtful && this.#isFresh(copy, content)) return true;
    try {
      if (hashOf(copy) === hash) return true;
      // what a run put there meanwhile is no damage
      if (copy.doubtful) return false;
      this.#damaged.add(copy.file);
      damaged(pathOf(copy.v), text("share.damaged"));
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      if (!copy.doubtful) damaged(pathOf(copy.v), systemText(error));
    }
    return false;
  }
}
