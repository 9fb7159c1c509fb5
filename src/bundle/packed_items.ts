/**
 * The items of a job in few bytes: what is planned ahead waits for minutes and goes to other threads, and as objects a few
 * thousand of them would fill the heap of each. @module
 */

import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import type { TarEntry } from "./tar.ts";

/** An entry and where its content lies. */
export interface PackItem {
  entry: TarEntry;
  /** Where the content lies, for who packs it; undefined for what has none. */
  place: { readonly file: string } | undefined;
  /** What the record says of the content; null where it says nothing. */
  hash: string | null;
  /** The path in the source, for messages. */
  about: string;
  /** When a past version ended, as a number, and by what. */
  end?: { until: number; ended: string | null };
}

/** Some items, compressed; {@link itemsIn} gives them. */
export type ItemPieces = readonly Uint8Array[];

/** So many letters are compressed at once. */
const PIECE = 1 << 19;

/** Takes items until they are asked for. */
export class PackedItems {
  #pieces: Uint8Array[] = [];
  #lines: string[] = [];
  #letters = 0;

  /** Takes the next. */
  add({ entry, ...rest }: PackItem): void {
    const more = entry.more?.map(({ key, value }) => [key, value.toBase64()]);
    const line = JSON.stringify({ ...rest, entry: { ...entry, more } });
    this.#lines.push(line);
    this.#letters += line.length;
    if (this.#letters >= PIECE) this.#compress();
  }

  /** Gives all, and begins anew. */
  take(): ItemPieces {
    if (this.#lines.length > 0) this.#compress();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #compress(): void {
    this.#pieces.push(zstdCompressSync(utf8(this.#lines.join("\n"))));
    this.#lines = [];
    this.#letters = 0;
  }
}

/** An item as its line has it. */
interface PackedItem extends Omit<PackItem, "entry" | "place"> {
  entry: Omit<TarEntry, "more"> & { more?: [key: string, value: string][] };
  place?: { readonly file: string };
}

/** The items, one after the other; what nothing is left of is not kept. */
export function* itemsIn(pieces: ItemPieces): Generator<PackItem> {
  for (const piece of pieces) {
    for (const line of fromUtf8(zstdDecompressSync(piece)).split("\n")) {
      const { entry: { more, ...entry }, place, hash, about, end }: PackedItem = JSON.parse(line);
      const records = more?.map(([key, value]) => ({ key, value: Uint8Array.fromBase64(value) }));
      yield {
        entry: records === undefined ? entry : { ...entry, more: records },
        ...{ place, hash, about },
        ...(end === undefined ? {} : { end }),
      };
    }
  }
}
