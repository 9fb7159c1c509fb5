/**
 * `hikae dedupe`: shares what a vault has twice. Each pair is compared byte by byte before; what is replaced has the same
 * content, so that nothing is lost wherever it ends, and no record changes.
 * @module
 */

import { systemText } from "../../base/system_text.ts";
import { defined } from "../../base/defined.ts";
import { errorCode, HikaeError } from "../../base/errors.ts";
import { nextStep } from "../../base/next_step.ts";
import type { FileInfo } from "../../base/fs.ts";
import { isSameFile, isTold } from "../../base/inode.ts";
import { createFresh, lstatIfAny, move, removeIfAny, removeQuietly } from "../../base/io.ts";
import { isRefusal } from "../../base/lenient_fs.ts";
import type { ShareMode } from "../../base/share_mode.ts";
import { text } from "../../text/text.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { isSameContent, type StoredContent, type VaultContents } from "../../vault/content.ts";
import { TEMPORARY } from "../../vault/names.ts";
import { contentsTwice, filesWith } from "../../vault/history/contents.ts";
import { openToRead, openToWrite, type OpenVault } from "../../vault/open.ts";
import type { Vault } from "../../vault/vault.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { checkCancelled, type EnginePorts, vaultPorts } from "../ports.ts";
import { RealDirs } from "../real_dirs.ts";
import { makeShared } from "../share/make_shared.ts";
import { agrees, MOST_NAMES } from "../share/policy.ts";
import { sharesBlocks } from "../share/reflink.ts";
import { toldMended } from "../command_record.ts";
import { hold, type HoldRequest, lookOptions, openHeld } from "../open_vault.ts";
import { toReadSeeing } from "../seen_files.ts";

/** What is asked. */
export interface DedupeRequest extends HoldRequest {
  /** As the user wrote it. */
  given: string;
  dryRun: boolean;
  mode: Exclude<ShareMode, "never">;
  /** Whether the disk shares blocks; asked of it when undefined. */
  reflink?: boolean;
}

/** What it came to. */
export interface DedupeOutcome {
  /** Copies that share now, or would. */
  files: number;
  bytes: number;
  errors: number;
}

/** A copy of a content. */
interface ContentCopy extends StoredContent {
  v: Version;
  info: FileInfo;
  lives: boolean;
}

/** `hikae dedupe`: what the opening asks of the vault's disk is seen before. */
export async function dedupeCommand(
  ports: EnginePorts,
  request: DedupeRequest,
): Promise<DedupeOutcome> {
  const started = ports.clock.now();
  if (request.dryRun) {
    const look = lookOptions(ports);
    return dedupeIn(ports, request, await toReadSeeing(ports, request.root, look), started);
  }
  const held = hold(ports, request, "dedupe");
  const opened = await openHeld(
    ports,
    { held },
    (sight) => openToWrite(held, { ...lookOptions(ports), sight }),
  );
  return dedupeIn(ports, request, opened, started);
}

/** Shares what a vault has twice, or tells what would be shared. */
export function dedupe(ports: EnginePorts, request: DedupeRequest): DedupeOutcome {
  const started = ports.clock.now();
  return dedupeIn(ports, request, open(ports, request), started);
}

function dedupeIn(
  ports: EnginePorts,
  request: DedupeRequest,
  opened: OpenVault,
  started: number,
): DedupeOutcome {
  try {
    for (const message of toldMended(ports, opened, request)) {
      ports.emit({ message_type: "note", message, path: request.given });
    }
    const work = new Dedupe(ports, request, opened);
    work.run();
    ports.emit({
      message_type: "summary",
      command: "dedupe",
      vault: request.given,
      ...(request.dryRun ? { dry_run: true } : {}),
      files_shared: work.outcome.files,
      bytes_freed: work.outcome.bytes,
      errors: work.outcome.errors,
      total_duration: (ports.clock.now() - started) / 1000,
    });
    return work.outcome;
  } finally {
    opened.close();
  }
}

function open(ports: EnginePorts, request: DedupeRequest): OpenVault {
  const look = lookOptions(ports);
  return request.dryRun
    ? openToRead(vaultPorts(ports), request.root, look)
    : openToWrite(hold(ports, request, "dedupe"), look);
}

/** So many names of one content are looked at together. */
const MOST_TOGETHER = 20_000;

/** The disk gives a file no second name and shares no blocks: no pair is worth another look. */
class NothingShared extends Error {}

class Dedupe {
  readonly outcome: DedupeOutcome = { files: 0, bytes: 0, errors: 0 };
  readonly #ports: EnginePorts;
  readonly #request: DedupeRequest;
  readonly #vault: Vault;
  readonly #catalog: Catalog;
  readonly #contents: VaultContents;
  readonly #real: RealDirs;
  readonly #temporary: string;
  #blocks: boolean | undefined;
  #links: boolean | undefined;

  constructor(ports: EnginePorts, request: DedupeRequest, { vault, catalog, contents }: OpenVault) {
    this.#ports = ports;
    this.#request = request;
    this.#vault = vault;
    this.#catalog = catalog;
    this.#contents = contents;
    this.#real = new RealDirs(vault);
    this.#temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}dedupe`);
    this.#blocks = request.reflink;
  }

