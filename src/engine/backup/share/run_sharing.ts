/** How a run into one vault shares what the vault has, as one lane sees it; nothing is asked before it is needed. @module */

import { HikaeError } from "../../../base/errors.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { joinRel } from "../../../base/relpath.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import type { Catalog } from "../../../vault/catalog.ts";
import { KnownContents } from "../../share/known_contents.ts";
import { endsIn, Moves, vanishedFrom } from "../../share/moves.ts";
import type { ShareMode } from "../../../base/share_mode.ts";
import { sharesBlocks } from "../../share/reflink.ts";
import { type Shared, Sharing } from "../../share/sharing.ts";
import { type EnginePorts, hashFile, NO_PROGRESS } from "../../ports.ts";
import { fileMode, type Sharer } from "../content.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { SourceEntry, SourceView, Trouble } from "../source_dir.ts";
import { OwnCopies } from "./own_copies.ts";

/** What a run says about sharing. */
export interface RunSharingOptions {
  mode: ShareMode;
  /** The index can be asked for contents; else nothing is shared. */
  indexed: boolean;
  /** Whether the vault's disk shares blocks, where that is known. */
  reflink: boolean | undefined;
  /** The start of the run, ms. */
  now: number;
  /** Told of a copy in the vault that is not what was stored. */
  trouble: (run: LaneVault, trouble: Trouble) => void;
}

/** Sharing in one vault. */
export class RunSharing {
  readonly #run: LaneVault;
  readonly #sharing: Sharing;
  readonly #moves: Moves;
  readonly #own: OwnCopies;
  readonly #indexed: boolean;
  /** Whether the vault's disk shares blocks, once it was asked. */
  blocks: boolean | undefined;

  private constructor(
    run: LaneVault,
    catalog: Catalog,
    view: SourceView,
    ports: EnginePorts,
    o: RunSharingOptions,
  ) {
    this.#run = run;
    this.#indexed = o.indexed;
    this.blocks = o.reflink;
    const contents = new KnownContents(o.indexed ? catalog : undefined);
    const isVanished = vanishedFrom(view);
    const quiet = { ...ports, progress: NO_PROGRESS };
    const { vault, stamp } = run;
    const asked = { vault, catalog, contents, stamp, isEnding: endsIn(view, isVanished) };
    this.#moves = new Moves(contents, isVanished);
    this.#own = new OwnCopies(run, view, asked);
    this.#sharing = new Sharing({
      ...asked,
      mode: o.mode,
      now: o.now,
      sharesBlocks: () => this.#asksBlocks(ports),
      hashFile: (path) => hashFile(quiet, path),
      damaged: (path, message) =>
        o.trouble(run, { path, during: "store", code: "damaged", message }),
    });
  }

  /** For a run into a vault; undefined for one that has no run yet, and nothing to share. */
  static of(
    run: LaneVault,
    view: SourceView,
    ports: EnginePorts,
    options: RunSharingOptions,
  ): RunSharing | undefined {
    const { catalog } = run;
    return catalog === undefined ? undefined : new RunSharing(run, catalog, view, ports, options);
  }

  #asksBlocks(ports: EnginePorts): boolean {
    const { tree } = this.#run.vault;
    const path = tree.below(tree.meta(""), `${TEMPORARY}blocks-${ports.newId().slice(0, 8)}`);
    return this.blocks ??= sharesBlocks({ ...ports, path });
  }

  /** True when a file of this size is worth a hash before it is written. */
  isLikely(size: number): boolean {
    return this.#indexed && this.#sharing.isLikely(size);
  }

  /** Makes a temporary file of what the vault has. */
  make(to: string, content: { hash: string; size: number }, info: FileInfo): Shared | undefined {
    return this.#sharing.make(to, { ...content, mode: fileMode(info), mtime: info.mtime });
  }

  /** The path that a new file or link was moved from. */
  movedFrom(dir: string, source: SourceEntry, hash: string): string | undefined {
    const type = source.type === "link" ? "link" : "file";
    return this.#moves.claim(joinRel(dir, source.name), hash, type);
  }

  /** Gives a living copy a file of its own where another living one has the same; true when it did. */
  makeOwn(dir: string, source: SourceEntry, hash: string, there: FileInfo): boolean {
    return this.#own.make(dir, source, hash, there);
  }
}

/** Makes temporary files for vaults, in the order of those who want them. */
export function sharerFor(runs: readonly (LaneVault | undefined)[]): Sharer {
  const sharing = (i: number): RunSharing | undefined =>
    runs[i]?.failed === undefined ? runs[i]?.sharing : undefined;
  return {
    isLikely: (i, size) => asked(() => sharing(i)?.isLikely(size)) ?? false,
    make: (i, to, content, info) => asked(() => sharing(i)?.make(to, content, info)),
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
