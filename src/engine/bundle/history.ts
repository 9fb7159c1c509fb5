/** What the first volumes of bundles tell: the records of the runs, and which volume has which path. @module */

import { HikaeError } from "../../base/errors.ts";
import type { OpenDatabase } from "../../base/sql.ts";
import type { Stamp } from "../../base/stamp.ts";
import { type RunMark } from "../../base/point.ts";
import { unseal } from "../../bundle/seal.ts";
import type { NamedManifest, Store } from "../../bundle/store.ts";
import { TarReader } from "../../bundle/tar_read.ts";
import { attributesIn, attrStamp } from "../../vault/attr_file.ts";
import { Catalog } from "../../vault/catalog.ts";
import { parseHead, parseLine, type RecordLine, recordStamp } from "../../vault/record.ts";
import { applyLines } from "../../vault/record_apply.ts";
import { PROOF, recordRow } from "../../vault/record_row.ts";
import { text } from "../../text/text.ts";
import { KeptAttributes } from "../kept_attributes.ts";

/** What volume 0000 of a bundle says. */
export interface BundleHead {
  /** The name of the bundle's own directory. */
  own: string;
  /** `NNNN path` ended by NUL, in pieces. */
  map: Uint8Array[];
  records: { name: string; parts: Uint8Array[] }[];
  /** What its runs kept of attributes. */
  attributes: { stamp: Stamp; parts: Uint8Array[] }[];
}

/** Reads volume 0000 of a bundle; throws when it cannot be opened. */
export async function readHead(
  store: Store,
  manifest: NamedManifest,
  identities: readonly string[],
  check: () => void,
): Promise<BundleHead> {
  const head: BundleHead = { own: "", map: [], records: [], attributes: [] };
  const [first] = manifest.volumes;
  if (first === undefined || await store.has(first.name) === false) {
    throw new HikaeError("damaged", text("bundle.first-missing"), {
      path: first?.name ?? manifest.name,
    });
  }
  let parts: Uint8Array[] = [];
  const reader = new TarReader({
    begin: () => parts = [],
    data: (part) => void parts.push(part.slice()),
    end: ({ path, type }) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const stamp = attrStamp(name);
      if (type === "dir") head.own = path;
      else if (name === `${manifest.stamp}.volumes`) head.map = parts;
      else if (stamp !== undefined) head.attributes.push({ stamp, parts });
      else if (recordStamp(name) !== undefined) head.records.push({ name, parts });
    },
  });
  for await (const part of await unseal(store.read(first, check), identities)) reader.feed(part);
  reader.finish();
  return head;
}

/** The history that the heads of a chain tell, in memory. */
export class BundleHistory {
  readonly catalog: Catalog;
  /** What the runs kept of attributes. */
  readonly kept = new KeptAttributes();

  constructor(openDatabase: OpenDatabase) {
    this.catalog = Catalog.create(openDatabase(":memory:", { readOnly: false }));
  }

  /** Takes in the records of a bundle, and what its runs up to one kept of attributes; lets go of both. */
  take(head: BundleHead, until?: Stamp): void {
    head.attributes.sort((a, b) => a.stamp < b.stamp ? -1 : 1);
    for (const { stamp, parts } of head.attributes) {
      if (until !== undefined && stamp <= until) {
        this.kept.take(stamp, attributesIn(linesOf(parts)));
      }
    }
    head.attributes = [];
    head.records.sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { parts } of head.records) this.#record(parts);
    head.records = [];
  }

  #record(parts: readonly Uint8Array[]): void {
    const lines = linesOf(parts);
    const first = lines.next();
    const head = first.done === true ? undefined : parseHead(first.value);
    if (head === undefined) return;
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.catalog.transaction(() => {
      const { errors, summary } = applyLines(this.catalog, head.stamp, parsed(lines));
      this.catalog.putRecord(recordRow(head, {
        finished: summary !== undefined,
        bytes,
        errors,
        summary,
        sha256: "",
        tree: undefined,
        proof: PROOF.unsealed,
      }));
    });
  }

  close(): void {
    this.catalog.close();
  }
}

/** The runs that a bundle's records tell of. */
export function* marksOf({ records }: BundleHead): Generator<RunMark> {
  for (const { parts } of records) {
    const lines = linesOf(parts);
    const first = lines.next();
    const head = first.done === true ? undefined : parseHead(first.value);
    if (head === undefined || head.kind !== "run" || head.forgotten === true) continue;
    let complete = false;
    for (const line of parsed(lines)) complete ||= line.kind === "summary";
    yield { stamp: head.stamp, complete, time: head.time };
  }
}

function* parsed(lines: Iterable<string>): Generator<RecordLine> {
  for (const line of lines) {
    const read = parseLine(line);
    if (read !== undefined) yield read;
  }
}

function* linesOf(parts: readonly Uint8Array[]): Generator<string> {
  yield* splitAt(parts, "\n");
}

/** The paths of a bundle and the volumes that they begin in. */
export function* pathsOf(map: readonly Uint8Array[]): Generator<{ volume: number; path: string }> {
  for (const line of splitAt(map, "\0")) {
    const [, volume, path] = /^(\d{4}) ([^]*)$/.exec(line) ?? [];
    if (path !== undefined) yield { volume: Number(volume), path };
  }
}

/** The texts that each end in `end`. */
function* splitAt(parts: readonly Uint8Array[], end: string): Generator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = "";
  for (const part of parts) {
    const texts = (rest + decoder.decode(part, { stream: true })).split(end);
    rest = texts.pop() ?? "";
    yield* texts;
  }
}