  run(): void {
    if (!this.#request.dryRun) removeIfAny(this.#vault.fs, this.#temporary);
    try {
      for (const hash of contentsTwice(this.#catalog)) {
        checkCancelled(this.#ports);
        this.#content(hash);
      }
    } catch (error) {
      if (!(error instanceof NothingShared)) throw error;
      this.#ports.emit({ message_type: "note", message: text("share.by-no-way") });
    }
  }

  #content(hash: string): void {
    const versions = filesWith(this.#catalog, hash, MOST_TOGETHER);
    const copies = versions.flatMap((v) => this.#find(v) ?? []);
    // files by which a copy may go, those with most names first: each name more is one that is shared already
    const kept: ContentCopy[] = [];
    for (const copy of copies) {
      checkCancelled(this.#ports);
      const twin = kept.find((other) => isSameFile(other.info, copy.info));
      if (twin !== undefined) continue;
      const base = kept.find((other) => this.#mayShare(other, copy, copies));
      if (base === undefined || !this.#share(base, copy)) kept.push(copy);
    }
  }

  #find(v: Version): ContentCopy | undefined {
    try {
      const { file } = this.#contents.stored(v);
      const info = lstatIfAny(this.#vault.fs, file);
      if (info?.type !== "file" || info.size !== v.size || !isTold(info)) {
        return undefined;
      }
      return { v, file, info, lives: v.until === null };
    } catch (error) {
      this.#failed(pathOf(v), error);
      return undefined;
    }
  }

  /** True when `copy` may become another name, or a clone, of `base`. */
  #mayShare(base: ContentCopy, copy: ContentCopy, all: readonly ContentCopy[]): boolean {
    if (this.#sharesBlocks()) return true;
    if (base.info.nlink === 0 || base.info.nlink >= MOST_NAMES) return false;
    // a mark may share with anything: its attributes are in the records
    if (!copy.lives) return true;
    if (this.#request.mode === "link" && agrees(base.info, attrsOf(copy))) return true;
    // a living copy only with marks, and names of one file of the source
    return all.every((other) =>
      !other.lives || !isSameFile(other.info, base.info) || areOneFile(other.v, copy.v)
    );
  }

  #sharesBlocks(): boolean {
    if (this.#blocks !== undefined) return this.#blocks;
    // a dry run writes nothing: it tells what names alone would free
    if (this.#request.dryRun) return this.#blocks = false;
    return this.#blocks = sharesBlocks({ ...this.#ports, path: `${this.#temporary}-blocks` });
  }

  /** Asks the disk for a second name of a file of its own: what it refuses there it refuses as a whole (decision 28). */
  #makesLinks(): boolean {
    if (this.#links !== undefined) return this.#links;
    const { fs } = this.#vault;
    const [one, other] = [`${this.#temporary}-one`, `${this.#temporary}-two`];
    try {
      createFresh(fs, one, 0o600).close();
      fs.link(one, other);
      return this.#links = true;
    } catch (error) {
      return this.#links = !isRefusal(error);
    } finally {
      for (const path of [one, other]) removeQuietly(fs, path);
    }
  }

  /** Replaces `copy`; false when it stays, for it is not the same or cannot be replaced. */
  #share(base: ContentCopy, copy: ContentCopy): boolean {
    const path = pathOf(copy.v);
    try {
      if (!isSameContent(this.#ports, base, copy)) return false;
      if (!this.#request.dryRun) this.#replace(base, copy);
      else base.info = { ...base.info, nlink: base.info.nlink + 1 };
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      if (error instanceof NothingShared) throw error;
      if (!this.#request.dryRun) removeQuietly(this.#vault.fs, this.#temporary);
      this.#failed(path, error);
      return false;
    }
    this.outcome.files++;
    // the last name of a file gives its room back
    if (copy.info.nlink < 2) this.outcome.bytes += copy.info.size;
    this.#ports.progress.done(1, copy.info.size);
    this.#ports.emit({
      message_type: "decision",
      path,
      keep: true,
      reason: text("share.with", { path: this.#contents.place(base.v) }),
      size: copy.info.size,
      stored_as: this.#contents.place(copy.v),
      dry_run: this.#request.dryRun,
    });
    return true;
  }

  #replace(base: ContentCopy, copy: ContentCopy): void {
    const { fs } = this.#vault;
    this.#real.check(base.file);
    this.#real.check(copy.file);
    const wanted = copy.lives ? attrsOf(copy) : attrsOf(base);
    const how = this.#sharesBlocks()
      ? "copy"
      : copy.lives && !agrees(base.info, wanted)
      ? "own"
      : "same";
    const attrs = how === "copy" ? attrsOf(copy) : wanted;
    const made = makeShared(this.#vault, base, { to: this.#temporary, wanted: attrs, how });
    if (made === undefined) {
      if (how !== "copy" && !this.#makesLinks()) throw new NothingShared();
      throw new Error(text("share.refused"));
    }
    this.#links = true;
    try {
      made.open?.sync();
    } finally {
      made.open?.close();
    }
    move(fs, this.#temporary, copy.file);
    base.info = fs.lstat(base.file);
  }

  #failed(path: string, error: unknown): void {
    this.outcome.errors++;
    this.#ports.progress.error();
    this.#ports.emit({
      message_type: "error",
      path,
      during: "dedupe",
      code: errorCode(error) || "failed",
      message: systemText(error),
      ...defined({
        hint: error instanceof HikaeError ? error.hint : nextStep(errorCode(error), "vault"),
      }),
    });
  }
}

function attrsOf({ info }: ContentCopy): { mode: number; mtime: number } {
  return { mode: info.mode & 0o777, mtime: info.mtime };
}

/** True for two names of one file of the source, as the records have it. */
function areOneFile(a: Version, b: Version): boolean {
  const [first, second] = [a.link ?? pathOf(a), b.link ?? pathOf(b)];
  return first === second;
}
