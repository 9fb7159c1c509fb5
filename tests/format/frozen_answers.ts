/** Everything that a vault answers, in a form that can be written down and held against later answers. */

import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import { cat } from "../helpers/ask.ts";
import { history } from "../helpers/ask.ts";
import { list } from "../helpers/ask.ts";
import { ls } from "../helpers/ask.ts";
import { Reader } from "../../src/engine/reader.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

/** Answers by question, each a list of lines. */
export type Answers = Record<string, string[]>;

/** Asks a vault everything; restores go below `work`. */
export async function answersOf(vault: string, work: string): Promise<Answers> {
  const messages: Message[] = [];
  let bytes: Uint8Array[] = [];
  const ports: EnginePorts = {
    ...enginePorts(messages),
    clock: { now: () => Date.UTC(2026, 5, 1) },
    data: (part) => void bytes.push(part),
  };
  const look = { root: vault, windows: false };
  const answers: Answers = {};
  const note = (question: string): void => {
    answers[question] = messages.splice(0).filter((m) => m.message_type !== "status")
      .map((m) => plain(m, vault));
  };
  list(ports, look);
  note("list");
  const stamps = snapshotsOf(vault);
  for (const at of stamps) {
    await ls(ports, { ...look, at } as Parameters<typeof ls>[1]);
    note(`ls ${at}`);
    for (const path of filesAt(vault, at)) {
      bytes = [];
      try {
        await cat(ports, { ...look, at, path });
        messages.length = 0;
        answers[`cat ${at} ${path}`] = [sha256Of(joined(bytes))];
      } catch (error) {
        messages.length = 0;
        answers[`cat ${at} ${path}`] = [String(error)];
      }
    }
    const target = join(work, at);
    Deno.mkdirSync(target, { recursive: true });
    await restoreHere(vault, target, { at }, ports);
    note(`restore ${at}`);
    answers[`restored ${at}`] = stateOf(target);
  }
  for (const path of everyPath(vault)) {
    await history(ports, { ...look, path });
    note(`history ${path}`);
  }
  verify(ports, { root: vault, given: vault, host: "test", pid: 1, repair: false, windows: false });
  note("verify");
  return answers;
}

/** A message without what differs from run to run. */
function plain(m: Message, vault: string): string {
  // what the frozen answers do not know of: seals came with format 2
  const {
    total_duration: _d,
    seals_checked: _s,
    seals_broken: _b,
    unsealed: _u,
    proven: _p,
    ...rest
  } = m as unknown as Record<string, unknown>;
  return JSON.stringify(rest).replaceAll(vault, "VAULT");
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

function reading<T>(vault: string, ask: (reader: Reader) => T): T {
  const reader = Reader.open(enginePorts(), vault);
  try {
    return ask(reader);
  } finally {
    reader.close();
  }
}

function snapshotsOf(vault: string): string[] {
  return reading(vault, (r) => r.snapshots().map((s) => s.stamp));
}

const pathOf = (v: { dir: string; name: string }): string =>
  v.dir === "" ? v.name : `${v.dir}/${v.name}`;

function filesAt(vault: string, stamp: string): string[] {
  return reading(
    vault,
    (r) => [...r.at(stamp as never)].filter((v) => v.type === "file").map(pathOf),
  );
}

function everyPath(vault: string): string[] {
  return reading(vault, (r) => [...new Set([...r.catalog.versions("type < 2")].map(pathOf))]);
}

/** A tree in lines: type, mode, modification time, content. Owners and the times of links are the machine's own. */
export function stateOf(root: string, rel = ""): string[] {
  const lines: string[] = [];
  for (const e of Deno.readDirSync(join(root, rel))) {
    const path = rel === "" ? e.name : `${rel}/${e.name}`;
    const full = join(root, path);
    const info = Deno.lstatSync(full);
    const attrs = `${((info.mode ?? 0) & 0o777).toString(8)} ${info.mtime?.toISOString()}`;
    if (e.isSymlink) lines.push(`${path} -> ${Deno.readLinkSync(full)}`);
    else if (e.isDirectory) lines.push(`${path}/ ${attrs}`, ...stateOf(root, path));
    else lines.push(`${path} ${attrs} ${sha256Of(Deno.readFileSync(full))}`);
  }
  return lines.sort();
}
