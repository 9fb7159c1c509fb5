/** A vault in memory that answers the page's questions, and a server before it. */

import { crc32 } from "../../src/platform/crc32.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import type {
  AskVault,
  PathEntry,
  VaultQuestions,
  VersionFacts,
} from "../../src/base/vault_questions.ts";
import { Gate } from "../../src/serve/gate.ts";
import type { Server } from "../../src/serve/serving.ts";
import { respond } from "../../src/serve/server.ts";

/** Where the server says that it listens. */
export const HOST = "127.0.0.1:4711";

/** The run that everything of a fake vault came with. */
export const STAMP = "20261121_073816";

/** Contents by path; a vault that says `rotten` of one gives other bytes than its hash tells of. */
export interface FakeVault {
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  rotten?: ReadonlySet<string>;
  proven?: boolean;
}

function entryOf(vault: FakeVault, path: string): PathEntry | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const at = { name, path, stamp: STAMP, mtime: "2026-11-20T10:00:00.000Z" };
  const content = vault.files[path];
  if (content !== undefined) {
    return { ...at, type: "file", size: content.length, hash: sha256Of(content), gone: false };
  }
  const isDir = path === "" || Object.keys(vault.files).some((p) => p.startsWith(`${path}/`));
  return isDir ? { ...at, type: "dir", size: null, hash: null, gone: false } : null;
}

function below(vault: FakeVault, path: string, deep: boolean): PathEntry[] {
  const prefix = path === "" ? "" : `${path}/`;
  const names = new Set<string>();
  for (const p of Object.keys(vault.files)) {
    if (!p.startsWith(prefix)) continue;
    const rest = p.slice(prefix.length).split("/");
    const depth = deep ? rest.length : 1;
    for (let i = 1; i <= depth; i++) names.add(prefix + rest.slice(0, i).join("/"));
  }
  return [...names].sort().flatMap((p) => entryOf(vault, p) ?? []);
}

function versionOf(vault: FakeVault, path: string): VersionFacts | null {
  const e = entryOf(vault, path);
  if (e === null) return null;
  const { type, size, mtime, hash, gone } = e;
  return { path, type, size, mtime, hash, gone, from: STAMP, to: null, state: "current" };
}

function part<T extends { name: string }>(
  all: T[],
  key: (one: T) => string,
  { after, limit }: { after?: string; limit: number },
): { entries: T[]; next?: string } {
  const rest = all.filter((e) => after === undefined || key(e) > after);
  const entries = rest.slice(0, limit);
  const last = entries.at(-1);
  return rest.length > limit && last !== undefined ? { entries, next: key(last) } : { entries };
}

/** The answers of a fake vault. */
export function askOf(vault: FakeVault): AskVault {
  const bytes = (path: string): Uint8Array<ArrayBuffer> => {
    const own = vault.files[path] ?? new Uint8Array();
    return vault.rotten?.has(path) === true ? own.map((b) => b ^ 1) : own;
  };
  const answers: { [K in keyof VaultQuestions]: (a: VaultQuestions[K]["ask"]) => unknown } = {
    facts: () => ({
      id: "id",
      root: "/v",
      source: "/home/me/docs",
      host: "desk",
      snapshots: [{
        stamp: STAMP,
        time: "2026-11-21T06:38:16.000Z",
        state: "complete",
        proven: vault.proven ?? true,
        filesNew: 1,
        filesChanged: 0,
        filesDeleted: 0,
        bytesAdded: 3,
        errors: 0,
      }],
    }),
    entry: ({ path }) => entryOf(vault, path),
    dir: (a) => ({
      stamp: STAMP,
      path: a.path,
      ...part(below(vault, a.path, false), (e) => e.name, a),
    }),
    tree: (a) => part(below(vault, a.path, true), (e) => e.path, a),
    versions: ({ path }) => ({
      items: [versionOf(vault, path)].filter((v) => v !== null),
      more: false,
    }),
    version: ({ path, at }) => at === STAMP ? versionOf(vault, path) : null,
    find: ({ words }) => ({
      items: Object.keys(vault.files).filter((p) => p.includes(words)).map((p) =>
        versionOf(vault, p)
      ),
      more: false,
    }),
    changes: () => ({ items: [{ path: "a.txt", type: "file", modifier: "+" }], more: false }),
    vanished: () => ({ items: [], more: false }),
    space: () => ({ items: [{ path: "a.txt", bytes: 3, versions: 1 }], more: false }),
    read: ({ path, offset, length }) => bytes(path).slice(offset, offset + length),
    check: ({ path }) => vault.rotten?.has(path) !== true,
  };
  return (_, question, ask) => Promise.resolve(answers[question](ask) as never);
}

let secrets = 0;

/** A server before a fake vault. */
export function serverOf(vault: FakeVault, restoreInto?: string): Server {
  const gate = new Gate(HOST, () => sha256Of(new TextEncoder().encode(`secret ${++secrets}`)));
  return {
    gate,
    site: {
      start: gate.start,
      vaults: [{ name: "docs", root: "/v" }],
      dav: "d".repeat(64),
      host: HOST,
      ...(restoreInto === undefined ? {} : { restoreInto }),
    },
    ask: askOf(vault),
    newHash: sha256,
    crc32,
    jobs: () => Promise.resolve([]),
    log: () => Promise.resolve(undefined),
    restore: (_, path, at, dryRun) =>
      Promise.resolve({ lines: [`${dryRun ? "would write" : "wrote"} ${path} ${at}`], code: 0 }),
  };
}

/** A browser that followed the printed link: asks with its cookie. */
export async function visitor(
  server: Server,
): Promise<
  (path: string, init?: RequestInit & { headers?: Record<string, string> }) => Promise<Response>
> {
  const welcome = await ask(server, new URL(server.gate.newLink()).pathname);
  await welcome.body?.cancel();
  const cookie = (welcome.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return (path, init = {}) =>
    ask(server, `/${server.gate.start}${path}`, {
      ...init,
      headers: { cookie, ...init.headers },
    });
}

/** Asks a server as a program of this machine would. */
export function ask(
  server: Server,
  path: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const request = new Request(`http://${HOST}${path}`, {
    ...init,
    headers: { host: HOST, ...init.headers },
  });
  return respond(server, withUrl(request, `http://${HOST}${path}`));
}

/** The address as it was sent: a `Request` of a program puts `..` in order, a server gets it as it is. */
function withUrl(request: Request, url: string): Request {
  return new Proxy(request, {
    get: (target, key) => {
      if (key === "url") return url;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
