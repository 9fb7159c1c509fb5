/**
 * Reads what `deno compile` wrote behind the base binary: after a magic word the metadata (JSON), the npm
 * snapshot, the remote modules, and the table of embedded files (JSON). Known for Deno 2.9.
 * @module
 */

/** The permission flags as they are baked in: null is not granted, an empty list is all of the kind. */
export type BakedPermissions = Record<string, string[] | boolean | null>;

/** What a binary holds. */
export interface Baked {
  metadata: {
    argv: string[];
    code_cache_key: unknown;
    permissions: BakedPermissions;
    entrypoint_key: string;
    unstable_config: { features: string[]; legacy_flag_enabled: boolean };
    env_vars_from_env_file: Record<string, string>;
    v8_flags: string[];
  };
  /** Paths of the embedded files, sorted. */
  files: string[];
  /** Length of the whole data section behind the base binary. */
  bytes: number;
}

const MAGIC = new TextEncoder().encode("d3n0l4nd");

interface VfsEntry {
  Dir?: { n: string; e: VfsEntry[] };
  File?: { n: string; o: [number, number] };
  Symlink?: { n: string };
}

/** Reads the data section of a binary; throws where there is none that it knows. */
export function readBaked(binary: Uint8Array): Baked {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  for (let at = find(binary, 0); at >= 0; at = find(binary, at + 1)) {
    const start = at + MAGIC.length;
    const first = part(view, start);
    if (first === undefined || binary[first.from] !== 0x7b) continue;
    const npm = part(view, first.to);
    // remote modules: two counts and no entry, since nothing remote is compiled in
    const vfs = npm === undefined ? undefined : part(view, npm.to + 12);
    if (vfs === undefined || binary[vfs.from] !== 0x5b) break;
    const text = new TextDecoder();
    const metadata = text.decode(binary.subarray(first.from, first.to));
    const entries = JSON.parse(text.decode(binary.subarray(vfs.from, vfs.to))) as VfsEntry[];
    return {
      metadata: JSON.parse(metadata) as Baked["metadata"],
      files: names(entries, "").sort(),
      bytes: binary.length - at,
    };
  }
  throw new Error("read the binary: it has no data section that this tool knows (Deno 2.9's)");
}

function part(view: DataView, at: number): { from: number; to: number } | undefined {
  if (at + 8 > view.byteLength) return undefined;
  const from = at + 8;
  const to = from + Number(view.getBigUint64(at, true));
  return to <= view.byteLength ? { from, to } : undefined;
}

function find(binary: Uint8Array, from: number): number {
  for (let at = binary.indexOf(0x64, from); at >= 0; at = binary.indexOf(0x64, at + 1)) {
    if (MAGIC.every((byte, i) => binary[at + i] === byte)) return at;
  }
  return -1;
}

function names(entries: readonly VfsEntry[], parent: string): string[] {
  return entries.flatMap((entry) => {
    if (entry.Dir !== undefined) return names(entry.Dir.e, `${parent}${entry.Dir.n}/`);
    return [`${parent}${(entry.File ?? entry.Symlink)?.n}`];
  });
}
