/**
 * Which entry goes into which volume: known from the sizes alone, before anything is read, so that volumes are packed side
 * by side and a run that was killed knows what it has. Pure. @module
 */

import { utf8 } from "../base/bytes.ts";
import { HikaeError } from "../base/errors.ts";
import type { Hash, NewHash } from "../base/hash.ts";
import { text } from "../text/text.ts";
import { MAX_VOLUMES } from "./names.ts";
import { Packed } from "./packed.ts";
import { type ItemPieces, PackedItems, type PackItem } from "./packed_items.ts";
import { BLOCK, padding } from "./tar.ts";
import { headerLength, TAR_END } from "./tar_write.ts";

/** Volumes that one packer makes: one, or those of a file that is larger than one. */
export interface PackJob {
  /** The number of the first. */
  first: number;
  /** How many bytes of the tar each has. */
  sizes: number[];
  items: ItemPieces;
  /** The archive ends here. */
  end: boolean;
  /** The same for the same items in the same volumes. */
  layout: string;
  /** Of the first volumes, which a run before made and which are there: what each had of the content, as a hash. */
  made?: readonly string[];
}

/** So many entries a volume has at most: what is planned ahead is in memory. */
const MOST_ITEMS = 8192;
/** The first volumes are smaller, so that there are several to pack side by side. */
const FIRST = 32 << 20;
/** So many volumes later they may be twice as large. */
const STEP = 16;

/** So many letters go into a layout's hash at once. */
const TEXT = 1 << 16;

/** Plans one bundle. */
export class BundlePlanner {
  readonly #room: number;
  readonly #newHash: NewHash;
  readonly #items = new PackedItems();
  #count = 0;
  #bytes = 0;
  /** Of the items that wait, and what of them it does not have yet: many small pieces take their time. */
  #layout: Hash;
  #text = "";
  #next = 1;
  #entries = 0;
  /** Which volume has which path. */
  readonly #map = new Packed();

  /** `volumeSize` is the most bytes of a volume. */
  constructor(volumeSize: number, newHash: NewHash) {
    // what cannot be compressed grows by less than the rest
    this.#room = Math.floor(volumeSize * 0.98) - 8192;
    this.#newHash = newHash;
    this.#layout = newHash();
  }

  /** How many entries there are. */
  get entries(): number {
    return this.#entries;
  }

  /** Takes the next entry; gives the jobs that are complete with it. */
  add(item: PackItem): PackJob[] {
    const { entry } = item;
    const whole = headerLength(entry) + entry.size + padding(entry.size);
    const jobs: PackJob[] = [];
    // an entry begins a volume where it does not fit into this one; one that fits into none has volumes of its own
    const soft = Math.min(this.#room, FIRST * 2 ** Math.floor((this.#next - 1) / STEP));
    if (this.#count > 0) {
      if (this.#bytes + whole > soft || this.#count >= MOST_ITEMS) jobs.push(this.#job());
    }
    this.#entries++;
    this.#map.add(`${String(this.#next).padStart(4, "0")} ${entry.path}\0`);
    this.#items.add(item);
    this.#count++;
    this.#describe(item);
    this.#bytes += whole;
    if (whole > this.#room) jobs.push(this.#job());
    return jobs;
  }

  /** All that an item's part of the tar is made of. */
  #describe({ entry, hash }: PackItem): void {
    const { path, type, size, mtime, mode, uid, gid, target, more = [] } = entry;
    this.#text += JSON.stringify([path, type, size, mtime, mode, uid, gid, target, hash]);
    for (const { key, value } of more) this.#text += `${key} ${value.toBase64()}`;
    if (this.#text.length >= TEXT) this.#flush();
  }

  #flush(): void {
    this.#layout.update(utf8(this.#text));
    this.#text = "";
  }

  /** The last job: the archive ends with it. */
  end(): PackJob {
    this.#bytes += TAR_END.length;
    return this.#job(true);
  }

  /** `NNNN path` ended by NUL, of all entries. */
  map(): Packed {
    return this.#map;
  }

  #job(end = false): PackJob {
    const sizes = sizesOf(this.#bytes, this.#room);
    const first = this.#next;
    this.#next += sizes.length;
    if (this.#next > MAX_VOLUMES + 1) {
      throw new HikaeError("failed", text("bundle.too-many-volumes", { count: MAX_VOLUMES }), {
        hint: text("bundle.too-many-volumes-hint"),
      });
    }
    this.#text += `${sizes.join()} ${end}`;
    this.#flush();
    const job = { first, sizes, items: this.#items.take(), end, layout: this.#layout.hex() };
    this.#count = 0;
    this.#bytes = 0;
    this.#layout = this.#newHash();
    return job;
  }
}

/** Volumes as full as they may be; only the end of an archive makes one a little fuller. */
function sizesOf(bytes: number, room: number): number[] {
  if (bytes <= room + TAR_END.length) return [bytes];
  const most = Math.max(BLOCK, room);
  const sizes = Array.from({ length: Math.floor(bytes / most) }, () => most);
  if (bytes % most > 0) sizes.push(bytes % most);
  return sizes;
}
