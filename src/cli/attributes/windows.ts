/**
 * Windows (`--attributes`): `dir` lists flags and streams, PowerShell tells of creation times, owners, access lists and
 * what is in small streams. In a backup they wait from before main gives up its rights until there is something to ask;
 * a restore's main keeps the right to start programs (docs/attributes.md).
 * @module
 */

import {
  type AttributeAnswer,
  type AttributeCall,
  type Attributed,
  type AttributeSet,
  FLAGS,
  isBelow,
  MOST_VALUE,
  type Unwanted,
} from "../../base/attributes.ts";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { restoreText } from "../../base/getfattr.ts";
import {
  answerOf,
  askLine,
  encodedCommand,
  type FileStream,
  READ_SCRIPT,
  setLine,
  streamList,
  STREAMS,
  streamsOf,
  type WindowsChange,
  WRITE_SCRIPT,
} from "../../base/windows_attributes.ts";
import {
  attribWords,
  FLAG_LETTERS,
  flagged,
  flagsOf,
  listingsOf,
} from "../../base/windows_flags.ts";
import { text } from "../../text/text.ts";
import { Feed } from "./feed.ts";
import type { Helper, WindowsPrograms } from "./port.ts";

/** Waits for this word: a run without changes lists nothing. */
const GO = "go";

/**
 * The line that lists what has a flag, each list behind a line with its letter; the root comes in the environment, so
 * that no name is part of a command.
 */
export const FLAGS_LINE = `set /p HIKAE_GO=& if "!HIKAE_GO!"=="${GO}" ` +
  "for %f in" + ` (${FLAG_LETTERS.join(" ")}) do @echo *%f& dir "!HIKAE_ROOT!" /a:%f /s /b`;

/** The line that lists streams. */
export const STREAMS_LINE =
  `set /p HIKAE_GO=& if "!HIKAE_GO!"=="${GO}" dir "!HIKAE_ROOT!" /a /s /r /-c`;

/** The line that starts PowerShell, once there is something to ask it. */
export const POWERSHELL_LINE = `set /p HIKAE_GO=& if "!HIKAE_GO!"=="${GO}" ` +
  `"!HIKAE_POWERSHELL!" ${powershell(READ_SCRIPT).join(" ")}`;

function powershell(script: string): string[] {
  return ["-NoProfile", "-NonInteractive", "-EncodedCommand", encodedCommand(script)];
}

/** What the lists of a tree tell. */
interface ListedTree {
  flags: Map<string, string>;
  streams: Map<string, FileStream[]>;
}

/** The programs that read: two that list, and one that is asked for each vault. */
class WindowsReading {
  readonly #root: string;
  readonly #lists: readonly [Feed, Feed];
  readonly #tellers: readonly Feed[];
  readonly #asked = new Map<number, string[]>();
  #listed: Promise<ListedTree> | undefined;

  constructor(programs: WindowsPrograms, root: string, vaults: number) {
    this.#root = root;
    const env = { HIKAE_ROOT: root, HIKAE_POWERSHELL: programs.powershell };
    const line = (words: string): Feed =>
      new Feed(programs.cmd, ["/v:on", "/d", "/u", "/c", words], { env });
    this.#lists = [line(FLAGS_LINE), line(STREAMS_LINE)];
    this.#tellers = Array.from({ length: vaults }, () => line(POWERSHELL_LINE));
  }

  /** Asks for more. */
  ask(feed: number, paths: readonly string[]): void {
    const asked = this.#asked.get(feed) ?? [];
    for (const path of paths) asked.push(path);
    this.#asked.set(feed, asked);
  }

