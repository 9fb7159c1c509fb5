/**
 * Draws `assets/hikae.ico`: a sheet, and the copy that is kept behind it. `deno run -A tools/icon.ts` after a change;
 * a test compares the file with what this draws.
 * @module
 */

import { crc32, deflateSync } from "node:zlib";

type Color = readonly [number, number, number, number];

const GROUND: Color = [0x1f, 0x3a, 0x5f, 255];
const COPY: Color = [0x8f, 0xb8, 0xde, 255];
const SHEET: Color = [0xff, 0xff, 0xff, 255];
const LINE: Color = [0x1f, 0x3a, 0x5f, 255];
const NOTHING: Color = [0, 0, 0, 0];
const FINE = 4;

/** The whole icon file: 16, 32, 48 and 256 pixels, each as PNG. */
export function icon(): Uint8Array {
  const images = [16, 32, 48, 256].map((size) => ({ size, data: png(size, draw(size)) }));
  const head = new DataView(new ArrayBuffer(6 + 16 * images.length));
  head.setUint16(2, 1, true);
  head.setUint16(4, images.length, true);
  let offset = head.byteLength;
  images.forEach(({ size, data }, i) => {
    const at = 6 + 16 * i;
    head.setUint8(at, size % 256);
    head.setUint8(at + 1, size % 256);
    head.setUint16(at + 4, 1, true);
    head.setUint16(at + 6, 32, true);
    head.setUint32(at + 8, data.length, true);
    head.setUint32(at + 12, offset, true);
    offset += data.length;
  });
  return join([new Uint8Array(head.buffer), ...images.map((i) => i.data)]);
}

/** The color at a point of the unit square. */
function paint(x: number, y: number): Color {
  if (inside(x, y, 0.3, 0.32, 0.72, 0.86, 0.03)) {
    const row = (y - 0.42) / 0.11;
    const onLine = row >= 0 && row < 4 && row % 1 < 0.4 && x > 0.38 && x < 0.64;
    return onLine ? LINE : SHEET;
  }
  if (inside(x, y, 0.42, 0.14, 0.84, 0.68, 0.03)) return COPY;
  return inside(x, y, 0.02, 0.02, 0.98, 0.98, 0.18) ? GROUND : NOTHING;
}

/** True in a rectangle with round corners. */
function inside(
  x: number,
  y: number,
  ...[left, top, right, bottom, round]: [number, number, number, number, number]
): boolean {
  if (x < left || x > right || y < top || y > bottom) return false;
  const dx = Math.max(left + round - x, x - (right - round), 0);
  const dy = Math.max(top + round - y, y - (bottom - round), 0);
  return dx * dx + dy * dy <= round * round;
}

function draw(size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    const sum = [0, 0, 0, 0];
    for (let fine = 0; fine < FINE * FINE; fine++) {
      const x = (i % size + (fine % FINE + 0.5) / FINE) / size;
      const y = (Math.floor(i / size) + (Math.floor(fine / FINE) + 0.5) / FINE) / size;
      const [r, g, b, a] = paint(x, y);
      [r * a, g * a, b * a, a].forEach((v, n) => sum[n] = (sum[n] ?? 0) + v);
    }
    const [r = 0, g = 0, b = 0, a = 0] = sum;
    if (a > 0) pixels.set([r / a, g / a, b / a, a / (FINE * FINE)], i * 4);
  }
  return pixels;
}

function png(size: number, pixels: Uint8Array): Uint8Array {
  const rows = new Uint8Array(size * (size * 4 + 1));
  for (let y = 0; y < size; y++) {
    rows.set(pixels.subarray(y * size * 4, (y + 1) * size * 4), y * (size * 4 + 1) + 1);
  }
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, size);
  head.setUint32(4, size);
  head.setUint8(8, 8); // bits
  head.setUint8(9, 6); // red, green, blue, alpha
  return join([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", new Uint8Array(head.buffer)),
    chunk("IDAT", new Uint8Array(deflateSync(rows, { level: 9 }))),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = join([new TextEncoder().encode(name), data]);
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, data.length);
  frame.setUint32(4, crc32(body));
  const bytes = new Uint8Array(frame.buffer);
  return join([bytes.subarray(0, 4), body, bytes.subarray(4)]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

if (import.meta.main) {
  await Deno.writeFile(new URL("../assets/hikae.ico", import.meta.url), icon());
}
