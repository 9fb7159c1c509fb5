/**
 * What answers an engine that asks about attributes (`--attributes`): the system's own programs, started before main
 * gives up its rights (docs/attributes.md). What they are given is checked here, whoever asks.
 * @module
 */

import {
  asArgument,
  type AttributeAnswer,
  type AttributeCall,
  type Attributed,
  isAttributeName,
  isBelow,
  type Unwanted,
} from "../../base/attributes.ts";
import { utf8 } from "../../base/bytes.ts";
import { restoreText, unquotedBytes } from "../../base/getfattr.ts";
import { Feed, isBroken } from "./feed.ts";
import type { Helper, LinuxPrograms } from "./port.ts";

/** Names that one call of a program takes, and the bytes of its command line; Linux takes twice as many. */
const NAMES = 4000;
const LINE = 1_000_000;

/** All that is there is read; what is compared with a state leaves labels out, for they are never taken away. */
const EVERYTHING = "-";
const NO_LABELS = "^(user|trusted|system)\\.|^security\\.capability$";

function reader({ xargs, getfattr }: LinuxPrograms, cwd: string, match: string): Feed {
  const many = ["-0", "-r", "-n", String(NAMES), "-s", String(LINE)];
  return new Feed(xargs, [...many, getfattr, "-h", "-d", "-e", "base64", "-m", match, "--"], {
    cwd,
  });
}

/** The programs of Linux. */
export class AttributeHelper implements Helper {
  readonly system = "linux";
  readonly #readers: Feed[];
  readonly #setter: Feed | undefined;
  readonly #remover: Feed | undefined;
  readonly #late: Feed | undefined;
  readonly #lateRemover: Feed | undefined;

  private constructor(readers: Feed[], setters: Feed[] = []) {
    this.#readers = readers;
    [this.#setter, this.#remover, this.#late, this.#lateRemover] = setters;
  }

  /** Reads a source, for each of so many vaults. */
  static reading(programs: LinuxPrograms, source: string, vaults: number): AttributeHelper {
    return new AttributeHelper(
      Array.from({ length: vaults }, () => reader(programs, source, EVERYTHING)),
    );
  }

  /** Reads and writes a target: files while the engine works, links and directories at the end. */
  static writing(programs: LinuxPrograms, target: string): AttributeHelper {
    const { xargs, setfattr } = programs;
    const setter = (): Feed => new Feed(setfattr, ["-h", "--restore=-"], { cwd: target });
    // a call for each: what is to go is rare
    const remover = (): Feed =>
      new Feed(xargs, ["-0", "-r", "-n", "2", setfattr, "-h", "-x"], { cwd: target });
    return new AttributeHelper(
      [reader(programs, target, NO_LABELS)],
      [setter(), remover(), setter(), remover()],
    );
  }

  /** Answers the engine. */
  async answer(call: AttributeCall): Promise<AttributeAnswer> {
    switch (call.do) {
      case "read": {
        const feed = this.#readers[call.feed];
        await feed?.put(namesText(call.paths));
        return { bytes: feed?.taken() ?? new Uint8Array() };
      }
      case "readEnd": {
        const end = await this.#readers[call.feed]?.end();
        if (end === undefined) return { broken: true };
        return { bytes: end.bytes, complaints: end.complaints, broken: isBroken(end) };
      }
      case "set":
        await this.#setter?.put(restoreText(call.entries));
        return {};
      case "remove":
        await putRemovals(this.#remover, call.entries);
        return {};
      case "setEnd":
        return await ended(this.#remover, this.#setter);
    }
  }

  /** Sets and removes what main itself finishes; gives the complaints. */
  async finish(set: readonly Attributed[], remove: readonly Unwanted[]): Promise<AttributeAnswer> {
    await putRemovals(this.#lateRemover, remove);
    for (let at = 0; at < set.length; at += NAMES) {
      await this.#late?.put(restoreText(set.slice(at, at + NAMES)));
    }
    return await ended(this.#lateRemover, this.#late);
  }

  /** Ends the programs that are left. */
  close(): void {
    const setters = [this.#setter, this.#remover, this.#late, this.#lateRemover];
    for (const feed of [...this.#readers, ...setters]) feed?.drop();
  }
}

function namesText(paths: readonly string[]): string {
  return paths.map((path) => `${asArgument(checked(path))}\0`).join("");
}

function checked(path: string): string {
  if (!isBelow(path)) throw new RangeError(`no path below the root: ${JSON.stringify(path)}`);
  return path;
}

async function putRemovals(feed: Feed | undefined, entries: readonly Unwanted[]): Promise<void> {
  for (const { path, name } of entries) {
    if (!isAttributeName(name)) throw new RangeError(`no attribute: ${JSON.stringify(name)}`);
    await feed?.put(unquotedBytes(name));
    await feed?.put(utf8(`\0${asArgument(checked(path))}\0`));
  }
}

/** Removing comes first: what is set then is all that there is. */
async function ended(...feeds: (Feed | undefined)[]): Promise<AttributeAnswer> {
  const complaints: string[] = [];
  let broken = false;
  for (const feed of feeds) {
    const end = await feed?.end();
    complaints.push(...end?.complaints ?? []);
    broken ||= end !== undefined && isBroken(end);
  }
  return { complaints, broken };
}
