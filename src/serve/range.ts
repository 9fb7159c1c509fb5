/** The part of a content that a client asks for (`Range: bytes=…`). Pure. @module */

/** From `start` to `end`, both included, in bytes. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a `Range` header for a content of `size` bytes: one range; "all" where there is none, or one that need not be
 * heeded (several ranges, other units); "none" where it begins behind the end (416).
 */
export function readRange(header: string | null, size: number): ByteRange | "all" | "none" {
  const m = header === null ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (m === null || (m[1] === "" && m[2] === "")) return "all";
  const [first, last] = [m[1] ?? "", m[2] ?? ""];
  if (first === "") {
    const count = Math.min(Number(last), size);
    return count === 0 ? "none" : { start: size - count, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size) return "none";
  return end < start ? "all" : { start, end };
}
