/** What a vault is asked, and what it answers: each question a name, each answer a text that can be compared. */

import { join } from "@std/path";
import { HikaeError } from "../../../src/base/errors.ts";
import type { Message } from "../../../src/base/event.ts";
import type { EnginePorts } from "../../../src/engine/ports.ts";
import { status } from "../../../src/engine/query/status.ts";
import { verify } from "../../../src/engine/verify/verify.ts";
import { cat, diff, find, history, list, listVanished, ls, report } from "../../helpers/ask.ts";
import { enginePorts } from "../../helpers/engine_helper.ts";
import { restoreHere } from "../../helpers/restore_helper.ts";
import { stateOf } from "../damage_world.ts";

/** What came of a question. */
export interface Answer {
  /** What was said; lines of data and what was restored. */
  data: string[];
  /** Something was said against it: an error, a note, a snapshot that is not proven. */
  told: boolean;
  /** What was said besides. */
  words: string[];
  /** The id of the error that ended it; undefined where it was answered. */
  ended?: string;
}

/** Kinds of messages that are the answer; the rest are words about it. */
const DATA: ReadonlySet<string> = new Set(["snapshot", "entry", "version", "change"]);

type Ask = (ports: EnginePorts, vault: string, room: string) => unknown;

/** A snapshot by its stamp, as the answers name it. */
export const PATHS = ["a", "gone", "d/x", "swap", "swap/inside", "stays"] as const;

/** All questions about a vault with these snapshots. */
export function questions(stamps: readonly string[]): Readonly<Record<string, Ask>> {
  const asked: Record<string, Ask> = {
    list: (ports, root) => list(ports, { root, windows: false }),
    status: (ports, root) => {
      const [of] = status(ports, { roots: [root] });
      if (of?.problemId !== undefined) throw new HikaeError(of.problemId, of.problem ?? "");
      if (of?.unproven === true) ports.emit({ message_type: "note", message: "unproven" });
      return [of?.source, of?.last?.stamp, of?.good?.stamp, of?.good?.summary?.files_new];
    },
    report: async (ports, root) => {
      const { runs, totals, most_versioned, largest } = await report(ports, {
        root,
        windows: false,
        given: "v",
        job: null,
        rules: {},
        rulesNote: "",
        runs: true,
        most: 5,
      });
      return [runs, totals, most_versioned, largest];
    },
    find: (ports, root) => find(ports, { root, windows: false, glob: "**", ignoreCase: false }),
    vanished: (ports, root) => listVanished(ports, { root, windows: false, globs: ["**"] }),
    verify: (ports, root) => {
      const who = { root, given: "v", host: "test", pid: 1, windows: false, repair: false };
      const { errors, damaged, missing, strangers } = verify(ports, who);
      return [errors, damaged, missing, strangers];
    },
  };
  for (const path of PATHS) {
    asked[`history ${path}`] = (ports, root) => history(ports, { root, windows: false, path });
    asked[`cat ${path} ${stamps.at(-3)}`] = async (given, root) => {
      const bytes: Uint8Array[] = [];
      const ports = { ...given, data: (b: Uint8Array) => void bytes.push(b.slice()) };
      const at = stamps.at(-3);
      await cat(ports, { root, windows: false, path, ...(at === undefined ? {} : { at }) });
      return bytes.map((b) => new TextDecoder().decode(b)).join("");
    };
  }
  for (const [i, at] of stamps.entries()) {
    asked[`ls ${at}`] = (ports, root) => ls(ports, { root, windows: false, at });
    asked[`restore ${at}`] = async (ports, vault, room) => {
      const target = join(room, at);
      Deno.mkdirSync(target, { recursive: true });
      await restoreHere(vault, target, { at }, ports);
      return Object.entries(stateOf(target)).sort();
    };
    const before = stamps[i - 2];
    if (before === undefined) continue;
    asked[`diff ${before} ${at}`] = (ports, root) =>
      diff(ports, { root, windows: false, a: before, b: at });
  }
  return asked;
}

/** Asks a question. */
export async function ask(
  question: Ask,
  vault: string,
  room: string,
  now: number,
): Promise<Answer> {
  const messages: Message[] = [];
  const ports = { ...enginePorts(messages), clock: { now: () => now } };
  let ended: string | undefined;
  let given: unknown;
  try {
    given = await question(ports, vault, room);
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    ended = error.id;
  }
  const told = messages.some((m) =>
    m.message_type === "error" || m.message_type === "note" || m.proven === false
  );
  const data = messages.filter((m) => DATA.has(m.message_type)).map((m) => JSON.stringify(m));
  const words = messages.filter((m) => !DATA.has(m.message_type)).map((m) => JSON.stringify(m));
  const answer = { data: [...data, JSON.stringify(given ?? null)], told, words };
  return ended === undefined ? answer : { ...answer, ended };
}
