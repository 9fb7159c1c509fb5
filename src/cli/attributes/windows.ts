/**
 * The flags of files on Windows (`--attributes`): `dir` lists them, in a backup before main gives up its rights; a
 * restore's main keeps the right to start programs, for `attrib` sets them by a call for each.
 * @module
 */

import {
  type AttributeAnswer,
  type AttributeCall,
  type Attributed,
  FLAGS,
  isBelow,
  type Unwanted,
} from "../../base/attributes.ts";
import { utf8 } from "../../base/bytes.ts";
import { restoreText } from "../../base/getfattr.ts";
import { attribWords, FLAG_LETTERS, flagged, flagsOf } from "../../base/windows_flags.ts";
import { Feed } from "./feed.ts";
import type { Helper, WindowsPrograms } from "./port.ts";

/** The line that lists what has a flag; the root comes in the environment, so that no name is part of a command. */
export function listLine(letter: string): string {
  return `dir "!HIKAE_ROOT!" /a:${letter} /s /b`;
}

/** The flags of one tree. */
export class WindowsHelper implements Helper {
  readonly system = "windows";
  readonly #root: string;
  readonly #programs: WindowsPrograms;
  readonly #asked = new Map<number, string[]>();
  #lists: Map<string, Feed> | undefined;
  #flags: Promise<Map<string, string>> | undefined;
  #wanted: Attributed[] = [];

  /** For a source, or, with `later`, a target, which is looked at when its files are there. */
  constructor(programs: WindowsPrograms, root: string, later = false) {
    this.#root = root;
    this.#programs = programs;
    if (!later) this.#lists = this.#start();
  }

  #start(): Map<string, Feed> {
    const env = { HIKAE_ROOT: this.#root };
    return new Map(FLAG_LETTERS.map((letter) => {
      const args = ["/v:on", "/d", "/u", "/c", listLine(letter)];
      return [letter, new Feed(this.#programs.cmd, args, { env })];
    }));
  }

  /** Answers the engine. */
  async answer(call: AttributeCall): Promise<AttributeAnswer> {
    switch (call.do) {
      case "read": {
        const asked = this.#asked.get(call.feed) ?? [];
        asked.push(...call.paths);
        this.#asked.set(call.feed, asked);
        return {};
      }
      case "readEnd": {
        const flags = await (this.#flags ??= this.#list());
        const found = flagged(flags, this.#asked.get(call.feed) ?? []);
        return { bytes: utf8(restoreText(found)) };
      }
      case "set":
        this.#wanted.push(...call.entries);
        return {};
      case "remove":
        this.#wanted.push(...without(call.entries));
        return {};
      case "setEnd": {
        const wanted = this.#wanted;
        this.#wanted = [];
        return { complaints: await this.#set(wanted) };
      }
    }
  }

  /** Sets what comes last. */
  async finish(set: readonly Attributed[], remove: readonly Unwanted[]): Promise<AttributeAnswer> {
    return { complaints: await this.#set([...without(remove), ...set]) };
  }

  /** Ends the programs that are left. */
  close(): void {
    for (const list of this.#lists?.values() ?? []) list.drop();
  }

  /** A listing without an entry is a failure to `dir`, and none here. */
  async #list(): Promise<Map<string, string>> {
    const listings: Record<string, Uint8Array> = {};
    for (const [letter, list] of this.#lists ??= this.#start()) {
      listings[letter] = (await list.end()).bytes;
    }
    return flagsOf(listings, this.#root);
  }

  async #set(entries: readonly Attributed[]): Promise<string[]> {
    const complaints: string[] = [];
    for (const { path, attributes } of entries) {
      const words = attribWords(attributes[FLAGS] ?? "");
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
    return complaints;
  }
}

function without(entries: readonly Unwanted[]): Attributed[] {
  return entries.filter(({ name }) => name === FLAGS)
    .map(({ path }) => ({ path, attributes: { [FLAGS]: "" } }));
}
