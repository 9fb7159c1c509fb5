/** What adopting a copy would come to: the guards, what the source has besides, and what it has no more. Writes nothing. @module */

import { systemText } from "../../base/system_text.ts";
import { compareUtf8 } from "../../base/bytes.ts";
import { errorCode, HikaeError } from "../../base/errors.ts";
import type { ChangeMessage } from "../../base/event.ts";
import { joinRel } from "../../base/relpath.ts";
import { sameFiles } from "../../base/same_files.ts";
import { text } from "../../text/text.ts";
import { runStamp } from "../../base/stamp.ts";
import { checkSource, type VaultOutcome } from "../backup/backup.ts";
import { noCounts } from "../backup/counts.ts";
import { sourceView } from "../backup/make_lane.ts";
import type { BackupRequest, VaultRequest } from "../backup/request.ts";
import { onDisk } from "../source/rules.ts";
import type { SourceEntry, SourceView } from "../source/source_dir.ts";
import { readWholeDir } from "../source/whole_dir.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { RUNS } from "./adopt.ts";
import { copyView } from "./copy_view.ts";
import { only } from "./only.ts";
import { inspect, stageOf } from "./inspect.ts";
import { ownFiles } from "./own_files.ts";

/** Tells it: a `change` for each path that the second run would store or mark, and a summary of each run. */
export async function planAdoption(
  ports: EnginePorts,
  asked: BackupRequest,
): Promise<VaultOutcome> {
  const started = ports.clock.now();
  const device = checkSource(ports, asked);
  const request = onDisk(ports, asked);
  const target = only(request.vaults);
  const { root, given } = target;
  await inspect(ports, request, target, await stageOf(ports, request, target));
  const source = sourceView(ports, planSetup(request, device));
  const plan = new AdoptionPlan(ports, source, copyView(ports, { root, source: request.source }));
  await plan.walk();
  await tellOwn(ports, target, source.tree.root);
  const stamp = runStamp(started, undefined);
  const total_duration = (ports.clock.now() - started) / 1000;
  const summaries = [
    { stamp, ...plan.found, adopted: true },
    { stamp: runStamp(started, stamp), ...plan.counts },
  ];
  summaries.forEach((counts, i) => {
    const run = { run: i + 1, runs: RUNS, dry_run: true };
    ports.emit({ message_type: "summary", vault: given, ...counts, total_duration, ...run });
  });
  return { vault: given, stamp: undefined, errors: plan.counts.errors, failed: undefined };
}

/** At most so many names of one directory are told. */
const NAMED = 10;

/** A note for each directory with files that are the source's own: adopting would make them files of their own. */
async function tellOwn(
  ports: EnginePorts,
  { root, given }: VaultRequest,
  source: string,
): Promise<void> {
  for await (const { dir, shared } of ownFiles(ports, copyView(ports, { root, source }), source)) {
    const names = shared.map(({ name }) => name).sort(compareUtf8);
    const [shown, n] = [names.slice(0, NAMED).join(", "), names.length];
    const message = n > NAMED
      ? text("adopt.own-would-more", { n, names: shown, more: n - NAMED })
      : text("adopt.own-would", { n, names: shown });
    ports.emit({ message_type: "note", message, path: dir === "" ? given : dir });
  }
}

function planSetup(request: BackupRequest, device: number): Parameters<typeof sourceView>[1] {
  const [startedMs, umask] = [0, 0];
  return { request, device, lanes: 1, lookers: 1, scouted: false, startedMs, umask, vaults: [] };
}

/** An entry of the copy, of the source, or of both. */
interface Pair {
  copy?: SourceEntry;
  source?: SourceEntry;
}

/** The copy beside its source, directory by directory. */
class AdoptionPlan {
  /** Of the first run. */
  readonly found = noCounts();
  /** Of the second. */
  readonly counts = noCounts();
  readonly #ports: EnginePorts;
  readonly #source: SourceView;
  readonly #copy: SourceView;

  constructor(ports: EnginePorts, source: SourceView, copy: SourceView) {
    this.#ports = ports;
    this.#source = source;
    this.#copy = copy;
  }

  async walk(): Promise<void> {
    const stack: { path: string; inCopy: boolean; inSource: boolean }[] = [
      { path: "", inCopy: true, inSource: true },
    ];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      checkCancelled(this.#ports);
      const { path, inCopy, inSource } = next;
      const pairs = new Map<string, Pair>();
      const found = inSource ? await this.#read(this.#source, path) : [];
      if (found === undefined) {
        // whatever cannot be seen is not gone
        if (inCopy) await this.#countAll(path);
        continue;
      }
      for (const e of inCopy ? await this.#read(this.#copy, path) ?? [] : []) {
        pairs.set(e.name, { copy: e });
      }
      for (const e of found) pairs.set(e.name, { ...pairs.get(e.name), source: e });
      const names = [...pairs.keys()].sort(compareUtf8);
      for (const name of names) this.#pair(joinRel(path, name), pairs.get(name) ?? {});
      for (const name of names.reverse()) {
        const { copy, source } = pairs.get(name) ?? {};
        // what is left out of the source stays as it is in the copy
        const below = source?.excluded === true ? undefined : source;
        if (copy?.type !== "dir" && below?.type !== "dir") continue;
        if (copy !== undefined && source?.excluded === true) {
          this.counts.files_excluded += await this.#countAll(joinRel(path, name));
        } else {
          const [inCopy, inSource] = [copy?.type === "dir", below?.type === "dir"];
          stack.push({ path: joinRel(path, name), inCopy, inSource });
        }
      }
    }
  }

