/** Contents of versions, read piece by piece: a file that is being read stays open, and goes when others are asked for. @module */

import { HikaeError } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import { parseStamp } from "../../base/stamp.ts";
import type { ContentKey } from "../../base/vault_questions.ts";
import { openWhole } from "../open_vault.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { openShown } from "../real_dirs.ts";
import { Reader } from "../reader.ts";
import { text } from "../../text/text.ts";

/** So many files stay open. */
const MOST_OPEN = 16;

/** A whole content that was hashed counts as checked for so long, ms. */
const BELIEVED = 10 * 60_000;

const CHUNK = 1 << 18;

/** After so many bytes of hashing, other questions are answered. */
const BREATH = 16 << 20;

/** A content that is being read. */
interface OpenContent {
  file: FileHandle;
  hash: string | null;
  /** Where the next byte comes from, in bytes; -1 where it has to be looked for. */
  at: number;
  /** When its hash was last found right, ms. */
  checked: number | undefined;
  /** It is being hashed: who asks meanwhile gets the same hash. */
  checking?: Promise<string>;
}

/** The open contents of a vault. */
export class OpenContents {
  readonly #ports: EnginePorts;
  readonly #root: string;
  /** Least recently used first. */
  readonly #open = new Map<string, OpenContent>();
  /** What was read last: a new one each time would be most of what a long content costs. */
  #piece = new Uint8Array();

  /** Of the vault at the real path `root`. */
  constructor(ports: EnginePorts, root: string) {
    const { emit: _, ...rest } = ports;
    this.#ports = { ...rest, emit: () => {} };
    this.#root = root;
  }

  /** At most `length` bytes from `offset` on, fewer at the end: good until the next are read. */
  read(key: ContentKey, offset: number, length: number): Uint8Array<ArrayBuffer> {
    const open = this.#of(key);
    if (open.at !== offset) open.file.seek(offset);
    if (this.#piece.length < length) this.#piece = new Uint8Array(length);
    const bytes = this.#piece.subarray(0, length);
    let have = 0;
    while (have < length) {
      const n = open.file.read(bytes.subarray(have));
      if (n === 0) break;
      have += n;
    }
    open.at = offset + have;
    return bytes.subarray(0, have);
  }

  /** True when the whole content is what its record says; nothing tells of one without a hash, which is true then. */
  async check(key: ContentKey): Promise<boolean> {
    await this.find(key);
    const open = this.#of(key);
    const now = this.#ports.clock.now();
    if (open.hash === null) return true;
    if (open.checked !== undefined && now - open.checked < BELIEVED) return true;
    open.checking ??= this.#hash(key).finally(() => delete open.checking);
    const right = await open.checking === open.hash;
    open.checked = right ? now : undefined;
    return right;
  }

  async #hash(key: ContentKey): Promise<string> {
    const hash = this.#ports.newHash();
    const buffer = new Uint8Array(CHUNK);
    let at = 0;
    for (let n = -1; n !== 0;) {
      // others may be answered meanwhile, and read the same file elsewhere
      if (at % BREATH === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      checkCancelled(this.#ports);
      const read = this.#of(key);
      read.file.seek(at);
      n = read.file.read(buffer);
      // whoever reads the same file meanwhile has to find its place again
      read.at = -1;
      hash.update(buffer.subarray(0, n));
      at += n;
    }
    return hash.hex();
  }

  #of(key: ContentKey): OpenContent {
    const name = nameOf(key);
    const open = this.#open.get(name) ?? this.#in(Reader.open(this.#ports, this.#root), key);
    return this.#keep(name, open);
  }

  #keep(name: string, open: OpenContent): OpenContent {
    this.#open.delete(name);
    this.#open.set(name, open);
    if (this.#open.size > MOST_OPEN) {
      for (const [oldest, { file }] of this.#open) {
        file.close();
        this.#open.delete(oldest);
        break;
      }
    }
    return open;
  }

  /** Opens a content where it is not: what opening the vault asks of its disk is waited for. */
  async find(key: ContentKey): Promise<void> {
    const name = nameOf(key);
    if (this.#open.has(name)) return;
    const reader = await openWhole(this.#ports, (seeing) => Reader.open(seeing, this.#root));
    // somebody else may have opened it meanwhile
    if (this.#open.has(name)) reader.close();
    else this.#keep(name, this.#in(reader, key));
  }

  #in(reader: Reader, { path, at }: ContentKey): OpenContent {
    const stamp = parseStamp(at);
    try {
      const version = stamp === undefined ? undefined : reader.versionAt(path, stamp);
      const file = version?.type === "file"
        ? openShown(reader, this.#ports, version, () => false)
        : undefined;
      if (version === undefined || file === undefined) {
        throw new HikaeError("no_such_path", text("browse.no-content"), { path });
      }
      return { file, hash: version.hash, at: 0, checked: undefined };
    } finally {
      reader.close();
    }
  }
}

function nameOf({ path, at }: ContentKey): string {
  return JSON.stringify([path, at]);
}
