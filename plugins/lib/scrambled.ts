/** Tells what encryption does to a file from what people do. Computes only. @module */

/** Below this, too few bytes to tell. */
const LEAST = 256;

/** Endings that people and programs put after another ending. */
const USUAL = new Set(
  "7z asc bak br bz2 cfg conf crc dat gpg gz idx json lock log lz4 map md5 meta min new old orig part pdf ts txt xml"
    .concat(" rej sav save sha1 sha256 sig swp tar tmp torrent xmp xz yaml zip zst js css html csv")
    .split(" "),
);

/** Endings of what people make, and ransomware takes. */
const DEAR = new Set(
  "avi cr2 csv db doc docx dwg eml heic html jpeg jpg json kdbx m4a mdb mkv mov mp3 mp4 nef odp ods odt pdf png"
    .concat(" ppt pptx psd pst py rar rtf sql sqlite svg tif tiff txt wav xls xlsx xml zip")
    .split(" "),
);

/** The outer ending of a name like `letter.docx.x7k2`; undefined when it is a usual one. */
export function strangeEnding(name: string): string | undefined {
  const parts = name.toLowerCase().split(".");
  const [inner, outer] = [parts.at(-2), parts.at(-1)];
  if (parts.length < 3 || inner === undefined || outer === undefined) return undefined;
  return DEAR.has(inner) && outer !== "" && !USUAL.has(outer) && !DEAR.has(outer)
    ? outer
    : undefined;
}

/**
 * True when the beginning of a file became noise: it looks random now, and it did not before or began with other
 * bytes. A photo or an archive looks random too, but keeps its first bytes when it is edited.
 */
export function looksScrambled(before: Uint8Array, now: Uint8Array): boolean {
  if (!looksRandom(now)) return false;
  return !looksRandom(before) || [0, 1, 2].some((n) => before[n] !== now[n]);
}

/** True when the bytes are spread as evenly as chance, or good encryption, spreads them. */
export function looksRandom(bytes: Uint8Array): boolean {
  if (bytes.length < LEAST) return false;
  // What so many random bytes come to falls short of 8 bits by about 184/length; a little room below that.
  return entropy(bytes) > Math.min(7.95, 8 - 300 / bytes.length);
}

/** Shannon's entropy, in bits for each byte. */
export function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let sum = 0;
  for (const count of counts) {
    if (count > 0) sum -= (count / bytes.length) * Math.log2(count / bytes.length);
  }
  return sum;
}
