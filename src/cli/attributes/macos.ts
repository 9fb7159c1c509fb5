/**
 * What answers an engine on macOS (`--attributes`): `xattr` and `ls` read, `xattr`, `chmod` and `chflags` write, each
 * handed its words by an `xargs` that was started before main gave up its rights (docs/attributes.md).
 * @module
 */

import {
  asArgument,
  type AttributeAnswer,
  type AttributeCall,
  type Attributed,
  isBelow,
  type Unwanted,
} from "../../base/attributes.ts";
import { joinBytes, utf8 } from "../../base/bytes.ts";
import { restoreText } from "../../base/getfattr.ts";
import {
  AskedPaths,
  flagWords,
  LsReader,
  MACOS_ACL,
  MACOS_FLAGS,
  macosWords,
  xattrName,
  XattrReader,
} from "../../base/macos_attributes.ts";
import { Feed, isBroken } from "./feed.ts";
import type { Helper, MacosPrograms } from "./port.ts";

/** Names that one call of a program takes, and the bytes of its command line: macOS takes a million. */
const NAMES = 1000;
const LINE = 600_000;
/** Words are handed over in bunches of this many. */
const BUNCH = 3000;

const ZERO = new Uint8Array(1);

/** The two that read, and what they told so far. */
class MacosReading {
  readonly #asked = new AskedPaths();
  readonly #found = new Map<string, Record<string, string>>();
  readonly #xattr: Feed;
  readonly #ls: Feed;
  readonly #values: XattrReader;
  readonly #list: LsReader;

  constructor({ xargs, xattr, ls }: MacosPrograms, cwd: string) {
    const many = ["-0", "-n", String(NAMES), "-s", String(LINE)];
    this.#xattr = new Feed(xargs, [...many, xattr, "-l", "-v", "-x", "-s"], { cwd });
    this.#ls = new Feed(xargs, [...many, ls, "-ldgoBeO"], { cwd });
    const put = (path: string, name: string, value: string): void => {
      const attributes = this.#found.get(path) ?? {};
      attributes[name] = value;
      this.#found.set(path, attributes);
    };
    this.#values = new XattrReader(this.#asked, put);
    this.#list = new LsReader(this.#asked, put);
  }

