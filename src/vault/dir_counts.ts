/** How many rows the index has about each directory, and the sum of their CRCs: by it a lost row is found. @module */

import { joinRel } from "../base/relpath.ts";
import type { SqlValue, Statement } from "../base/sql.ts";
import type { Version } from "./version.ts";

/** What a directory's rows come to. */
export interface DirRow {
  dir: string;
  versions: number;
  attrs: number;
  /** Of the CRCs, modulo 2^32. */
  sum: number;
  /** The newest stamp in any of them, as a number; may be of a row that went. */
  newest: number;
}

/** Versions that are asked for by themselves, by the key of their row: a lost one would be missed nowhere else. */
export const APART = { gone: 0, replaced: 1, moved: 2, link: 3 } as const;

/** Which of them. */
export type Apart = keyof typeof APART;

/** Which versions they are, by what they are and as a question. */
export const IS_APART: Readonly<
  Record<
    Apart,
    {
      has: (v: Pick<Version, "gone" | "type" | "ended" | "moved" | "link">) => boolean;
      where: string;
    }
  >
> = {
  gone: { has: (v) => v.gone !== null, where: "WHERE v.gone IS NOT NULL" },
  replaced: {
    has: (v) => v.type === "dir" && v.ended === "replaced",
    where: "WHERE v.type = 2 AND v.ended = 'replaced'",
  },
  moved: { has: (v) => v.moved !== null, where: "WHERE v.moved IS NOT NULL" },
  link: { has: (v) => v.link !== null, where: "WHERE v.link IS NOT NULL" },
};
/** All kinds of them. */
export const APARTS = Object.keys(APART) as Apart[];

/** How many there are, and the sum of their CRCs modulo 2^32. */
export interface ApartTotal {
  versions: number;
  sum: number;
}

/** The changes of so many directories are gathered; then they are written, in the same transaction. */
const GATHERED = 4096;

const SELECT = "SELECT dir, versions, attrs, sum, newest FROM dir";

/** The table `dir`, with the changes of a transaction gathered before they are written. */
export class DirCounts {
  readonly #prepared: (text: string) => Statement;
  readonly #changes = new Map<string, DirRow>();
  #last: DirRow | undefined;
  readonly #apart = new Map<Apart, ApartTotal>();

  /** The counts in the database that `prepared` makes statements of. */
  constructor(prepared: (text: string) => Statement) {
    this.#prepared = prepared;
  }

  /** Adds to the counts of a directory, for rows that began and ended as `life` says. */
  add(
    dir: string,
    more: Pick<DirRow, "versions" | "attrs" | "sum">,
    life: { since: number; until: number | null },
  ): void {
    const newest = Math.max(life.since, life.until ?? 0);
    // most rows come beside those of the same directory
    const was = this.#last?.dir === dir ? this.#last : this.#changes.get(dir);
    if (was === undefined) {
      if (this.#changes.size >= GATHERED) this.flush();
      this.#last = { dir, ...more, sum: more.sum >>> 0, newest };
      this.#changes.set(dir, this.#last);
      return;
    }
    this.#last = was;
    was.versions += more.versions;
    was.attrs += more.attrs;
    was.sum = (was.sum + more.sum) >>> 0;
    was.newest = Math.max(was.newest, newest);
  }

  /** Each directory has a row of its own, also one with nothing in it, which tells when it began or ended. */
  lives(v: Pick<Version, "dir" | "name" | "type" | "since" | "until">): void {
    if (v.type !== "dir" || v.name === "") return;
    this.add(joinRel(v.dir, v.name), { versions: 0, attrs: 0, sum: 0 }, v);
  }

  /** Adds to the count of versions that are asked for by themselves. */
  addApart(which: Apart, { versions, sum }: ApartTotal): void {
    const was = this.#apart.get(which) ?? { versions: 0, sum: 0 };
    this.#apart.set(which, { versions: was.versions + versions, sum: (was.sum + sum) >>> 0 });
  }

  /** How many of them there are. */
  apart(which: Apart): ApartTotal {
    this.flush();
    const row = this.#prepared("SELECT versions, sum FROM apart WHERE key = ?").rows(APART[which]);
    return { versions: Number(row[0]?.[0] ?? 0), sum: Number(row[0]?.[1] ?? 0) };
  }

  #flushApart(): void {
    for (const [which, { versions, sum }] of this.#apart) {
      this.#prepared(
        `INSERT INTO apart VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET
         versions = versions + excluded.versions, sum = (sum + excluded.sum) & 4294967295`,
      ).run(APART[which], versions, sum);
    }
    this.#apart.clear();
  }

  /** Writes what was gathered. */
  flush(): void {
    this.#flushApart();
    if (this.#changes.size === 0) return;
    const put = this.#prepared(
      `INSERT INTO dir VALUES (?, ?, ?, ?, ?) ON CONFLICT (dir) DO UPDATE SET
       versions = versions + excluded.versions, attrs = attrs + excluded.attrs,
       sum = (sum + excluded.sum) & 4294967295, newest = max(newest, excluded.newest)`,
    );
    for (const c of this.#changes.values()) put.run(c.dir, c.versions, c.attrs, c.sum, c.newest);
    this.#changes.clear();
    this.#last = undefined;
  }

  /** Forgets what was gathered. */
  clear(): void {
    this.#changes.clear();
    this.#last = undefined;
    this.#apart.clear();
  }

  /** The counts of a directory; undefined when no row is about it. */
  of(dir: string): DirRow | undefined {
    this.flush();
    const row = this.#prepared(`${SELECT} WHERE dir = ?`).rows(dir)[0];
    return row === undefined ? undefined : rowOf(row);
  }

  /** Those of a path and below it, in the order of paths, at most so many after `after`. */
  below(below: string, after: string | undefined, most: number): DirRow[] {
    this.flush();
    const page = after === undefined ? "dir >= ''" : "dir > ?4";
    const within = below === ""
      ? "?1 = ?1 AND ?2 = ?2 AND ?3 = ?3"
      : "(dir = ?1 OR (dir > ?2 AND dir < ?3))";
    const values = [below, `${below}/`, `${below}0`, ...(after === undefined ? [] : [after])];
    const text = `${SELECT} WHERE ${page} AND ${within} ORDER BY dir LIMIT ${most}`;
    return this.#prepared(text).rows(...values).map(rowOf);
  }
}

function rowOf([dir, versions, attrs, sum, newest]: readonly SqlValue[]): DirRow {
  return {
    dir: String(dir),
    versions: Number(versions),
    attrs: Number(attrs),
    sum: Number(sum),
    newest: Number(newest),
  };
}
