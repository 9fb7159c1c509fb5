/** How a run into one vault shares what the vault has, as one lane sees it; nothing is asked before it is needed. @module */

import { HikaeError } from "../../../base/errors.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { hasNames } from "../../../base/inode.ts";
import { joinRel } from "../../../base/relpath.ts";
import { contentHash, type StoredContent } from "../../../vault/content.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import type { Catalog } from "../../../vault/catalog.ts";
import { KnownContents } from "../../share/known_contents.ts";
import { endsIn, Moves, vanishedFrom } from "../../share/moves.ts";
import type { ShareMode } from "../../../base/share_mode.ts";
import { sharesBlocks } from "../../share/reflink.ts";
import { FreshCopies } from "../../share/fresh_copies.ts";
import { makeShared, type SharedTemporary } from "../../share/make_shared.ts";
import { agrees, type CopyAttrs, MOST_NAMES } from "../../share/policy.ts";
import { type ContentToShare, Sharing } from "../../share/sharing.ts";
import { checkCancelled, type EnginePorts, NO_PROGRESS } from "../../ports.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { SourceEntry, SourceTrouble, SourceView } from "../../source/source_dir.ts";
import { LEAST_SHARED } from "../../../vault/history/contents.ts";
import { leave, meet } from "../../share/rendezvous.ts";
import { LinkGroups, LinkNames } from "./link_groups.ts";
import { OwnCopies } from "./own_copies.ts";
import type { LinkName, Moved, ReadContent, VaultSharing } from "../vault_sharing.ts";
import { fileMode, type Sharer } from "../content_types.ts";

/** What a run says about sharing. */
export interface RunSharingOptions {
  mode: ShareMode;
  /** The index can be asked for contents; else nothing is shared. */
  indexed: boolean;
  /** Whether the vault's disk shares blocks, where that is known. */
  reflink: boolean | undefined;
  /** The start of the run, ms. */
  now: number;
  /** The names of files that have several in the source. */
  groups: LinkGroups;
  /** Told of a copy in the vault that is not what was stored. */
  trouble: (run: LaneVault, trouble: SourceTrouble) => void;
}

/** What only a vault that has runs can be asked. */
interface EarlierContent {
  sharing: Sharing;
  moves: Moves;
  own: OwnCopies;
}

/** Sharing in one vault. */
class RunSharing implements VaultSharing {
  readonly #run: LaneVault;
  readonly #ask: () => EarlierContent | undefined;
  #earlier: EarlierContent | undefined;
  readonly #o: RunSharingOptions;
  readonly #names: LinkNames;
  readonly #hashOf: (content: StoredContent) => string;
  /** What this lane has stored, where living copies may share. */
  readonly #fresh: FreshCopies | undefined;
  readonly #asks: () => boolean;
  /** Whether the vault's disk shares blocks, once it was asked. */
  blocks: boolean | undefined;

  /** For a run into a vault. */
  constructor(run: LaneVault, view: SourceView, ports: EnginePorts, options: RunSharingOptions) {
    this.#run = run;
    this.#o = options;
    this.blocks = options.reflink;
    this.#asks = () => options.mode !== "never" && this.#asksBlocks(ports);
    const unmeasured = { ...ports, progress: NO_PROGRESS };
    this.#hashOf = (content) => contentHash(unmeasured, content);
    const shares = options.mode === "link" || options.mode === "auto" && options.reflink === true;
    this.#fresh = shares ? new FreshCopies(run.vault) : undefined;
    this.#names = new LinkNames(run.catalog, options.groups, view);
    const { catalog } = run;
    this.#ask = () => catalog === undefined ? undefined : this.#earlierIn(catalog, view, ports);
  }

