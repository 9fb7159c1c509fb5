/**
 * Answers a viewer's questions about one vault (design, *hikae serve*): each by a query that the command line has too,
 * so that the page and the terminal cannot disagree.
 * @module
 */

import { defined } from "../../base/defined.ts";
import { compileGlob } from "../../base/glob.ts";
import { HikaeError } from "../../base/errors.ts";
import type {
  ChangeFacts,
  Cut,
  PathEntry,
  SnapshotFacts,
  VaultQuestionName,
  VaultQuestions,
  VersionFacts,
} from "../../base/vault_questions.ts";
import { diff } from "../query/diff.ts";
import { history } from "../query/history.ts";
import { askedWhole } from "../query/asked.ts";
import { list } from "../query/list.ts";
import { ls } from "../query/ls.ts";
import { VersionLines, withoutMoves } from "../query/version_line.ts";
import type { Reader } from "../reader.ts";
import { vanished } from "../vanished.ts";
import { type PathTotal, topPaths } from "../../vault/history/totals.ts";
import type { Version } from "../../vault/version.ts";
import { openVault } from "../../vault/vault.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";
import { OpenContents } from "./contents.ts";
import { KnownNames } from "./names.ts";
import { KeptVault } from "./kept.ts";
import { changeFacts, entryFacts, snapshotFacts, versionFacts } from "./facts.ts";
import { heard } from "./listen.ts";
import { text } from "../../text/text.ts";

/** The answers of one question. */
type BrowseAnswers = {
  [K in VaultQuestionName]: (
    ask: VaultQuestions[K]["ask"],
  ) => VaultQuestions[K]["answer"] | Promise<VaultQuestions[K]["answer"]>;
};

/** A vault that is looked at. */
export class Browser {
  readonly #kept: KeptVault;
  readonly #ports: EnginePorts;
  readonly #base: { root: string; windows: boolean };
  readonly #contents: OpenContents;
  readonly #names = new KnownNames();
  readonly #answers: BrowseAnswers = {
    facts: () => this.#facts(),
    entry: ({ at, path }) => this.#entry(at, path),
    dir: (ask) => this.#dir(ask),
    tree: async ({ at, path, after, limit }) => {
      const { entries, next } = await this.#entries({ at, path, limit }, after);
      return { entries, ...(next === undefined ? {} : { next }) };
    },
    versions: async ({ path, limit }) => newest(await this.#history(path, limit + 1), limit),
    version: async ({ path, at }) =>
      (await this.#history(path)).find((v) => livedAt(v, at)) ?? null,
    find: ({ words, limit }) => this.#find(words, limit),
    changes: ({ stamp, limit }) => this.#changes(stamp, limit),
    vanished: ({ limit }) => this.#vanished(limit),
    space: ({ limit }) => this.#space(limit),
    read: async (ask) => {
      await this.find(ask);
      return this.piece(ask).slice();
    },
    check: (key) => this.#contents.check(key),
  };

  /** Of the vault at the real path `root`. */
  constructor(ports: EnginePorts, root: string, windows: boolean) {
    this.#kept = new KeptVault(ports, root);
    this.#ports = this.#kept.ports;
    this.#base = { root, windows };
    this.#contents = new OpenContents(this.#ports, root);
  }

  /** Answers a question; throws what the query throws. */
  async answer<K extends VaultQuestionName>(
    question: K,
    ask: VaultQuestions[K]["ask"],
  ): Promise<VaultQuestions[K]["answer"]> {
    await this.#kept.open();
    const answer: BrowseAnswers[K] = this.#answers[question];
    return await answer(ask);
  }

  /** Opens the content of a `read` where it is not open: the next {@link piece} of it waits for nothing then. */
  find({ path, at }: Pick<VaultQuestions["read"]["ask"], "path" | "at">): Promise<void> {
    return this.#contents.find({ path, at });
  }

  /** What `read` answers, good until the next is read: without a copy. */
  piece({ path, at, offset, length }: VaultQuestions["read"]["ask"]): Uint8Array<ArrayBuffer> {
    return this.#contents.read({ path, at }, offset, length);
  }

  async #facts(): Promise<VaultQuestions["facts"]["answer"]> {
    const { root } = this.#base;
    const { id, source, host } = openVault(vaultPorts(this.#ports), root).info;
    return { id, root, source, host, snapshots: await this.#snapshots() };
  }

  #snapshots(): Promise<SnapshotFacts[]> {
    return heard(
      this.#ports,
      (ports) => askedWhole(list, { keep: false })(ports, this.#base),
      snapshotFacts,
    );
  }

  async #entry(at: string, path: string): Promise<PathEntry | null> {
    if (path === "") {
      const { stamp } = await this.#entries({ at, path, depth: 1, limit: 1 });
      return { ...ROOT, stamp };
    }
    try {
      const { entries } = await this.#entries({ at, path, depth: 0, limit: 1 });
      return entries[0] ?? null;
    } catch (error) {
      if (error instanceof HikaeError && error.id === "no_such_path") return null;
      throw error;
    }
  }

  async #dir(
    { at, path, after, limit }: VaultQuestions["dir"]["ask"],
  ): Promise<VaultQuestions["dir"]["answer"]> {
    const last = after === undefined ? undefined : path === "" ? after : `${path}/${after}`;
    const { entries, stamp, next } = await this.#entries({ at, path, depth: 1, limit }, last);
    const rest = next === undefined ? {} : { next: next.slice(next.lastIndexOf("/") + 1) };
    return { stamp, path, entries, ...rest };
  }

  /** Entries by path behind `after`, the asked path itself left out unless it is all that is asked for. */
  async #entries(
    { at, path, depth, limit }: { at: string; path: string; depth?: number; limit: number },
    after?: string,
  ): Promise<{ entries: PathEntry[]; stamp: string; next?: string }> {
    const stamp = await this.#stampAt(at);
    const levels = depth === undefined ? {} : { depth };
    const request = { ...this.#base, path, at: stamp, ...levels, ...defined({ after }) };
    const all = await heard(this.#ports, (ports) => askedWhole(ls)(ports, request), (message) => {
      const entry = entryFacts(message);
      if (entry === undefined || (depth !== 0 && entry.path === path)) return undefined;
      return { ...entry, stamp };
    }, limit + 1);
    const entries = all.slice(0, limit);
    const last = entries.at(-1);
    return all.length > limit && last !== undefined
      ? { entries, stamp, next: last.path }
      : { entries, stamp };
  }

