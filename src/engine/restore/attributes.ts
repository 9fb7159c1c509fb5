/**
 * The attributes of what was restored (`--attributes`): what the runs kept, held against what the target has, and set
 * by the system's own programs (docs/attributes.md). Files are done here; links and directories by main, at the end.
 * @module
 */

import {
  type AskAttributes,
  type Attributed,
  type AttributeSet,
  type AttributeSystem,
  systemOf,
  type Unwanted,
} from "../../base/attributes.ts";
import { DumpReader } from "../../base/getfattr.ts";
import { dirOf } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { attrState, readAttributes } from "../../vault/attr_file.ts";
import type { Version } from "../../vault/catalog.ts";
import { HikaeError } from "../../base/errors.ts";
import { pathOf } from "../reader.ts";
import type { RestoreContext } from "./context.ts";
import { groupsOf } from "./groups.ts";
import type { AttributesDone, LateAttributes, RestoreRequest } from "./request.ts";
import type { Pick, PointView } from "./restore_picks.ts";

const BUNCH = 1000;

/** What was kept of one path, newest last. */
interface KeptAttributes {
  stamp: number;
  attributes: AttributeSet;
}

/** What the runs up to a point kept. */
class KeptAt {
  /** The run itself kept attributes: what it does not tell of had none. */
  readonly whole: boolean;
  readonly #byPath = new Map<string, KeptAttributes>();

