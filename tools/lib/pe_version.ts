/**
 * What Windows shows of a program's version. `deno compile` puts the icon and the program in the place of all of the
 * base binary's resources, its version with them, and has no flag for another. So a section is added at the end of
 * the file that holds the tree of resources anew, with a version in it; what the tree leads to stays where it is.
 * @module
 */

import { readTree, type ResourceNode, sizeOfTree, writeTree } from "./pe_resources.ts";

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
const ENGLISH = 1033;
/** What is read only and initialized. */
const READ_ONLY = 0x40000040;
const SECTION_HEAD = 40;

/** The program with this version; undefined when it is none of Windows, or its head has no room for a section. */
export function withVersion(binary: Uint8Array, info: VersionInfo): Uint8Array | undefined {
  const image = readImage(binary);
  if (image === undefined) return undefined;
  const block = versionBlock(info);
  const others = readTree(image.view, image.resources).filter(({ key }) => key !== RT_VERSION);
  const tree = (address: number): ResourceNode[] => [
    ...others,
    nodeOf(RT_VERSION, [nodeOf(1, [{
      key: ENGLISH,
      below: { address, size: block.length, codePage: 0 },
    }])]),
  ];
  const size = sizeOfTree(tree(0));
  const section = new Uint8Array(size + block.length);
  section.set(writeTree(tree(image.nextAddress + size)));
  section.set(block, size);
  return addSection(binary, image, section);
}

function nodeOf(key: number, below: ResourceNode[]): ResourceNode {
  return { key, below };
}

/** What is to be known of a program before a section can be added. */
interface Image {
  view: DataView;
  /** Where its parts stand in the file. */
  fileHead: number;
  optionalHead: number;
  /** Where a section's head is to be written. */
  newHead: number;
  sections: number;
  /** Where the tree of resources is. */
  resources: number;
  /** The first address in memory, and the first place in the file, that are free. */
  nextAddress: number;
  nextPlace: number;
}

function readImage(binary: Uint8Array): Image | undefined {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const fileHead = view.getUint32(0x3c, true) + 4;
  const sections = view.getUint16(fileHead + 2, true);
  const optionalHead = fileHead + 20;
  const table = optionalHead + view.getUint16(fileHead + 16, true);
  const newHead = table + SECTION_HEAD * sections;
  const wanted = view.getUint32(optionalHead + 112 + 16, true);
  const sizeOfHeads = view.getUint32(optionalHead + 60, true);
  let resources: number | undefined;
  let end = 0;
  for (let head = table; head < newHead; head += SECTION_HEAD) {
    const [size = 0, address = 0, , place = 0] = [8, 12, 16, 20].map((at) =>
      view.getUint32(head + at, true)
    );
    if (wanted >= address && wanted < address + size) resources = place + wanted - address;
    end = Math.max(end, address + size);
  }
  const is64 = view.getUint16(optionalHead, true) === 0x20b;
  if (!is64 || resources === undefined || newHead + SECTION_HEAD > sizeOfHeads) return undefined;
  return {
    view,
    fileHead,
    optionalHead,
    newHead,
    sections,
    resources,
    nextAddress: upTo(end, view.getUint32(optionalHead + 32, true)),
    nextPlace: upTo(binary.length, view.getUint32(optionalHead + 36, true)),
  };
}

function upTo(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}

/** The program with one more section, which is its resources from now on. */
function addSection(binary: Uint8Array, image: Image, section: Uint8Array): Uint8Array {
  const { optionalHead, newHead, nextAddress, nextPlace } = image;
  const heads = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const alignments = [32, 36].map((at) => heads.getUint32(optionalHead + at, true));
  const [inMemory = 1, inFile = 1] = alignments;
  const sizeInFile = upTo(section.length, inFile);
  const longer = new Uint8Array(nextPlace + sizeInFile);
  longer.set(binary);
  longer.set(section, nextPlace);
  const view = new DataView(longer.buffer);
  const word = (at: number, n: number): void => view.setUint32(at, n, true);
  longer.set(new TextEncoder().encode(".version"), newHead);
  word(newHead + 8, section.length);
  word(newHead + 12, nextAddress);
  word(newHead + 16, sizeInFile);
  word(newHead + 20, nextPlace);
  for (const at of [24, 28, 32]) word(newHead + at, 0);
  word(newHead + 36, READ_ONLY);
  view.setUint16(image.fileHead + 2, image.sections + 1, true);
  word(optionalHead + 8, view.getUint32(optionalHead + 8, true) + sizeInFile);
  word(optionalHead + 56, upTo(nextAddress + section.length, inMemory));
  word(optionalHead + 112 + 16, nextAddress);
  word(optionalHead + 112 + 20, section.length);
  return longer;
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