  /** The stamp of a point: a stamp is one already. */
  async #stampAt(at: string): Promise<string> {
    if (/^\d{8}_\d{6}$/.test(at)) return at;
    const request = { ...this.#base, path: "", at, depth: 1 };
    const { emit: _, ask: __, ...rest } = this.#ports;
    return (await askedWhole(ls)({ ...rest, emit: () => {} }, request)).stamp;
  }

  /** All versions of a path, or the newest `most`. */
  async #history(path: string, most?: number): Promise<VersionFacts[]> {
    return await heard(
      this.#ports,
      (ports) => askedWhole(history)(ports, { ...this.#base, path, ...defined({ most }) }),
      versionFacts,
    );
  }

  /** Paths whose name holds the words, each with its newest version. */
  async #find(words: string, limit: number): Promise<Cut<VersionFacts>> {
    const glob = /[*?[\]{}]/.test(words) ? words : `*${words}*`;
    const matches = compileGlob(this.#base.windows ? glob.replaceAll("\\", "/") : glob, {
      ignoreCase: true,
    });
    return await this.#versions(limit, (ports, reader) => {
      const paths = this.#names.matching(ports, reader, matches);
      return paths.slice(0, limit + 1).flatMap((path) =>
        withoutMoves(byEnd(reader.catalog.history(path))).slice(-1)
      );
    });
  }

  /** The first of the versions that a question gives. */
  async #versions(
    limit: number,
    question: (ports: EnginePorts, reader: Reader) => readonly Version[],
  ): Promise<Cut<VersionFacts>> {
    const query = (ports: EnginePorts, reader: Reader): void => {
      const found = question(ports, reader).slice(0, limit + 1);
      const lines = new VersionLines(reader);
      for (const v of found) ports.emit(lines.line(v));
    };
    const all = await heard(
      this.#ports,
      (ports) => askedWhole(query)(ports, this.#base),
      versionFacts,
    );
    return { items: all.slice(0, limit), more: all.length > limit };
  }

  async #changes(stamp: string, limit: number): Promise<Cut<ChangeFacts>> {
    const whole = (await this.#snapshots()).filter((s) => s.state !== "interrupted");
    const at = whole.findIndex((s) => s.stamp === stamp);
    if (at < 0) throw new HikaeError("no_such_path", text("browse.no-backup", { stamp }));
    const before = whole[at - 1];
    if (before === undefined) return await this.#allNew(stamp, limit);
    const request = { ...this.#base, a: before.stamp, b: stamp };
    const all = await heard(
      this.#ports,
      (ports) => askedWhole(diff)(ports, request),
      changeFacts,
      limit + 1,
    );
    return { items: all.slice(0, limit), more: all.length > limit };
  }

  async #allNew(at: string, limit: number): Promise<Cut<ChangeFacts>> {
    const { entries, next } = await this.#entries({ at, path: "", limit });
    const items = entries.map(({ path, type }) => ({ path, type, modifier: "+" as const }));
    return { items, more: next !== undefined };
  }

  /** Files that the source had once and has no more, those that went last first. */
  async #vanished(limit: number): Promise<Cut<VersionFacts>> {
    return await this.#versions(
      limit,
      (_, reader) =>
        vanished(reader, { globs: [] }).filter((v) => v.gone === null)
          .sort((a, b) => (b.until ?? 0) - (a.until ?? 0)),
    );
  }

  async #space(limit: number): Promise<VaultQuestions["space"]["answer"]> {
    const paths = (_: EnginePorts, { catalog }: Reader): PathTotal[] =>
      topPaths(catalog, "stored", limit + 1);
    const items = (await askedWhole(paths)(this.#ports, this.#base))
      .map(({ path, stored, versions }) => ({ path, bytes: stored, versions }));
    return { items: items.slice(0, limit), more: items.length > limit };
  }
}

const ROOT: Omit<PathEntry, "stamp"> = {
  path: "",
  name: "",
  type: "dir",
  size: null,
  mtime: null,
  hash: null,
  gone: false,
};

/** Versions of a path, the newest last: where a beginning is unknown, the end decides. */
function byEnd(versions: Version[]): Version[] {
  return versions.sort((a, b) => (a.until ?? Infinity) < (b.until ?? Infinity) ? -1 : 1);
}

function newest<T>(all: T[], limit: number): Cut<T> {
  return { items: all.slice(-limit), more: all.length > limit };
}

/** True for the version that lived as of a run. */
function livedAt({ from, to }: VersionFacts, at: string): boolean {
  return from !== "unknown" && from <= at && (to === null || to > at);
}
