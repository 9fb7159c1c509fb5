/** A vault with a past, for the suites of the commands that thin, check and rebuild vaults. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { cleanup, type CleanupRequest } from "../../src/engine/maintain/cleanup.ts";
import type { DeleteRequest } from "../../src/engine/maintain/delete_plan.ts";
import { deleteSnapshots, prune } from "../../src/engine/maintain/prune.ts";
import type { PruneRequest } from "../../src/engine/maintain/prune_plan.ts";
import { reindex } from "../../src/engine/maintain/reindex.ts";
import type { MaintainOutcome } from "../../src/engine/maintain/request.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { Reader } from "../../src/engine/reader.ts";
import type { VerifyCounts, VerifyRequest } from "../../src/engine/verify/request.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, tapFs, tapSql } from "../../src/platform/doubles/tap.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Link, makeTree, removeTree, tempDir, type TreeSpec } from "./cli_helper.ts";
import { backupRequest, enginePorts } from "./engine_helper.ts";
import { theIndex } from "./index_helper.ts";

export { isThere, Link, listTree, names, read, stamps } from "./cli_helper.ts";
export const META = ".$META$";

const DAY = 86_400_000;
/** Noon, so that no change of clocks is near. */
const START = new Date(2026, 4, 1, 12, 0, 0).getTime();

/** A source and a vault whose clock the test sets. */
export class Grown implements Disposable {
  readonly path: string;
  readonly source: string;
  readonly vault: string;
  /** The time of day 0 is May 1, noon. */
  now = START;
  messages: Message[] = [];
  readonly #dir: ReturnType<typeof tempDir>;

  constructor() {
    this.#dir = tempDir();
    this.path = this.#dir.path;
    this.source = join(this.path, "source");
    this.vault = join(this.path, "vault");
    Deno.mkdirSync(this.source);
  }

  /** The engine's ports at the test's time. */
  ports(around?: Around): EnginePorts {
    this.messages = [];
    const own = enginePorts(this.messages);
    const clock = { now: () => this.now };
    if (around === undefined) return { ...own, clock };
    return { ...own, clock, fs: tapFs(denoFs, around), openDatabase: tapSql(openDatabase, around) };
  }

  /** Sets the clock to noon of day `n`. */
  day(n: number): this {
    this.now = START + n * DAY;
    return this;
  }

  put(tree: TreeSpec): this {
    for (const [name, what] of Object.entries(tree)) {
      const path = join(this.source, name);
      if (typeof what === "string" || what instanceof Link || what instanceof Uint8Array) {
        this.drop(name);
        makeTree(this.source, { [name]: what });
      } else makeTree(path, what);
    }
    return this;
  }

  /** True when a directory is at a path of the source, with `/`. */
  isDir(path: string): boolean {
    try {
      return Deno.lstatSync(join(this.source, path)).isDirectory;
    } catch {
      return false;
    }
  }

  /** Removes paths of the source, with `/`. */
  drop(...paths: string[]): this {
    for (const path of paths) {
      try {
        Deno.lstatSync(join(this.source, path));
      } catch {
        continue;
      }
      removeTree(join(this.source, path));
    }
    return this;
  }

  /** A path in the vault. */
  in(...names: string[]): string {
    return join(this.vault, ...names);
  }

  async backup(
    options: Parameters<typeof backupRequest>[2] = {},
    around?: Around,
  ): Promise<string> {
    const request = backupRequest(this.source, [this.vault], { allowMassChange: true, ...options });
    const [outcome] = await backup(this.ports(around), request);
    if (outcome?.failed !== undefined) throw outcome.failed;
    assertEquals(outcome?.errors, 0, JSON.stringify(this.messages));
    return outcome?.stamp ?? "";
  }