  /** What the runs before left; undefined in a vault that has none. */
  get #known(): EarlierContent | undefined {
    return this.#earlier ??= this.#ask();
  }

  #earlierIn(catalog: Catalog, view: SourceView, ports: EnginePorts): EarlierContent {
    const { mode, indexed, now, trouble } = this.#o;
    const run = this.#run;
    const contents = new KnownContents(indexed ? catalog : undefined);
    const isVanished = vanishedFrom(view);
    const { vault, stamp } = run;
    const asked = { vault, catalog, contents, stamp, ending: endsIn(view, isVanished) };
    return {
      moves: new Moves(contents, isVanished),
      own: new OwnCopies(run, view, {
        ...asked,
        share: (to, { info }, hash) => this.make(to, { hash, size: info.size }, info),
        written: (temporary, { info }, hash) =>
          this.written(temporary, { hash, size: info.size }, info),
      }),
      sharing: new Sharing({
        ...asked,
        mode,
        now,
        sharesBlocks: () => this.#asksBlocks(ports),
        hashOf: this.#hashOf,
        damaged: (path, message) =>
          trouble(run, { path, during: "store", code: "damaged", message }),
      }),
    };
  }

  #asksBlocks(ports: EnginePorts): boolean {
    const { tree } = this.#run.vault;
    const path = tree.below(tree.meta(""), `${TEMPORARY}blocks-${ports.newId().slice(0, 8)}`);
    return this.blocks ??= this.#run.sink.tally.blocks = sharesBlocks({ ...ports, path });
  }

  /** True where a copy on the vault's disk shares its blocks, and may. */
  sharesBlocks(): boolean {
    return this.#asks();
  }

  /** True when a file of this size is worth a hash before it is written. */
  isLikely(size: number): boolean {
    return this.#o.indexed && this.#known?.sharing.isLikely(size) === true;
  }

  /** Makes a temporary file of what the vault has, or what another name of the same file has brought. */
  make(
    to: string,
    content: ReadContent,
    info: FileInfo,
    ending?: string,
  ): SharedTemporary | undefined {
    const attrs = { mode: fileMode(info), mtime: info.mtime };
    const names = this.#o.mode === "never" ? [] : this.#o.groups.of(info);
    const { vault } = this.#run;
    const met = names.length === 0 ? undefined : meet(vault, { ...content, info }, to);
    const made = met ??
      this.#ofEarlier(to, {
        ...content,
        ...attrs,
        names: new Set(ending === undefined ? names : [...names, ending]),
      }) ??
      this.#shareFresh(to, content, attrs);
    if (made !== undefined && met === undefined && names.length > 0) {
      leave(vault, { ...content, info }, to);
    }
    return made;
  }

  /** Shares what a run before has stored; little content is not worth a question. */
  #ofEarlier(to: string, wanted: ContentToShare): SharedTemporary | undefined {
    return wanted.size < LEAST_SHARED ? undefined : this.#known?.sharing.make(to, wanted);
  }

  /** Shares what this lane has stored in this run: only what is read again is believed. */
  #shareFresh(
    to: string,
    { hash, size }: { hash: string; size: number },
    wanted: CopyAttrs,
  ): SharedTemporary | undefined {
    const copy = this.#fresh?.find(hash, size);
    if (copy === undefined) return undefined;
    const blocks = this.blocks === true;
    const { nlink } = copy.info;
    if (!blocks && (nlink === 0 || nlink >= MOST_NAMES || !agrees(copy.info, wanted))) {
      return undefined;
    }
    if (this.#hashOf(copy) !== hash) return undefined;
    return makeShared(this.#run.vault, copy, { to, wanted, how: blocks ? "copy" : "same" });
  }

  /** A new copy is in its place. */
  placed(path: string, { hash, size }: ReadContent): void {
    if (size >= LEAST_SHARED) this.#fresh?.add(hash, path);
  }

  /** Told of a temporary file that was written: other names of the same file can share it. */
  written(temporary: string, content: ReadContent, info: FileInfo): void {
    if (this.#o.mode === "never" || this.#o.groups.of(info).length === 0) return;
    leave(this.#run.vault, { ...content, info }, temporary);
  }

  /** What the record is to say of a file's other names. */
  linkName(dir: string, source: SourceEntry, isKnown: boolean): LinkName {
    return this.#names.of(dir, source, isKnown);
  }

  /** The path that a new file or link was moved from. */
  movedFrom(dir: string, source: Moved, hash: string): string | undefined {
    const type = source.type === "link" ? "link" : "file";
    const { mtime } = source.info;
    const size = source.realSize ?? source.info.size;
    return this.#known?.moves.claim(joinRel(dir, source.name), { hash, type, size, mtime });
  }

  /** Gives a living copy a file of its own where another living one has the same: the bytes stored for it, if it did. */
  makeOwn(dir: string, source: SourceEntry, hash: string, there: FileInfo): number | undefined {
    return this.#known?.own.make(dir, source, hash, there);
  }
}

/** What a run is told of sharing. */
export interface SharingSetup {
  request: { share?: ShareMode; reflink?: boolean };
  startedMs: number;
  /** Of each vault: whether its index can be asked for contents, and whether its disk shares blocks. */
  vaults: { contents: boolean; blocks: boolean | undefined }[];
}

/** As {@link shareIn}. */
export type ShareIn = typeof shareIn;

/** Lets new files share what the vaults have. */
export function shareIn(
  ports: EnginePorts,
  { request, startedMs, vaults }: SharingSetup,
  runs: readonly LaneVault[],
  view: SourceView,
  trouble: (t: SourceTrouble) => void,
): void {
  const groups = new LinkGroups(view, () => checkCancelled(ports));
  for (const [i, run] of runs.entries()) {
    run.sharing = new RunSharing(run, view, ports, {
      groups,
      mode: request.share ?? "auto",
      indexed: vaults[i]?.contents ?? false,
      reflink: request.reflink ?? vaults[i]?.blocks,
      now: startedMs,
      trouble: (run, t) => {
        run.trouble(t);
        trouble(t);
      },
    });
  }
}

/**
 * Makes temporary files for vaults, in the order of those who want them; for each the path whose sound living copy becomes
 * a mark when the file takes its place, if there is one.
 */
export function sharerFor(
  runs: readonly (LaneVault | undefined)[],
  ending: readonly (string | undefined)[] = [],
): Sharer {
  const sharing = (i: number): VaultSharing | undefined =>
    runs[i]?.failed === undefined ? runs[i]?.sharing : undefined;
  return {
    isLikely: (i, size) => asked(() => sharing(i)?.isLikely(size)) ?? false,
    make: (i, to, content, info) => asked(() => sharing(i)?.make(to, content, info, ending[i])),
    written: (i, to, content, info) => {
      if (hasNames(info)) asked(() => sharing(i)?.written(to, content, info));
    },
  };
}

/** What keeps a vault from being asked keeps nothing from being stored. */
function asked<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    return undefined;
  }
}
