/**
 * Stand-ins for the base binaries of Deno, just enough of each system's format for `deno compile` to write behind.
 * They do not run; what is written into them is what would be written into the real ones.
 */

import { versionBlock } from "../../tools/lib/pe_version.ts";

/** Writes `denort-TRIPLE` for all five targets into a directory. */
export async function writeBases(dir: string): Promise<void> {
  const bases: Record<string, Uint8Array> = {
    "x86_64-unknown-linux-gnu": elf(62),
    "aarch64-unknown-linux-gnu": elf(183),
    "x86_64-apple-darwin": machO(0x01000007),
    "aarch64-apple-darwin": machO(0x0100000c),
    "x86_64-pc-windows-msvc": pe(),
  };
  for (const [triple, bytes] of Object.entries(bases)) {
    const ending = triple.includes("windows") ? ".exe" : "";
    await Deno.writeFile(`${dir}/denort-${triple}${ending}`, bytes);
  }
}

/** A header, one segment to load, and a section table with names only. */
function elf(machine: number): Uint8Array {
  const bytes = new Uint8Array(0x2000);
  const v = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  v.setUint16(16, 2, true);
  v.setUint16(18, machine, true);
  v.setUint32(20, 1, true);
  v.setBigUint64(24, 0x400000n, true);
  v.setBigUint64(32, 64n, true); // segments
  v.setBigUint64(40, 0x1100n, true); // sections
  v.setUint16(52, 64, true);
  v.setUint16(54, 56, true);
  v.setUint16(56, 1, true);
  v.setUint16(58, 64, true);
  v.setUint16(60, 2, true);
  v.setUint16(62, 1, true);
  v.setUint32(64, 1, true);
  v.setUint32(68, 5, true);
  v.setBigUint64(80, 0x400000n, true);
  v.setBigUint64(88, 0x400000n, true);
  v.setBigUint64(96, 0x1000n, true);
  v.setBigUint64(104, 0x1000n, true);
  v.setBigUint64(112, 0x1000n, true);
  bytes.set(new TextEncoder().encode("\0.shstrtab\0"), 0x1000);
  const names = 0x1100 + 64;
  v.setUint32(names, 1, true);
  v.setUint32(names + 4, 3, true);
  v.setBigUint64(names + 24, 0x1000n, true);
  v.setBigUint64(names + 32, 11n, true);
  v.setBigUint64(names + 48, 1n, true);
  return bytes;
}

/** A code segment and the one that signatures go into. */
function machO(cpu: number): Uint8Array {
  const bytes = new Uint8Array(0x8000);
  const v = new DataView(bytes.buffer);
  [0xfeedfacf, cpu, 0, 2, 3, 160, 0x200085, 0].forEach((word, i) => v.setUint32(4 * i, word, true));
  ["__TEXT", "__LINKEDIT"].forEach((name, i) => {
    const at = 32 + 72 * i;
    v.setUint32(at, 0x19, true);
    v.setUint32(at + 4, 72, true);
    bytes.set(new TextEncoder().encode(name), at + 8);
    v.setBigUint64(at + 24, 0x100000000n + 0x4000n * BigInt(i), true);
    v.setBigUint64(at + 32, 0x4000n, true);
    v.setBigUint64(at + 40, 0x4000n * BigInt(i), true);
    v.setBigUint64(at + 48, 0x4000n, true);
    v.setUint32(at + 56, i === 0 ? 5 : 1, true);
    v.setUint32(at + 60, i === 0 ? 5 : 1, true);
  });
  [0x1d, 16, 0x7000, 0x1000].forEach((word, i) => v.setUint32(32 + 144 + 4 * i, word, true));
  return bytes;
}

/** Code, and resources with Deno's version in them. */
export function pe(): Uint8Array {
  const bytes = new Uint8Array(0x1400);
  const v = new DataView(bytes.buffer);
  bytes.set([0x4d, 0x5a]);
  v.setUint32(0x3c, 0x80, true);
  bytes.set([0x50, 0x45, 0, 0], 0x80);
  [0x8664, 2].forEach((word, i) => v.setUint16(0x84 + 2 * i, word, true));
  v.setUint16(0x94, 240, true);
  v.setUint16(0x96, 0x22, true);
  const head = 0x98;
  v.setUint16(head, 0x20b, true);
  v.setUint32(head + 16, 0x1000, true);
  v.setBigUint64(head + 24, 0x140000000n, true);
  v.setUint32(head + 32, 0x1000, true);
  v.setUint32(head + 36, 0x200, true);
  v.setUint16(head + 40, 6, true);
  v.setUint16(head + 48, 6, true);
  v.setUint32(head + 56, 0x4000, true);
  v.setUint32(head + 60, 0x400, true);
  v.setUint16(head + 68, 3, true);
  v.setUint32(head + 108, 16, true);
  const resources = resourceSection(0x2000);
  v.setUint32(head + 112 + 16, 0x2000, true);
  v.setUint32(head + 112 + 20, resources.length, true);
  section(v, head + 240, ".text", [0x10, 0x1000, 0x200, 0x400], 0x60000020);
  section(v, head + 280, ".rsrc", [resources.length, 0x2000, 0xc00, 0x600], 0x40000040);
  bytes.set(resources, 0x600);
  return bytes;
}

function section(
  v: DataView,
  at: number,
  name: string,
  sizes: readonly number[],
  flags: number,
): void {
  [...name].forEach((c, i) => v.setUint8(at + i, c.charCodeAt(0)));
  sizes.forEach((size, i) => v.setUint32(at + 8 + 4 * i, size, true));
  v.setUint32(at + 36, flags, true);
}

/** Three levels of directory (type, name, language) with one entry each, and the resource. */
function resourceSection(address: number): Uint8Array {
  const block = versionBlock({
    version: "2.9.6",
    product: "Deno",
    description: "Deno: A secure runtime for JavaScript and TypeScript",
    copyright: "© Deno contributors & Deno Land Inc. MIT licensed.",
    file: "denort.exe",
  });
  const bytes = new Uint8Array(88 + block.length);
  const v = new DataView(bytes.buffer);
  [[16, 0x80000018], [1, 0x80000030], [1033, 72]].forEach(([id = 0, to = 0], i) => {
    v.setUint16(24 * i + 14, 1, true);
    v.setUint32(24 * i + 16, id, true);
    v.setUint32(24 * i + 20, to, true);
  });
  v.setUint32(72, address + 88, true);
  v.setUint32(76, block.length, true);
  bytes.set(block, 88);
  return bytes;
}
