/** What a content is, told by its own bytes and never by its name: what can be shown, and how. Pure. @module */

/** How a content can be shown. */
export type Media = { show: "image"; type: string } | { show: "text" } | { show: "nothing" };

/** How many first bytes {@link mediaOf} looks at. */
export const LOOKED_AT = 4096;

const IMAGES: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
  ["image/png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", 0, [0xff, 0xd8, 0xff]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", 8, [0x57, 0x45, 0x42, 0x50]],
  ["image/avif", 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
  ["image/bmp", 0, [0x42, 0x4d]],
];

/** Looks at the first bytes of a content. A picture that can hold a script (SVG) is a text. */
export function mediaOf(first: Uint8Array): Media {
  for (const [type, at, bytes] of IMAGES) {
    if (bytes.every((b, i) => first[at + i] === b)) return { show: "image", type };
  }
  return { show: isText(first) ? "text" : "nothing" };
}

/** UTF-8 without control characters; the last character may be cut. */
function isText(first: Uint8Array): boolean {
  for (const b of first) if (b < 9 || (b > 13 && b < 32 && b !== 27) || b === 127) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(first, { stream: true });
    return true;
  } catch {
    return false;
  }
}
