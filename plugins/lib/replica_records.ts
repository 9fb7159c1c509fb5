/** What a vault's run records say of its files: what lives, what became a mark, what went. Computes only. @module */

import type { MirrorNames } from "./replica_names.ts";

/** A version, as far as a copy must know it. */
interface Version {
  hash: string | undefined;
  size: number | undefined;
}

/** The newest word on a living name. */
export interface Living extends Version {
  /** The run that it is from. */
  stamp: string;
  alive: boolean;
}

/** What is said of a past version. */
export interface Past extends Version {
  /** The living name that its content had before. */
  before: string;
  /** The run that it began in. */
  from: string | undefined;
  /** Its content left the vault by rule, not by loss. */
  gone: boolean;
}

/** A line of a record, as it may be; nothing in it is relied on before it was looked at. */
interface Line {
  kind?: unknown;
  path?: unknown;
  type?: unknown;
  stamp?: unknown;
  from?: unknown;
  to?: unknown;
  gone?: unknown;
  hash?: unknown;
  size?: unknown;
  why?: unknown;
  forgot?: unknown;
}

/** What records say, all names as they are in the vault. */
export class Records {
  readonly living = new Map<string, Living>();
  readonly past = new Map<string, Past>();
  /** Living directories of the mirror, and those that went. */
  readonly dirs = new Map<string, { stamp: string; alive: boolean }>();
  /** Directories whose metadata changed. */
  readonly touched = new Set<string>();
  /** Files of which the attributes alone changed. */
  readonly attrs = new Set<string>();
  /** Snapshots that were forgotten. */
  readonly forgot = new Set<string>();
  /** The kind of each record by its stamp. */
  readonly kinds = new Map<string, string>();
  /** Records that have their last line. */
  readonly finished = new Set<string>();
  readonly #names: MirrorNames;
  readonly #wanted: ((name: string) => boolean) | undefined;
  #stamp = "";

  /** `wanted` leaves out the names that nobody asks about. */
  constructor(names: MirrorNames, wanted?: (name: string) => boolean) {
    this.#names = names;
    this.#wanted = wanted;
  }

  /** Takes a line; records may come in any order, but each as a whole. */
  take(text: string): void {
    const line = parse(text);
    if (line === undefined) return;
    const { kind, stamp } = line;
    if (kind === "version") this.#version(line);
    else if (kind === "attr") this.#attr(line);
    else if (kind === "summary") this.#summary(line);
    else if (typeof kind === "string" && isStamp(stamp)) {
      this.#stamp = stamp;
      this.kinds.set(stamp, kind);
    }
  }

  #summary({ forgot }: Line): void {
    this.finished.add(this.#stamp);
    if (Array.isArray(forgot)) { for (const one of forgot) if (isStamp(one)) this.forgot.add(one); }
  }

  #attr({ path, type }: Line): void {
    if (type === "file" && typeof path === "string") this.attrs.add(this.#names.living(path));
  }

  #version(line: Line): void {
    const { path, type, to } = line;
    if (typeof path !== "string") return;
    const from = isStamp(line.from) ? line.from : undefined;
    const slash = path.lastIndexOf("/");
    this.touched.add(slash < 0 ? "" : this.#names.living(path.slice(0, slash)));
    const living = type === "link" ? this.#names.link(path) : this.#names.living(path);
    if (type === "dir") return this.#dir(living, from, to);
    const version = {
      hash: typeof line.hash === "string" ? line.hash : undefined,
      size: type === "file" && typeof line.size === "number" ? line.size : undefined,
    };
    if (isStamp(to)) {
      const gone = line.gone !== undefined && line.why !== "lost";
      for (const name of this.#names.past(path, to, type === "link")) {
        if (this.#asks(name)) this.past.set(name, { ...version, before: living, from, gone });
      }
      this.#lives(living, { ...version, stamp: to, alive: false });
    } else if (from !== undefined) this.#lives(living, { ...version, stamp: from, alive: true });
  }

  /** What a run ended and began anew lives. */
  #lives(name: string, said: Living): void {
    if (!this.#asks(name)) return;
    const known = this.living.get(name);
    if (known === undefined || newer(said, known)) this.living.set(name, said);
  }

  #dir(name: string, from: string | undefined, to: unknown): void {
    const said = isStamp(to) ? { stamp: to, alive: false } : { stamp: from ?? "", alive: true };
    this.touched.add(name);
    const known = this.dirs.get(name);
    if (known === undefined || newer(said, known)) this.dirs.set(name, said);
  }

  #asks(name: string): boolean {
    return this.#wanted === undefined || this.#wanted(name);
  }
}

function newer(
  a: { stamp: string; alive: boolean },
  b: { stamp: string; alive: boolean },
): boolean {
  return a.stamp === b.stamp ? a.alive : a.stamp > b.stamp;
}

function isStamp(value: unknown): value is string {
  return typeof value === "string" && /^\d{8}_\d{6}$/.test(value);
}

/** A line of an unfinished record may be cut. */
function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