  /** What is there of all that was asked for, in the form that the engine reads. */
  async end(feed: number): Promise<AttributeAnswer> {
    const asked = this.#asked.get(feed) ?? [];
    if (asked.length === 0) return {};
    const { flags, streams } = await (this.#listed ??= this.#list());
    const found = new Map<string, Record<string, string>>();
    const add = (path: string, attributes: AttributeSet): void => {
      found.set(path, { ...found.get(path), ...attributes });
    };
    for (const { path, attributes } of flagged(flags, asked)) add(path, attributes);
    const tooLong: string[] = [];
    for (const path of asked) {
      const own = streams.get(path);
      if (own === undefined) continue;
      add(path, { [STREAMS]: streamList(own) });
      for (const s of own) if (s.size > MOST_VALUE) tooLong.push(`${path}:${s.name}`);
    }
    const told = await this.#tell(feed, asked, streams, add);
    const entries = [...found].map(([path, attributes]) => ({ path, attributes }));
    return { bytes: utf8(restoreText(entries)), tooLong, ...told };
  }

  /** A listing without an entry is a failure to `dir`, and none here. */
  async #list(): Promise<ListedTree> {
    for (const list of this.#lists) await list.put(`${GO}\r\n`);
    const [flags, streams] = [await this.#lists[0].end(), await this.#lists[1].end()];
    return {
      flags: flagsOf(listingsOf(flags.bytes), this.#root),
      streams: streamsOf(streams.bytes, this.#root),
    };
  }

  async #tell(
    feed: number,
    asked: readonly string[],
    streams: ReadonlyMap<string, readonly FileStream[]>,
    add: (path: string, attributes: AttributeSet) => void,
  ): Promise<AttributeAnswer> {
    const teller = this.#tellers[feed];
    if (teller === undefined) return { broken: true };
    await teller.put(`${GO}\r\n`);
    // `set /p` takes all that is in the pipe: what is for PowerShell comes when it is there
    const lines = await handed(
      teller,
      asked.map((path) => askLine(path, streams.get(path) ?? [])),
    );
    if (lines === undefined) {
      return { complaints: [text("attributes.no-powershell")], broken: true };
    }
    const complaints: string[] = [];
    let answered = 0;
    for (const line of lines) {
      const answer = answerOf(line);
      if (answer === undefined) continue;
      answered++;
      if ("complaint" in answer) complaints.push(answer.complaint);
      else add(answer.path, answer.attributes);
    }
    return { complaints, broken: answered < asked.length };
  }

  drop(): void {
    for (const feed of [...this.#lists, ...this.#tellers]) feed.drop();
  }
}

/** Lines that PowerShell is handed at once. */
const BUNCH = 1000;
/** What it says first. */
const READY = "ready";

function linesOf(bytes: Uint8Array): string[] {
  return fromUtf8(bytes).split(/\r?\n/).filter((line) => line !== "");
}

/** Hands PowerShell its lines once it is there; gives what it says of them, undefined where it does not run. */
async function handed(feed: Feed, lines: readonly string[]): Promise<string[] | undefined> {
  if (!(await feed.spoken())) {
    await feed.end();
    return undefined;
  }
  for (let at = 0; at < lines.length; at += BUNCH) {
    await feed.put(lines.slice(at, at + BUNCH).join(""));
  }
  const [ready, ...told] = linesOf((await feed.end()).bytes);
  return ready === READY ? told : undefined;
}

/** The attributes of one tree. */
export class WindowsHelper implements Helper {
  readonly system = "windows";
  readonly #root: string;
  readonly #programs: WindowsPrograms;
  readonly #changes = new Map<string, WindowsChange>();
  #reading: WindowsReading | undefined;

  private constructor(programs: WindowsPrograms, root: string, reading?: WindowsReading) {
    this.#root = root;
    this.#programs = programs;
    this.#reading = reading;
  }

  /** Reads a source, for each of so many vaults. */
  static reading(programs: WindowsPrograms, source: string, vaults: number): WindowsHelper {
    return new WindowsHelper(programs, source, new WindowsReading(programs, source, vaults));
  }

  /** Reads and writes a target, which is looked at when its files are there; main may start programs then. */
  static writing(programs: WindowsPrograms, target: string): WindowsHelper {
    return new WindowsHelper(programs, target);
  }

  /** Answers the engine. */
  async answer(call: AttributeCall): Promise<AttributeAnswer> {
    const reading = (): WindowsReading =>
      this.#reading ??= new WindowsReading(this.#programs, this.#root, 1);
    switch (call.do) {
      case "read":
        reading().ask(call.feed, call.paths);
        return {};
      case "readEnd":
        return await reading().end(call.feed);
      case "set":
        for (const { path, attributes } of call.entries) this.#change(path, attributes, []);
        return {};
      case "remove":
        for (const { path, name } of call.entries) this.#change(path, {}, [name]);
        return {};
      case "setEnd":
        return { complaints: await this.#work() };
    }
  }

  /** Sets what comes last. */
  async finish(set: readonly Attributed[], remove: readonly Unwanted[]): Promise<AttributeAnswer> {
    for (const { path, name } of remove) this.#change(path, {}, [name]);
    for (const { path, attributes } of set) this.#change(path, attributes, []);
    return { complaints: await this.#work() };
  }

  /** Ends the programs that are left. */
  close(): void {
    this.#reading?.drop();
  }

  #change(path: string, set: AttributeSet, remove: readonly string[]): void {
    const before = this.#changes.get(path);
    this.#changes.set(path, {
      set: { ...before?.set, ...set },
      remove: [...before?.remove ?? [], ...remove],
    });
  }

  async #work(): Promise<string[]> {
    const changes = [...this.#changes];
    this.#changes.clear();
    const lines = changes.flatMap(([path, change]) => setLine(path, change) ?? []);
    if (lines.length === 0) return [];
    const env = { HIKAE_ROOT: this.#root };
    const writer = new Feed(this.#programs.powershell, powershell(WRITE_SCRIPT), { env });
    const told = await handed(writer, lines);
    if (told === undefined) return await this.#flagsAlone(changes);
    return told.flatMap((line) => {
      const answer = answerOf(line);
      return answer !== undefined && "complaint" in answer ? [answer.complaint] : [];
    });
  }

  /** Without PowerShell `attrib` sets flags, by a call for each. */
  async #flagsAlone(changes: readonly (readonly [string, WindowsChange])[]): Promise<string[]> {
    const complaints: string[] = [];
    let others = 0;
    for (const [path, { set, remove }] of changes) {
      if (Object.keys(set).some((name) => name !== FLAGS)) others++;
      const flags = set[FLAGS] ?? (remove.includes(FLAGS) ? "" : undefined);
      const words = flags === undefined ? undefined : attribWords(flags);
      if (words === undefined || path === "" || !isBelow(path)) continue;
      const file = `${this.#root.replace(/\\+$/, "")}\\${path.replaceAll("/", "\\")}`;
      for (const word of words) {
        const { success } = await new Deno.Command(this.#programs.attrib, {
          args: [word, file, "/l"],
          stdout: "null",
          stderr: "null",
        }).output();
        if (success) continue;
        complaints.push(`attrib ${word} ${file}`);
        break;
      }
    }
    if (others > 0) complaints.push(text("attributes.no-powershell"));
    return complaints;
  }
}
