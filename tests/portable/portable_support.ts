/** What the suites of the portable snapshots share. @module */

import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import type { Command, Context, Parsed } from "../../src/cli/command.ts";
import { NO_PROGRESS } from "../../src/engine/ports.ts";
import { portableRestore } from "../../src/engine/portable.ts";
import { answering, enginePorts, linksBelow } from "../helpers/engine_helper.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import type { PortablePorts } from "../../src/portable/ports.ts";
import type { SnapshotRestoreResult } from "../../src/portable/restore.ts";
import { type TakeResult, takeSnapshot } from "../../src/portable/take.ts";

/** 2026-11-21 07:38:16 local. */
export const NOON = new Date(2026, 10, 21, 7, 38, 16).getTime();

/** Ports with the machine's file system and a clock that stands still; `messages` are what was told. */
export function testPorts(
  fs: FileSystem = denoFs,
  cancelled: () => boolean = () => false,
): PortablePorts & { messages: Message[]; time: number } {
  const messages: Message[] = [];
  const ports = {
    fs,
    newHash: sha256,
    clock: { now: (): number => ports.time },
    monotonic: (): number => performance.now(),
    newId: () => crypto.randomUUID(),
    emit: (message: Message): void => void messages.push(message),
    cancelled,
    progress: NO_PROGRESS,
    separator: "/",
    messages,
    time: NOON,
  };
  return ports;
}

/** A directory for one test, removed afterwards. */
export async function inTemp(use: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "hikae-portable-" }));
  try {
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Takes a snapshot of `target` into `snapshots`. */
export function take(ports: PortablePorts, target: string, snapshots: string): Promise<TakeResult> {
  return takeSnapshot(ports, { target, snapshots });
}

/** Restores a snapshot, links included. */
export function restore(
  ports: PortablePorts,
  snapshot: string,
  output: string,
): Promise<SnapshotRestoreResult> {
  const { fs, newHash, clock, emit, cancelled } = ports;
  const ask = answering(linksBelow(fs, output));
  const own = { ...enginePorts([], fs), newHash, clock, emit, cancelled, ask };
  return portableRestore(own, { snapshot, name: "s.json", output, dryRun: false });
}

/** Everything below a directory, a line for each thing: path, type, mode, time, content. */
export function treeOf(dir: string, rel = ""): string[] {
  const lines: string[] = [];
  const names = [...Deno.readDirSync(dir)].map((e) => e.name).sort();
  for (const name of names) {
    const path = `${dir}/${name}`;
    const inside = rel === "" ? name : `${rel}/${name}`;
    const info = Deno.lstatSync(path);
    const mode = ((info.mode ?? 0) & 0o777).toString(8);
    const time = info.mtime?.toISOString();
    if (info.isSymlink) lines.push(`${inside} link ${time} ${Deno.readLinkSync(path)}`);
    else if (info.isDirectory) lines.push(`${inside} dir ${mode} ${time}`, ...treeOf(path, inside));
    else lines.push(`${inside} file ${mode} ${time} ${sha256Of(Deno.readFileSync(path))}`);
  }
  return lines;
}

/** A file entry as it stands in a document. */
export function fileEntry(path: string, content: string): Record<string, unknown> {
  const bytes = new TextEncoder().encode(content);
  return {
    path,
    type: "file",
    mode: "0644",
    mtime: "2026-11-21T07:38:16.123Z",
    size: bytes.length,
    content: bytes.toBase64(),
    hash: sha256Of(bytes),
  };
}

/** A directory entry. */
export function dirEntry(path: string): Record<string, unknown> {
  return { path, type: "dir", mode: "0755", mtime: "2026-11-21T07:38:16.123Z" };
}

/** A link entry. */
export function linkEntry(path: string, target: string): Record<string, unknown> {
  return { path, type: "link", mtime: "2026-11-21T07:38:16.123Z", target };
}

/** A document with these entries and a summary that agrees with them. */
export function documentOf(entries: readonly Record<string, unknown>[]): Record<string, unknown> {
  const of = (type: string): number => entries.filter((e) => e.type === type).length;
  return {
    format: "hikae-portable-snapshot",
    version: 1,
    created: "2026-11-21T07:38:16.000Z",
    target: "/home/me",
    hash: "sha256",
    entries,
    summary: {
      entries: entries.length,
      files: of("file"),
      directories: of("dir"),
      links: of("link"),
      bytes: entries.reduce((sum, e) => sum + (typeof e.size === "number" ? e.size : 0), 0),
      errors: 0,
    },
  };
}

/** A context for running a command; `out` is what it said, `messages` what it told. */
export function testContext(
  command: Command,
  cwd: string,
  flags: Record<string, string | true>,
  more: Partial<Context> = {},
): Context & { out: string[]; messages: Message[] } {
  const out: string[] = [];
  const messages: Message[] = [];
  const parsed: Parsed = {
    args: [],
    has: (name) => flags[name] === true,
    get: (name) => typeof flags[name] === "string" ? flags[name] : undefined,
    all: () => [],
  };
  return {
    parsed,
    command,
    emit: (message) => void messages.push(message),
    say: (text) => void out.push(text),
    tell: (text) => void out.push(text),
    write: () => {},
    clock: { now: () => Date.now() },
    env: () => undefined,
    cwd,
    json: false,
    quiet: false,
    verbose: false,
    signal: new AbortController().signal,
    keepsRights: true,
    ...more,
    out,
    messages,
  };
}