  /** Asks for more. */
  async ask(paths: readonly string[]): Promise<void> {
    this.#asked.add(paths);
    const names = utf8(paths.map((path) => `${asArgument(checked(path))}\0`).join(""));
    await Promise.all([this.#xattr.put(names), this.#ls.put(names)]);
    this.#values.take(this.#xattr.taken());
    this.#list.take(this.#ls.taken());
  }

  /** What they told, in the form that the engine reads. */
  async end(): Promise<AttributeAnswer> {
    const ends = [await this.#xattr.end(), await this.#ls.end()] as const;
    this.#values.take(ends[0].bytes);
    this.#list.take(ends[1].bytes);
    this.#values.end();
    this.#list.end();
    const entries = [...this.#found].map(([path, attributes]) => ({ path, attributes }));
    return {
      bytes: utf8(restoreText(entries)),
      complaints: ends.flatMap((e) => e.complaints),
      broken: this.#values.bad + this.#list.bad > 0 || ends.some(isBroken),
      tooLong: this.#values.tooLong,
    };
  }

  drop(): void {
    this.#xattr.drop();
    this.#ls.drop();
  }
}

/** Those that write, in the order in which they are to work: what takes away, what gives, what forbids the rest. */
class MacosWriting {
  readonly #feeds: Readonly<Record<"remove" | "xattr" | "aclClear" | "acl" | "flags", Feed>>;
  readonly #words: Record<keyof MacosWriting["order"], Uint8Array[]>;
  /** The order. */
  readonly order = { remove: 2, xattr: 3, aclClear: 1, acl: 3, flags: 2 } as const;

  constructor({ xargs, xattr, chmod, chflags }: MacosPrograms, cwd: string) {
    // never fewer words than belong together: what does not fit ends it
    const by = (n: number, ...call: readonly string[]): Feed =>
      new Feed(xargs, ["-0", "-x", "-n", String(n), "-s", String(LINE), ...call], { cwd });
    const { order } = this;
    this.#feeds = {
      remove: by(order.remove, xattr, "-d", "-s", "--"),
      xattr: by(order.xattr, xattr, "-w", "-s", "-x", "--"),
      aclClear: by(order.aclClear, chmod, "-h", "-N"),
      acl: by(order.acl, chmod, "-h", "+a#"),
      flags: by(order.flags, chflags, "-h"),
    };
    this.#words = { remove: [], xattr: [], aclClear: [], acl: [], flags: [] };
  }

  set(entries: readonly Attributed[]): void {
    for (const { path, attributes } of entries) {
      const words = macosWords(checked(path), attributes);
      for (const kind of ["xattr", "aclClear", "acl", "flags"] as const) {
        this.#words[kind].push(...words[kind]);
      }
    }
  }

  remove(entries: readonly Unwanted[]): void {
    for (const { path, name } of entries) {
      const file = utf8(asArgument(checked(path)));
      if (name === MACOS_FLAGS) this.#words.flags.push(utf8(flagWords("")), file);
      else if (name === MACOS_ACL) this.#words.aclClear.push(file);
      else this.#words.remove.push(xattrName(name), file);
    }
  }

  /** Has them work, one after the other: an access list or a flag could forbid what comes before it. */
  async end(): Promise<AttributeAnswer> {
    const complaints: string[] = [];
    let broken = false;
    for (const kind of Object.keys(this.order) as (keyof MacosWriting["order"])[]) {
      const words = this.#words[kind];
      for (let at = 0; at < words.length; at += BUNCH) {
        const bunch = words.slice(at, at + BUNCH).flatMap((w) => [w, ZERO]);
        await this.#feeds[kind].put(joinBytes(...bunch));
      }
      const end = await this.#feeds[kind].end();
      complaints.push(...end.complaints);
      broken ||= isBroken(end);
    }
    return { complaints, broken };
  }

  drop(): void {
    for (const feed of Object.values(this.#feeds)) feed.drop();
  }
}

/** The programs of macOS. */
export class MacosHelper implements Helper {
  readonly system = "macos";
  readonly #reading: MacosReading[];
  readonly #writing: MacosWriting | undefined;
  readonly #late: MacosWriting | undefined;

  private constructor(reading: MacosReading[], writing: MacosWriting[] = []) {
    this.#reading = reading;
    [this.#writing, this.#late] = writing;
  }

  /** Reads a source, for each of so many vaults. */
  static reading(programs: MacosPrograms, source: string, vaults: number): MacosHelper {
    return new MacosHelper(
      Array.from({ length: vaults }, () => new MacosReading(programs, source)),
    );
  }

  /** Reads and writes a target: files while the engine works, links and directories at the end. */
  static writing(programs: MacosPrograms, target: string): MacosHelper {
    const writing = (): MacosWriting => new MacosWriting(programs, target);
    return new MacosHelper([new MacosReading(programs, target)], [writing(), writing()]);
  }

  /** Answers the engine. */
  async answer(call: AttributeCall): Promise<AttributeAnswer> {
    switch (call.do) {
      case "read":
        await this.#reading[call.feed]?.ask(call.paths);
        return {};
      case "readEnd":
        return await this.#reading[call.feed]?.end() ?? { broken: true };
      case "set":
        this.#writing?.set(call.entries);
        return {};
      case "remove":
        this.#writing?.remove(call.entries);
        return {};
      case "setEnd":
        return await this.#writing?.end() ?? { broken: true };
    }
  }

  /** Sets and removes what main itself finishes; gives the complaints. */
  async finish(set: readonly Attributed[], remove: readonly Unwanted[]): Promise<AttributeAnswer> {
    this.#late?.remove(remove);
    this.#late?.set(set);
    return await this.#late?.end() ?? { broken: true };
  }

  /** Ends the programs that are left. */
  close(): void {
    for (const part of [...this.#reading, this.#writing, this.#late]) part?.drop();
  }
}

function checked(path: string): string {
  if (!isBelow(path)) throw new RangeError(`no path below the root: ${JSON.stringify(path)}`);
  return path;
}
