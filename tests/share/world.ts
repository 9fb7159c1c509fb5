/** A source and a vault whose copies are looked at: what they share, and what their past is. */

import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { diff } from "../helpers/ask.ts";
import { history } from "../helpers/ask.ts";
import { backUp, type BackupOptions, enginePorts } from "../helpers/engine_helper.ts";
import { type TempDir, tempDir } from "../helpers/cli_helper.ts";
import { filesOf, stateOf } from "../faults/tell.ts";
import type { RestoreRequest } from "../../src/engine/restore/request.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

/** The summary of a run. */
export type Summary = Readonly<Record<string, number>> & { stamp: string };

/** How a run was. */
export interface Run {
  summary: Summary;
  messages: Message[];
  /** Codes of its errors. */
  errors: string[];
}

/** A source, a vault, and runs an hour apart. */
export class ShareWorld implements Disposable {
  readonly dir: TempDir;
  readonly source: string;
  readonly vault: string;
  readonly #options: BackupOptions;
  readonly states = new Map<string, ReadonlyMap<string, string>>();
  hour = 1;

  constructor(options: BackupOptions = {}, parent?: string) {
    this.dir = tempDir(parent);
    this.source = this.dir.at("s");
    this.vault = this.dir.at("v");
    this.#options = { reflink: false, allowMassChange: true, ...options };
    Deno.mkdirSync(this.source);
  }

  [Symbol.dispose](): void {
    this.dir[Symbol.dispose]();
  }

  /** A file of the source, with a time of its own that goes before every run. */
  put(path: string, content: Uint8Array | string, seconds = 1_600_000_000): string {
    const at = join(this.source, path);
    Deno.mkdirSync(join(at, ".."), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(at, content);
    else Deno.writeFileSync(at, content);
    Deno.utimeSync(at, seconds, seconds);
    return at;
  }

  move(from: string, to: string): void {
    Deno.mkdirSync(join(this.source, to, ".."), { recursive: true });
    Deno.renameSync(join(this.source, from), join(this.source, to));
  }

  remove(path: string): void {
    Deno.removeSync(join(this.source, path), { recursive: true });
  }

  async backup(options: BackupOptions = {}, fs?: FileSystem): Promise<Run> {
    const { messages } = await backUp(
      this.source,
      [this.vault],
      { ...this.#options, ...options },
      { hours: this.hour++, ...(fs === undefined ? {} : { fs }) },
    );
    const summary = messages.findLast((m) => m.message_type === "summary") as unknown as Summary;
    if (summary === undefined) throw new Error(JSON.stringify(messages));
    this.states.set(summary.stamp, stateOf(this.source));
    const errors = messages.flatMap((m) => m.message_type === "error" ? [m.code] : []);
    return { summary, messages, errors };
  }

  /** The inode of a file in the vault. */
  ino(path: string): number {
    return Deno.lstatSync(join(this.vault, path)).ino ?? 0;
  }

  nlink(path: string): number {
    return Deno.lstatSync(join(this.vault, path)).nlink ?? 0;
  }

  /** The path of a mark, of the run `stamp`. */
  mark(kind: "$OLD@" | ".$DEL@", stamp: string, path: string): string {
    const cut = path.lastIndexOf("/") + 1;
    return `${path.slice(0, cut)}.$META$/${kind}${stamp}$${path.slice(cut)}`;
  }

  /** What differs between each past state, as it was and as it is restored. */
  async wrongStates(): Promise<string[]> {
    const wrong: string[] = [];
    for (const [stamp, wanted] of this.states) {
      const target = this.dir.at("restored");
      const { errors } = await restoreHere(this.vault, target, { at: stamp });
      const got = stateOf(target);
      wrong.push(...errors.map((e) => `${stamp}: ${e.path}: ${e.message}`));
      for (const path of new Set([...wanted.keys(), ...got.keys()])) {
        if (path !== "" && wanted.get(path) !== got.get(path)) {
          wrong.push(`${stamp} ${path}: wanted ${wanted.get(path)}, got ${got.get(path)}`);
        }
      }
      Deno.removeSync(target, { recursive: true });
    }
    return wrong;
  }

  /** The names of one file in what is restored. */
  async restoredNames(options: Partial<RestoreRequest> = {}): Promise<string[][]> {
    const target = this.dir.at("names");
    const { errors } = await restoreHere(this.vault, target, options);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    const found = namesOf(target);
    Deno.removeSync(target, { recursive: true });
    return found;
  }

  async diff(a?: string, b?: string): Promise<string[]> {
    const messages: Message[] = [];
    const points = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
    await diff(enginePorts(messages), { root: this.vault, windows: false, ...points });
    return changesOf(messages);
  }

  async history(path: string): Promise<string[]> {
    const messages: Message[] = [];
    await history(enginePorts(messages), { root: this.vault, windows: false, path });
    return messages.flatMap((m) =>
      m.message_type === "version"
        ? [`${m.path}${m.moved === undefined ? "" : ` < ${m.moved}`}`]
        : []
    );
  }

  /** Bytes of the vault's files of 4 KiB and more, each inode once. */
  bytes(): number {
    const seen = new Set<number>();
    let bytes = 0;
    for (const path of filesOf(this.vault)) {
      const { ino, size } = Deno.lstatSync(join(this.vault, path));
      if (size < 4096 || seen.has(ino ?? 0)) continue;
      seen.add(ino ?? 0);
      bytes += size;
    }
    return bytes;
  }
}

/** Which names below a directory are one file: their paths, in groups. */
export function namesOf(root: string): string[][] {
  const found = new Map<number, string[]>();
  const look = (rel: string): void => {
    for (const e of Deno.readDirSync(join(root, rel))) {
      const path = rel === "" ? e.name : `${rel}/${e.name}`;
      if (path.endsWith(".$META$")) continue;
      if (e.isDirectory) {
        look(path);
        continue;
      }
      const ino = Deno.lstatSync(join(root, path)).ino ?? 0;
      found.set(ino, [...found.get(ino) ?? [], path].sort());
    }
  };
  look("");
  return [...found.values()].filter((names) => names.length > 1)
    .sort((a, b) => (a[0] ?? "") < (b[0] ?? "") ? -1 : 1);
}

/** Bytes that no other seed gives. */
export function noise(seed: number, size = 10_000): Uint8Array {
  const bytes = new Uint8Array(size);
  let x = Math.imul(seed + 1, 0x9e3779b9) >>> 0;
  for (let i = 0; i < size; i++) {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    bytes[i] = x >>> 24;
  }
  return bytes;
}

/** What changed, by `change` lines: "R old > new". */
export function changesOf(messages: readonly Message[]): string[] {
  return messages.flatMap((m) =>
    m.message_type === "change"
      ? [`${m.modifier} ${m.from === undefined ? "" : `${m.from} > `}${m.path}`]
      : []
  );
}
