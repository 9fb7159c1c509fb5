/** The resources of a Windows program: a tree of type, name and language, read and written anew. Pure. @module */

/** Where a resource's bytes are, by its address in memory. */
export interface ResourceData {
  address: number;
  size: number;
  codePage: number;
}

/** An entry of the tree: a number or a name, and what is below it. */
export interface ResourceNode {
  key: number | string;
  below: ResourceNode[] | ResourceData;
}

const HIGH = 0x80000000;
const HEAD = 16;
const ENTRY = 8;
const DATA = 16;

/** Reads the tree whose root is at `base`. */
export function readTree(view: DataView, base: number, at = base): ResourceNode[] {
  const count = view.getUint16(at + 12, true) + view.getUint16(at + 14, true);
  return Array.from({ length: count }, (_, i) => {
    const entry = at + HEAD + ENTRY * i;
    const [key, target] = [view.getUint32(entry, true), view.getUint32(entry + 4, true)];
    const where = base + (target & ~HIGH);
    return {
      key: key >= HIGH ? nameAt(view, base + (key & ~HIGH)) : key,
      below: target >= HIGH ? readTree(view, base, where) : {
        address: view.getUint32(where, true),
        size: view.getUint32(where + 4, true),
        codePage: view.getUint32(where + 8, true),
      },
    };
  });
}

function nameAt(view: DataView, at: number): string {
  const length = view.getUint16(at, true);
  return String.fromCharCode(
    ...Array.from({ length }, (_, i) => view.getUint16(at + 2 + 2 * i, true)),
  );
}

/** What a tree takes: its tables, then what says where data are, then names. */
interface Room {
  tables: number;
  data: number;
  names: number;
}

function roomOf(nodes: readonly ResourceNode[]): Room {
  const room = { tables: HEAD + ENTRY * nodes.length, data: 0, names: 0 };
  for (const { key, below } of nodes) {
    if (typeof key === "string") room.names += 2 + 2 * key.length;
    if (!Array.isArray(below)) room.data += DATA;
    else {
      const more = roomOf(below);
      room.tables += more.tables;
      room.data += more.data;
      room.names += more.names;
    }
  }
  return room;
}

/** How many bytes {@link writeTree} gives, a multiple of eight. */
export function sizeOfTree(nodes: readonly ResourceNode[]): number {
  const { tables, data, names } = roomOf(nodes);
  return Math.ceil((tables + data + names) / 8) * 8;
}

/** The tree as bytes; names go before numbers, both in their order, as Windows looks them up. */
export function writeTree(nodes: readonly ResourceNode[]): Uint8Array {
  const room = roomOf(nodes);
  const view = new DataView(new ArrayBuffer(sizeOfTree(nodes)));
  const free = { tables: 0, data: room.tables, names: room.tables + room.data };
  writeTable(view, nodes, free);
  return new Uint8Array(view.buffer);
}

function writeTable(view: DataView, nodes: readonly ResourceNode[], free: Room): number {
  const at = free.tables;
  free.tables += HEAD + ENTRY * nodes.length;
  const sorted = [...nodes].sort(byKey);
  const named = sorted.filter((node) => typeof node.key === "string").length;
  view.setUint16(at + 12, named, true);
  view.setUint16(at + 14, sorted.length - named, true);
  sorted.forEach(({ key, below }, i) => {
    const entry = at + HEAD + ENTRY * i;
    view.setUint32(entry, typeof key === "number" ? key : HIGH + writeName(view, key, free), true);
    const to = Array.isArray(below)
      ? HIGH + writeTable(view, below, free)
      : writeData(view, below, free);
    view.setUint32(entry + 4, to, true);
  });
  return at;
}

function byKey(a: ResourceNode, b: ResourceNode): number {
  if (typeof a.key === "number" && typeof b.key === "number") return a.key - b.key;
  if (typeof a.key === "string" && typeof b.key === "string") return a.key < b.key ? -1 : 1;
  return typeof a.key === "string" ? -1 : 1;
}

function writeName(view: DataView, name: string, free: Room): number {
  const at = free.names;
  free.names += 2 + 2 * name.length;
  view.setUint16(at, name.length, true);
  for (let i = 0; i < name.length; i++) view.setUint16(at + 2 + 2 * i, name.charCodeAt(i), true);
  return at;
}

function writeData(view: DataView, data: ResourceData, free: Room): number {
  const at = free.data;
  free.data += DATA;
  [data.address, data.size, data.codePage].forEach((n, i) => view.setUint32(at + 4 * i, n, true));
  return at;
}
