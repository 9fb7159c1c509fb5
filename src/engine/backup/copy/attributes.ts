/**
 * The attributes of what a run found changed (`--attributes`): asked of the system's own programs by way of main, and
 * kept beside the record. Its rows of the scan tell what changed (docs/attributes.md).
 * @module
 */

import type { AskAttributes, Attributed } from "../../../base/attributes.ts";
import { DumpReader, isGone } from "../../../base/getfattr.ts";
import type { Emit } from "../../../base/event.ts";
import { joinRel } from "../../../base/relpath.ts";
import { AttrWriter } from "../../../vault/attr_file.ts";
import type { Catalog } from "../../../vault/catalog.ts";
import { NEVER, PackedRow } from "../../../vault/scan_row.ts";
import { NameFinder } from "../../../vault/name_finder.ts";
import { type KnownRow, pieceOf } from "../../../vault/pieced_row.ts";
import type { Stamp } from "../../../base/stamp.ts";
import { stampToNumber } from "../../../base/stamp.ts";
import type { Vault } from "../../../vault/vault.ts";
import { text } from "../../../text/text.ts";
import type { SpilledRow } from "../compare/scan_spill.ts";
import { allLiving } from "../../../vault/history/paths.ts";

/** Names are sent in bunches of this many. */
const BUNCH = 2000;

/** What a run asks for. */
export interface AttributesAsked {
  ask: AskAttributes;
  /** The number of the vault's own program. */
  feed: number;
  vault: Vault;
  catalog: Catalog;
  stamp: Stamp;
  /** The rows of the directories that the run wrote. */
  rows: () => Iterable<SpilledRow>;
  /** Throws when the run is to end. */
  check: () => void;
}

/** What was read. */
export interface AttributesKept {
  /** The file, not in its place yet. */
  file: AttrWriter;
  /** Its hash; undefined where there is nothing to keep. */
  hash: string | undefined;
  /** Entries that have attributes. */
  kept: number;
  /** What the programs complained of. */
  complaints: string[];
  /** Values that are too long to be kept. */
  tooLong: string[];
  /** False when not everything was read: the next run asks for all. */
  whole: boolean;
  /** All that lives was asked, not only what changed. */
  all: boolean;
}

/** True when the last run kept attributes, and all of them: then only what changed since has to be asked. */
function keptBefore(catalog: Catalog): boolean {
  const last = catalog.newestNote((r) => r.kind === "run");
  return last !== undefined && catalog.record(last.stamp)?.summary?.attributes_failed === 0;
}

/** So many complaints of the programs for attributes are told one by one. */
const MOST_COMPLAINTS = 10;

/** What the summary says of attributes. */
export function attributeCounts(
  read: AttributesKept,
): Record<string, number> {
  const failed = Math.max(read.complaints.length, read.whole ? 0 : 1);
  return { attributes_kept: read.kept, attributes_failed: failed };
}

/** Whom and what the telling is about. */
export interface AttributesTold {
  source: string;
  /** The vault, as it was given. */
  vault: string;
  /** It has no run yet. */
  isFirst: boolean;
  emit: Emit;
  note: (message: string) => void;
}

/** Tells of what could not be read; gives how many errors that makes. */
export function tellAttributes(
  { all, complaints, tooLong, whole }: AttributesKept,
  { source, vault, isFirst, emit, note }: AttributesTold,
): number {
  if (all && !isFirst) note(text("attributes.all"));
  const [first] = tooLong;
  if (first !== undefined) note(text("attributes.too-long", { n: tooLong.length, first }));
  for (const message of complaints.slice(0, MOST_COMPLAINTS)) {
    emit({
      message_type: "error",
      path: source,
      during: "attributes",
      code: "unreadable",
      message,
      vault,
    });
  }
  const errors = Math.max(complaints.length, whole ? 0 : 1);
  if (errors > MOST_COMPLAINTS) note(text("attributes.more", { n: errors - MOST_COMPLAINTS }));
  else if (errors > complaints.length) note(text("attributes.broken"));
  return errors;
}

