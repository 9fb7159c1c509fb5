/**
 * The headers of a zip whose entries are stored as they are, larger than 4 GiB and more than 65,535 of them too
 * (APPNOTE 6.3.10). Names are UTF-8; times to the second, in UTC too. Pure.
 * @module
 */

import { joinBytes, utf8 } from "../base/bytes.ts";

/** An entry as its headers tell of it. */
export interface ZipHead {
  /** Ends in a slash for a directory. */
  name: string;
  mtime: Date;
  /** Bytes; known before the content is read. */
  size: number;
}

/** An entry that has been written. */
export interface ZipWritten extends ZipHead {
  /** Of its content. */
  crc: number;
  /** Where its header begins, in bytes. */
  offset: number;
}

/** From here on a field of 32 bits tells that the number stands elsewhere. */
const MOST_32 = 0xffff_ffff;
const MOST_16 = 0xffff;

/** UTF-8 names; with {@link AFTER} the CRC comes behind the content. */
const UTF8 = 0x0800;
const AFTER = 0x0008;

/** Version 4.5 of the format, as of Unix: so that modes count. */
const MADE_BY = 0x032d;
const PLAIN = 20;
const LARGE = 45;

/** Little-endian fields one after the other: pairs of width in bytes and value. */
function fields(...pairs: readonly (readonly [2 | 4 | 8, number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pairs.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of pairs) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function isDir({ name }: ZipHead): boolean {
  return name.endsWith("/");
}

function flags(head: ZipHead): number {
  return isDir(head) ? UTF8 : UTF8 | AFTER;
}

/** The local time of the old field, in two of 16 bits; what lies before 1980 or after 2107 is the nearest it knows. */
function dosTime(time: Date): [time: number, day: number] {
  const year = time.getFullYear();
  if (!(year >= 1980)) return [0, 0x21];
  if (year > 2107) return [0xbf7d, 0xff9f];
  return [
    time.getHours() << 11 | time.getMinutes() << 5 | time.getSeconds() >> 1,
    (year - 1980) << 9 | (time.getMonth() + 1) << 5 | time.getDate(),
  ];
}

/** The time in seconds of UTC, where it fits into its field. */
function utcTime({ mtime }: ZipHead): Uint8Array<ArrayBuffer> {
  const seconds = Math.floor(mtime.getTime() / 1000);
  // some read it as a number without a sign
  if (!(seconds >= 0 && seconds <= 0x7fff_ffff)) return new Uint8Array();
  return joinBytes(fields([2, 0x5455], [2, 5]), new Uint8Array([1]), fields([4, seconds]));
}

/** The header before a content. */
export function localHeader(head: ZipHead): Uint8Array<ArrayBuffer> {
  const name = utf8(head.name);
  const large = head.size >= MOST_32;
  const sizes = large ? MOST_32 : 0;
  const extra = joinBytes(
    large ? fields([2, 1], [2, 16], [8, 0], [8, 0]) : new Uint8Array(),
    utcTime(head),
  );
  const [time, day] = dosTime(head.mtime);
  return joinBytes(
    fields([4, 0x0403_4b50], [2, large ? LARGE : PLAIN], [2, flags(head)], [2, 0], [2, time]),
    fields([2, day], [4, 0], [4, sizes], [4, sizes], [2, name.length], [2, extra.length]),
    name,
    extra,
  );
}

/** What follows a content: its CRC and size. Nothing follows a directory. */
export function descriptor({ size, crc }: Pick<ZipWritten, "size" | "crc">): Uint8Array<
  ArrayBuffer
> {
  const width = size >= MOST_32 ? 8 : 4;
  return fields([4, 0x0807_4b50], [4, crc], [width, size], [width, size]);
}

/** The entry in the directory at the end. */
export function centralHeader(entry: ZipWritten): Uint8Array<ArrayBuffer> {
  const { size, offset, crc } = entry;
  const name = utf8(entry.name);
  const large: [8, number][] = [];
  if (size >= MOST_32) large.push([8, size], [8, size]);
  if (offset >= MOST_32) large.push([8, offset]);
  const extra = joinBytes(
    large.length > 0 ? fields([2, 1], [2, 8 * large.length], ...large) : new Uint8Array(),
    utcTime(entry),
  );
  const [time, day] = dosTime(entry.mtime);
  const short = Math.min(size, MOST_32);
  const mode = isDir(entry) ? 0o40755 : 0o100644;
  return joinBytes(
    fields([4, 0x0201_4b50], [2, MADE_BY], [2, large.length > 0 ? LARGE : PLAIN]),
    fields([2, flags(entry)], [2, 0], [2, time], [2, day], [4, crc], [4, short], [4, short]),
    fields([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0]),
    fields([4, (mode << 16 | (isDir(entry) ? 0x10 : 0)) >>> 0], [4, Math.min(offset, MOST_32)]),
    name,
    extra,
  );
}

/** The end, behind a directory of `count` entries that begins at `offset` and has `size` bytes. */
export function zipEnd(count: number, offset: number, size: number): Uint8Array<ArrayBuffer> {
  const large = count >= MOST_16 || offset >= MOST_32 || size >= MOST_32;
  const end = offset + size;
  const [most, n] = [Math.min(offset, MOST_32), Math.min(count, MOST_16)];
  return joinBytes(
    large
      ? fields([4, 0x0606_4b50], [8, 44], [2, LARGE], [2, LARGE], [4, 0], [4, 0], [8, count])
      : new Uint8Array(),
    large ? fields([8, count], [8, size], [8, offset]) : new Uint8Array(),
    large ? fields([4, 0x0706_4b50], [4, 0], [8, end], [4, 1]) : new Uint8Array(),
    fields([4, 0x0605_4b50], [2, 0], [2, 0], [2, n], [2, n], [4, Math.min(size, MOST_32)]),
    fields([4, most], [2, 0]),
  );
}