  #request(): {
    root: string;
    given: string;
    host: string;
    pid: number;
    dryRun: false;
    askPlugins: false;
  } {
    const { vault } = this;
    return { root: vault, given: vault, host: "test", pid: 1, dryRun: false, askPlugins: false };
  }

  cleanup(rule: Partial<CleanupRequest>, around?: Around): Promise<MaintainOutcome> {
    return cleanup(this.ports(around), { ...this.#request(), rule: "the test's", ...rule });
  }

  /** A full cleanup of what was deleted more than `days` ago. */
  cleanupDays(days: number, around?: Around): Promise<MaintainOutcome> {
    return this.cleanup({ before: this.now - days * DAY, rule: `${days}d` }, around);
  }

  prune(rules: Partial<PruneRequest>, around?: Around): Promise<MaintainOutcome> {
    return prune(this.ports(around), { ...this.#request(), policy: {}, ...rules });
  }

  delete(points: string[], options: Partial<DeleteRequest> = {}, around?: Around): Promise<
    MaintainOutcome
  > {
    return deleteSnapshots(this.ports(around), { ...this.#request(), points, ...options });
  }

  reindex(around?: Around): { errors: number } {
    return reindex(this.ports(around), this.#request());
  }

  verify(options: Partial<VerifyRequest> = {}): VerifyCounts {
    const { source } = this;
    const request = { ...this.#request(), repair: false, windows: false, ...options };
    return verify(this.ports(), request.repair ? { source, ...request } : request);
  }

  /** Demands that a verify finds nothing to say. */
  assertSound(): VerifyCounts {
    const counts = this.verify();
    const found = this.messages.filter((m) =>
      m.message_type === "error" || m.message_type === "note"
    );
    assertEquals(found, []);
    assertEquals([counts.errors, counts.strangers], [0, 0]);
    return counts;
  }

  /** What a snapshot holds, by path: hashes of files as they lie in the vault, `gone`, or the type. */
  snapshot(stamp: string): Record<string, string> {
    const reader = Reader.open(this.ports(), this.vault);
    try {
      const state: Record<string, string> = {};
      for (const v of reader.at(stamp as never)) {
        const path = v.dir === "" ? v.name : `${v.dir}/${v.name}`;
        if (path === "") continue;
        state[path] = v.type === "dir"
          ? "dir"
          : v.gone !== null
          ? "gone"
          : `${v.type} ${contentOf(reader.contents.find(v)?.file)}`;
      }
      return state;
    } finally {
      reader.close();
    }
  }

  /** The snapshots with their states. */
  list(): { stamp: string; state: string; lost: number }[] {
    const reader = Reader.open(this.ports(), this.vault);
    try {
      return reader.snapshots().map(({ stamp, state, lost }) => ({ stamp, state, lost }));
    } finally {
      reader.close();
    }
  }

  /** What the source holds, in the form of {@link snapshot}. */
  sourceState(): Record<string, string> {
    const state: Record<string, string> = {};
    const walk = (dir: string, rel: string): void => {
      for (const e of Deno.readDirSync(dir)) {
        const path = rel === "" ? e.name : `${rel}/${e.name}`;
        const full = join(dir, e.name);
        if (e.isDirectory) {
          state[path] = "dir";
          walk(full, path);
        } else if (e.isSymlink) {
          state[path] = `link ${sha256Of(new TextEncoder().encode(Deno.readLinkSync(full)))}`;
        } else state[path] = `file ${contentOf(full)}`;
      }
    };
    walk(this.source, "");
    return state;
  }

  /** The rows of the catalog's tables that a rebuild must give again. */
  dump(): Record<string, unknown[]> {
    const db = new DatabaseSync(theIndex(this.vault), { readOnly: true });
    try {
      const rows = (sql: string): unknown[] => db.prepare(sql).all();
      return {
        record: rows("SELECT * FROM record ORDER BY stamp"),
        version: rows(
          "SELECT dir, name, since, until, type, size, mtime, mode, uid, gid, hash, why, ended, gone FROM version ORDER BY dir, name, since",
        ),
        attr: rows("SELECT * FROM attr ORDER BY dir, name, stamp"),
      };
    } finally {
      db.close();
    }
  }

  /** The decisions among the last messages. */
  decisions(): { what: string; keep: boolean; reason: string }[] {
    return this.messages.flatMap((m) =>
      m.message_type === "decision"
        ? [{ what: String(m.path ?? m.stamp), keep: m.keep, reason: m.reason }]
        : []
    );
  }

  [Symbol.dispose](): void {
    this.#dir[Symbol.dispose]();
  }
}

function contentOf(path: string | undefined): string {
  return path === undefined ? "nowhere" : sha256Of(Deno.readFileSync(path));
}

/** A name as long as names go, so that its marks are shortened. */
export const LONG = `${"ö".repeat(125)}.txt`;

/** Runs of eleven days with everything that a tree can go through; gives the stamps. */
export async function growRich(g: Grown): Promise<string[]> {
  const stamps: string[] = [];
  const run = async (options: Parameters<typeof g.backup>[0] = {}): Promise<void> => {
    stamps.push(await g.backup(options));
  };
  g.day(0).put({
    a: "a0",
    stays: "same for ever",
    twin: "same for ever",
    gone: "g0",
    [LONG]: "long 0",
    link: new Link("a"),
    d: { x: "x0", y: "y0", deep: { z: "z0" }, [LONG]: "deep long 0" },
    swap: { inside: "i0", sub: { more: "m0" } },
    empty: {},
    flip: "file at first",
  });
  await run();
  g.day(1).put({ a: "a1", gone: "g1", [LONG]: "long 1", d: { x: "x1", [LONG]: "deep long 1" } });
  g.put({ swap: { inside: "i1" } }).put({ link: new Link("stays") });
  await run();
  g.day(2).drop("gone", "link", LONG, "d/deep");
  await run();
  g.day(3).put({ gone: "g again", a: "a3", link: "a file now", d: { deep: { z: "z again" } } });
  await run();
  g.day(4).drop("swap", "flip").put({ swap: "a file where a directory was", flip: { f: "f0" } });
  await run();
  g.day(5).put({ gone: "g again 1", swap: "changed file", [LONG]: "long again" }).drop("empty");
  await run();
  g.day(6).drop("swap", "d", "flip").put({ flip: "file again" });
  await run();
  Deno.chmodSync(join(g.source, "stays"), 0o600);
  g.day(7).put({ swap: { inside: "i new" }, a: "a7" }).drop("gone");
  await run({ maxGenerations: 2 });
  g.day(8).put({ a: "a8", twin: new Link("stays") });
  await run();
  g.day(9).drop("swap/inside", "link").put({ a: "a9", d: { x: "x new" } });
  await run();
  g.day(10);
  await run();
  return stamps;
}
