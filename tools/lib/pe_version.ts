/**
 * What Windows shows of a program's version. `deno compile` leaves the base binary's own there ("Deno 2.9"), so it is
 * written over in place: the resource is found as the loader finds it, and what replaces it is shorter.
 * @module
 */

/** What the file's properties say. */
export interface VersionInfo {
  /** Up to four numbers, with dots. */
  version: string;
  product: string;
  description: string;
  copyright: string;
  /** The file's own name. */
  file: string;
}

const RT_VERSION = 16;
const SUBDIRECTORY = 0x80000000;

/** Writes the version into a program; false when it has no version resource, or one too small. */
export function writeVersion(binary: Uint8Array, info: VersionInfo): boolean {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const found = findVersion(view);
  if (found === undefined) return false;
  const block = versionBlock(info);
  if (block.length > found.size) return false;
  binary.fill(0, found.at, found.at + found.size);
  binary.set(block, found.at);
  view.setUint32(found.entry + 4, block.length, true);
  return true;
}

/** Where the resource is: its bytes, and the directory entry that tells their number. */
function findVersion(view: DataView): { at: number; size: number; entry: number } | undefined {
  const pe = view.getUint32(0x3c, true);
  const sections = view.getUint16(pe + 6, true);
  const table = pe + 24 + view.getUint16(pe + 20, true);
  for (let i = 0; i < sections; i++) {
    const section = table + 40 * i;
    // ".rsrc\0\0\0"
    if (view.getUint32(section, true) !== 0x7273722e || view.getUint8(section + 4) !== 0x63) {
      continue;
    }
    const address = view.getUint32(section + 12, true);
    const base = view.getUint32(section + 20, true);
    const entry = descend(view, base);
    if (entry === undefined) return undefined;
    const at = view.getUint32(entry, true) - address + base;
    return { at, size: view.getUint32(entry + 4, true), entry };
  }
  return undefined;
}

/** Type, then the first name, then the first language. */
function descend(view: DataView, base: number): number | undefined {
  let directory = base;
  for (let level = 0; level < 3; level++) {
    const named = view.getUint16(directory + 12, true);
    const count = named + view.getUint16(directory + 14, true);
    let target: number | undefined;
    for (let i = 0; i < count && target === undefined; i++) {
      const entry = directory + 16 + 8 * i;
      if (level > 0 || view.getUint32(entry, true) === RT_VERSION) {
        target = view.getUint32(entry + 4, true);
      }
    }
    if (target === undefined) return undefined;
    directory = base + (target & ~SUBDIRECTORY);
  }
  return directory;
}

/** A `VS_VERSIONINFO`. */
export function versionBlock(info: VersionInfo): Uint8Array {
  const strings = {
    CompanyName: info.product,
    FileDescription: info.description,
    FileVersion: info.version,
    InternalName: info.product,
    LegalCopyright: info.copyright,
    OriginalFilename: info.file,
    ProductName: info.product,
    ProductVersion: info.version,
  };
  const lines = Object.entries(strings).map(([key, text]) => node(key, utf16(text), 1, []));
  const table = node("040904b0", new Uint8Array(), 1, lines);
  const translation = node("Translation", new Uint8Array([0x09, 0x04, 0xb0, 0x04]), 0, []);
  return node("VS_VERSION_INFO", fixedInfo(info.version), 0, [
    node("StringFileInfo", new Uint8Array(), 1, [table]),
    node("VarFileInfo", new Uint8Array(), 1, [translation]),
  ]);
}

function fixedInfo(version: string): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = version.split(/[.-]/).map((n) => Number.parseInt(n) || 0);
  const [high, low] = [(a << 16) | b, (c << 16) | d];
  const words = [0xfeef04bd, 0x10000, high, low, high, low, 0x3f, 0, 0x40004, 1, 0, 0, 0];
  return new Uint8Array(new Uint32Array(words).buffer);
}

/** Length, value's length (in characters for text), type, key, value and children, each on a multiple of four. */
function node(
  key: string,
  value: Uint8Array,
  type: 0 | 1,
  children: readonly Uint8Array[],
): Uint8Array {
  const bytes: number[] = [0, 0, 0, 0, type, 0, ...utf16(key)];
  const pad = (): void => {
    while (bytes.length % 4 !== 0) bytes.push(0);
  };
  pad();
  bytes.push(...value);
  let length = bytes.length;
  for (const child of children) {
    pad();
    bytes.push(...child);
    length = bytes.length;
  }
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, length, true);
  view.setUint16(2, type === 1 ? value.length / 2 : value.length, true);
  bytes.splice(0, 4, ...new Uint8Array(view.buffer));
  return new Uint8Array(bytes);
}

/** With the zero at its end. */
function utf16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from([...`${text}\0`], (c) => c.charCodeAt(0)).buffer);
}