/** Reads the attributes of what changed, or of all that lives. */
export async function readAttributes(asked: AttributesAsked): Promise<AttributesKept> {
  const { ask, feed, vault, catalog, stamp, check } = asked;
  const all = !keptBefore(catalog);
  const file = new AttrWriter(vault, stamp);
  const answers = new AttributeAnswers(file);
  // what had attributes before and has none now must be told apart from what was never asked
  const mayHave = catalog.haveAttributes();
  try {
    let paths: string[] = [];
    const send = async (): Promise<void> => {
      check();
      answers.take(await ask({ do: "read", feed, paths }));
      paths = [];
    };
    for (const { path, began } of toAsk(asked, all)) {
      if (mayHave && !began) answers.awaited.add(path);
      paths.push(path);
      if (paths.length >= BUNCH) await send();
    }
    if (paths.length > 0) await send();
    answers.take(await ask({ do: "readEnd", feed }));
    answers.end();
    const { kept, complaints, tooLong, whole } = answers;
    return { file, hash: file.finish(), kept, complaints, tooLong, whole, all };
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** What comes back, in pieces. */
class AttributeAnswers {
  kept = 0;
  whole = true;
  readonly complaints: string[] = [];
  readonly tooLong: string[] = [];
  /** Entries that may have had attributes before. */
  readonly awaited = new Set<string>();
  readonly #file: AttrWriter;
  readonly #dump = new DumpReader();

  constructor(file: AttrWriter) {
    this.#file = file;
  }

  take({ bytes, complaints, broken, tooLong }: Awaited<ReturnType<AskAttributes>>): void {
    if (bytes !== undefined) this.#put(this.#dump.take(bytes));
    this.tooLong.push(...tooLong ?? []);
    for (const c of complaints ?? []) if (!isGone(c)) this.complaints.push(c);
    if (broken === true) this.whole = false;
  }

  end(): void {
    this.#put(this.#dump.end());
    if (this.#dump.bad > 0 || this.complaints.length > 0) this.whole = false;
    if (!this.whole) return;
    for (const path of this.awaited) this.#file.put({ path, attributes: {} });
  }

  #put(entries: readonly Attributed[]): void {
    for (const entry of entries) {
      this.awaited.delete(entry.path);
      this.#file.put(entry);
      this.kept++;
    }
  }
}

/** A path to ask for; `began` when its version began in this run, so that nothing is known of it from before. */
interface AttributeQuestion {
  path: string;
  began: boolean;
}

/** The paths of which attributes are to be read: of what the run found changed, or of `all` that lives. */
export function* toAsk(
  asked: Pick<AttributesAsked, "catalog" | "rows" | "stamp">,
  all: boolean,
): Generator<AttributeQuestion> {
  const { catalog, rows, stamp } = asked;
  const number = stampToNumber(stamp);
  const seen = new Set<string>();
  // the pieces of a wide directory's row follow each other, and to open what is known of it reads all of those
  let known: { dir: string; before: AttributesBefore } | undefined;
  for (const { dir: key, row } of rows()) {
    if (all) seen.add(key);
    const now = row === undefined ? undefined : PackedRow.open(row);
    if (now === undefined) continue;
    const { dir, first } = pieceOf(key) ?? { dir: key, first: 0 };
    if (!all && known?.dir !== dir) {
      known = { dir, before: new AttributesBefore(catalog.knownRow(dir)) };
    }
    for (let i = 0; i < now.count; i++) {
      const entry = now.entry(i);
      const itself = first + i === 0;
      // a directory's own row tells of it
      if (!itself && entry.type === "dir" || known?.before.has(entry, first + i) === true) continue;
      yield { path: itself ? dir : joinRel(dir, entry.name), began: entry.since === number };
    }
  }
  if (all) yield* untouched(catalog, seen);
}

/** What lives in directories that the run did not write. */
function* untouched(catalog: Catalog, written: ReadonlySet<string>): Generator<AttributeQuestion> {
  for (const v of allLiving(catalog)) {
    const path = joinRel(v.dir, v.name);
    if (!written.has(v.type === "dir" ? path : v.dir)) yield { path, began: false };
  }
}

/** What the last look saw of a directory. */
class AttributesBefore {
  readonly #row: KnownRow | undefined;
  readonly #finder: NameFinder;

  constructor(row: KnownRow | undefined) {
    this.#row = row;
    this.#finder = new NameFinder(row?.count ?? 0, (i) => row?.name(i) ?? "");
  }

  /** True when an entry was seen with the same inode and change time, at a moment that can be believed. */
  has(entry: ReturnType<PackedRow["entry"]>, i: number): boolean {
    const row = this.#row;
    if (row === undefined) return false;
    const at = row.name(i) === entry.name ? i : this.#finder.find(entry.name);
    if (at === undefined) return false;
    const was = row.entry(at);
    return was.ctime === entry.ctime && was.ino === entry.ino && was.ino !== NEVER &&
      was.ctime !== 0 && was.type === entry.type;
  }
}