  constructor(c: RestoreContext, stamp: Stamp | undefined) {
    const { catalog, vault } = c.reader;
    const records = catalog.records().filter((r) =>
      r.kind === "run" && r.finished && (stamp === undefined || r.stamp <= stamp)
    );
    this.whole = records.at(-1)?.summary?.attributes_failed === 0;
    for (const r of records) {
      const state = attrState(vault, r.stamp, r.summary);
      if (state === "none") continue;
      if (state !== "sound") {
        this.whole = false;
        c.trouble("", "attributes", damaged(r.stamp));
        continue;
      }
      const number = stampToNumber(r.stamp);
      for (const { path, attributes } of readAttributes(vault, r.stamp)) {
        this.#byPath.set(path, { stamp: number, attributes });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#byPath.size === 0 && !this.whole;
  }

  /** Those of a version; undefined where nothing is known of them. */
  of(v: Version): AttributeSet | undefined {
    const kept = this.#byPath.get(pathOf(v));
    // what was kept before the version began belongs to another one
    if (kept !== undefined && kept.stamp >= v.since) return kept.attributes;
    return this.whole ? {} : undefined;
  }
}

function damaged(stamp: Stamp): HikaeError {
  return new HikaeError("unreadable", text("attributes.damaged", { stamp }), {
    hint: text("attributes.damaged-hint"),
  });
}

/** Only root may set them, and from a vault that others may write they would lend its rights. */
function isPrivileged(name: string): boolean {
  return name.startsWith("security.") || name.startsWith("trusted.") || name === "windows.owner";
}

/** Labels are the system's own business where the state has none. */
function isLabel(name: string): boolean {
  return name.startsWith("security.") && name !== "security.capability";
}

/** Sets the attributes of files; gives those that come last. */
export async function restoreAttributes(
  c: RestoreContext,
  picks: readonly Pick[],
): Promise<AttributesDone | undefined> {
  const ask = c.ports.attributes;
  if (ask === undefined) return undefined;
  const work = new AttributeWork(c, picks, ask);
  if (await work.begin()) await work.run();
  const { restored, complaints, late } = work;
  return { restored, complaints, late };
}

class AttributeWork {
  restored = 0;
  readonly complaints: string[] = [];
  readonly late: LateAttributes = { set: [], remove: [], writable: [] };
  readonly #c: RestoreContext;
  readonly #picks: readonly Pick[];
  readonly #ask: AskAttributes;
  readonly #views = new Map<PointView, KeptAt>();
  readonly #present = new Map<string, AttributeSet>();
  /** Files that were made writable to be given attributes, and their modes. */
  readonly #opened: { path: string; mode: number }[] = [];
  readonly #system: AttributeSystem;
  #set: Attributed[] = [];
  #remove: Unwanted[] = [];

  constructor(c: RestoreContext, picks: readonly Pick[], ask: AskAttributes) {
    this.#c = c;
    this.#picks = picks;
    this.#ask = ask;
    this.#system = c.request.attributeSystem ?? "linux";
  }

  /** Reads what was kept and what is there; false where nothing was kept. */
  async begin(): Promise<boolean> {
    const { emit } = this.#c.ports;
    const note = (message: string): void => emit({ message_type: "note", message });
    for (const { view } of this.#picks) {
      if (this.#views.has(view)) continue;
      const kept = new KeptAt(this.#c, view.stamp);
      this.#views.set(view, kept);
      const stamp = view.stamp ?? "latest";
      if (kept.isEmpty) note(text("attributes.none", { stamp }));
      else if (!kept.whole) note(text("attributes.older", { stamp }));
    }
    if ([...this.#views.values()].every((k) => k.isEmpty)) return false;
    if (!mayAll(this.#c.request) && this.#c.request.self.uid === 0) {
      note(text("attributes.owners"));
    }
    await this.#readPresent();
    return true;
  }

  /** What the target has already: a directory's default ACL may have been passed on, and in place there is all of the past. */
  async #readPresent(): Promise<void> {
    const dump = new DumpReader();
    const put = (entries: readonly Attributed[]): void => {
      for (const { path, attributes } of entries) this.#present.set(path, attributes);
    };
    let paths: string[] = [];
    const send = async (): Promise<void> => {
      this.#c.ports.progress.entriesSeen(paths.length);
      const { bytes } = await this.#ask({ do: "read", feed: 0, paths });
      if (bytes !== undefined) put(dump.take(bytes));
      paths = [];
    };
    for (const { v } of this.#wanted()) {
      if (v.type === "link") continue;
      paths.push(pathOf(v));
      if (paths.length >= BUNCH) await send();
    }
    if (paths.length > 0) await send();
    const { bytes } = await this.#ask({ do: "readEnd", feed: 0 });
    if (bytes !== undefined) put(dump.take(bytes));
    put(dump.end());
  }

  /** What is restored and is there now as it was restored. */
  *#wanted(): Generator<{ v: Version; view: PointView }> {
    for (const { view, root, entries } of groupsOf(this.#picks)) {
      if (root !== undefined) yield { v: root, view };
      for (const v of entries) if (v.gone === null) yield { v, view };
    }
  }

  async run(): Promise<void> {
    for (const { v, view } of this.#wanted()) {
      const attributes = this.#views.get(view)?.of(v);
      if (attributes === undefined || !this.#isThere(v)) continue;
      this.#one(v, attributes);
      if (this.#set.length + this.#remove.length >= BUNCH) await this.#send();
    }
    await this.#send();
    const { complaints = [] } = await this.#ask({ do: "setEnd" });
    for (const { path, mode } of this.#opened) this.#chmod(path, mode);
    this.complaints.push(...complaints);
  }

  /** True for what `lstat` shows to be the restored entry; links are made by main, and looked at there. */
  #isThere(v: Version): boolean {
    const { target } = this.#c;
    const path = pathOf(v);
    if (v.type === "link") return true;
    try {
      if (path !== "") target.assertReal(dirOf(path));
      const info = target.look(path);
      if (info?.type !== v.type) return false;
      return v.type === "dir" ||
        ((v.size === null || info.size === v.size) && (v.mtime === null || info.mtime === v.mtime));
    } catch {
      return false;
    }
  }

  #one(v: Version, attributes: AttributeSet): void {
    const path = pathOf(v);
    const trusted = mayAll(this.#c.request);
    const present = this.#present.get(path) ?? {};
    const set = Object.fromEntries(
      Object.entries(attributes).filter(([name, value]) =>
        present[name] !== value && (trusted || !isPrivileged(name)) &&
        systemOf(name) === this.#system && name !== "windows.streams"
      ),
    );
    const remove = Object.keys(present).filter((name) =>
      !(name in attributes) && !isLabel(name) && (trusted || !name.startsWith("trusted."))
    );
    const late = v.type !== "file";
    const count = Object.keys(set).length;
    if (count === 0 && remove.length === 0) return;
    this.restored += count;
    if (count > 0) (late ? this.late.set : this.#set).push({ path, attributes: set });
    for (const name of remove) (late ? this.late.remove : this.#remove).push({ path, name });
    this.#open(v, path);
  }

  /** What its owner may not write takes no attribute of the kind `user`: it is writable while it gets them. */
  #open(v: Version, path: string): void {
    const { self, windows } = this.#c.request;
    if (windows || self.uid === 0 || v.mode === null || (v.mode & 0o200) !== 0) return;
    if (v.type === "link") return;
    const mode = v.mode & 0o777;
    if (v.type === "dir") this.late.writable.push({ path, mode });
    else if (this.#chmod(path, mode | 0o200)) this.#opened.push({ path, mode });
  }

  #chmod(path: string, mode: number): boolean {
    try {
      this.#c.ports.fs.chmod(this.#c.target.path(path), mode);
      return true;
    } catch {
      // the program is refused then, and that is told
      return false;
    }
  }

  async #send(): Promise<void> {
    const [entries, unwanted] = [this.#set, this.#remove];
    this.#set = [];
    this.#remove = [];
    if (unwanted.length > 0) await this.#ask({ do: "remove", entries: unwanted });
    if (entries.length > 0) await this.#ask({ do: "set", entries });
  }
}

/**
 * Labels, capabilities and trusted attributes go by the rule for owners (`trust.ts`). Windows does not tell who may write
 * a vault: there it takes `--owners`.
 */
function mayAll({ self, windows, owners }: RestoreRequest): boolean {
  if (windows) return owners === true;
  return self.uid === 0 && self.owner && self.setId !== false;
}