  /** What is in a directory; undefined where it cannot be listed whole. */
  async #read(view: SourceView, path: string): Promise<SourceEntry[] | undefined> {
    try {
      const dir = await readWholeDir(view, path);
      if (typeof dir === "string") return [];
      for (const trouble of dir.troubles) this.#failed(trouble.path, trouble.message, trouble.code);
      const isCopy = view === this.#copy;
      return [...dir.entries].filter((e) => !isCopy || !e.excluded);
    } catch (error) {
      if (path === "") throw error;
      this.#failed(path, systemText(error), errorCode(error) || "unreadable");
      return undefined;
    }
  }

  #failed(path: string, message: string, code: string): void {
    this.counts.errors++;
    this.#ports.emit({ message_type: "error", path, during: "scan", code, message });
  }

  /** Files and links of the copy below a directory that the second run does not go through: they stay. */
  async #countAll(path: string): Promise<number> {
    let files = 0;
    for (const entry of await this.#read(this.#copy, path) ?? []) {
      if (entry.type === "dir") files += await this.#countAll(joinRel(path, entry.name));
      else {
        this.#seen(entry);
        files++;
      }
    }
    return files;
  }

  #seen({ type, info }: SourceEntry): void {
    if (type === "special") this.found.files_special++;
    if (type !== "file" && type !== "link") return;
    this.found.files_new++;
    this.found.total_files_processed++;
    this.found.total_bytes_processed += info.size;
  }

  #pair(path: string, { copy, source }: Pair): void {
    if (copy?.type === "dir") this.found.dirs_new++;
    else if (copy !== undefined) this.#seen(copy);
    if (source?.excluded === true) {
      if (copy?.type !== "dir") this.counts.files_excluded++;
      return;
    }
    if (source !== undefined && source.type !== "dir" && source.type !== "special") {
      this.counts.total_files_processed++;
      this.counts.total_bytes_processed += source.info.size;
    }
    if (source === undefined || source.type === "special") this.#gone(path, copy);
    else if (copy === undefined || copy.type === "special") this.#added(path, source);
    else if (copy.type !== source.type) this.#otherType(path, copy, source);
    else this.#both(path, copy, source);
  }

  #gone(path: string, copy: SourceEntry | undefined): void {
    if (copy === undefined || copy.type === "special") return;
    if (copy.type === "dir") this.counts.dirs_deleted++;
    else this.counts.files_deleted++;
    this.#emitChange(path, copy.type, "-");
  }

  #added(path: string, { type, info }: SourceEntry): void {
    if (type === "special") return;
    if (type === "dir") this.counts.dirs_new++;
    else {
      this.counts.files_new++;
      this.counts.bytes_added += info.size;
    }
    this.#emitChange(path, type, "+");
  }

  #otherType(path: string, copy: SourceEntry, { type, info }: SourceEntry): void {
    if (type === "special") return;
    const dirs = copy.type === "dir" || type === "dir";
    if (!dirs) this.counts.files_changed++;
    if (copy.type === "dir") this.counts.dirs_deleted++;
    else if (dirs) this.counts.files_deleted++;
    if (type === "dir") this.counts.dirs_new++;
    else {
      if (dirs) this.counts.files_new++;
      this.counts.bytes_added += info.size;
    }
    this.#emitChange(path, type, "T");
  }

  #both(path: string, copy: SourceEntry, source: SourceEntry): void {
    if (source.type !== "file" && source.type !== "link") return;
    const { info } = source;
    if (!this.#isSame(path, copy, source)) {
      this.counts.files_changed++;
      this.counts.bytes_added += info.size;
      this.#emitChange(path, source.type, "M");
    } else if (copy.info.mode !== info.mode || copy.info.mtime !== info.mtime) {
      this.counts.files_attrs++;
    } else this.counts.files_unmodified++;
  }

  /** By the content, where size and time do not tell. */
  #isSame(path: string, copy: SourceEntry, source: SourceEntry): boolean {
    const { fs } = this.#ports;
    const [a, b] = [this.#copy.tree.path(path), this.#source.tree.path(path)];
    try {
      if (copy.type === "link") return fs.readLink(a) === fs.readLink(b);
      if (copy.info.size !== source.info.size) return false;
      if (copy.info.mtime === source.info.mtime) return true;
      return sameFiles(fs, a, b, () => checkCancelled(this.#ports));
    } catch (error) {
      if (error instanceof HikaeError && error.id === "interrupted") throw error;
      this.#failed(path, systemText(error), errorCode(error) || "unreadable");
      return true;
    }
  }

  #emitChange(
    path: string,
    type: ChangeMessage["type"],
    modifier: ChangeMessage["modifier"],
  ): void {
    this.#ports.emit({ message_type: "change", path, type, modifier });
  }
}
