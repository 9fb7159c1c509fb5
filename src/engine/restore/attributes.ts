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
import type { Stamp } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import type { Version } from "../../vault/catalog.ts";
import { HikaeError } from "../../base/errors.ts";
import { type KeptAttributes, keptAttributesAt } from "../kept_attributes.ts";
import type { EnginePorts } from "../ports.ts";
import { pathOf } from "../reader.ts";
import type { RestoreContext } from "./context.ts";
import { groupsOf } from "./groups.ts";
import type { AttributesDone, LateAttributes, RestoreRequest } from "./request.ts";
import type { Pick as Picked, PointView } from "./restore_picks.ts";
import type { RestoreTarget } from "./target.ts";

const BUNCH = 1000;

/** The error of a file of attributes that is not what its record says. */
export function damagedAttributes(stamp: Stamp): HikaeError {
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

/** What attributes are set with. */
export interface AttributeJob {
  ports: Pick<EnginePorts, "fs" | "progress">;
  target: RestoreTarget;
  request: Pick<RestoreRequest, "attributeSystem" | "self" | "windows" | "owners">;
  /** What is restored, as often as it is asked for. */
  wanted: () => Iterable<AttributedVersion>;
}

/** A version and what was kept at its point. */
export interface AttributedVersion {
  v: Version;
  kept: KeptAttributes;
}

/** Sets the attributes of files; gives those that come last. */
export async function restoreAttributes(
  c: RestoreContext,
  picks: readonly Picked[],
): Promise<AttributesDone | undefined> {
  const ask = c.ports.attributes;
  if (ask === undefined) return undefined;
  const note = (message: string): void => c.ports.emit({ message_type: "note", message });
  const views = new Map<PointView, KeptAttributes>();
  for (const { view } of picks) {
    if (views.has(view)) continue;
    const kept = keptAttributesAt(
      c.reader,
      view.stamp,
      (stamp) => c.trouble("", "attributes", damagedAttributes(stamp)),
    );
    views.set(view, kept);
    tellKept(note, kept, view.stamp ?? "latest");
  }
  if ([...views.values()].every((k) => k.isEmpty)) return noAttributes();
  if (!mayAll(c.request) && c.request.self.uid === 0) note(text("attributes.owners"));
  const { ports, target, request } = c;
  const wanted = function* (): Generator<AttributedVersion> {
    for (const { view, root, entries } of groupsOf(picks)) {
      const kept = views.get(view);
      if (kept === undefined) continue;
      if (root !== undefined) yield { v: root, kept };
      for (const v of entries) if (v.gone === null) yield { v, kept };
    }
  };
  return await setKeptAttributes({ ports, target, request, wanted }, ask);
}

/** Says when less is known than a run of its own would have kept. */
export function tellKept(
  note: (message: string) => void,
  kept: KeptAttributes,
  stamp: string,
): void {
  if (kept.isEmpty) note(text("attributes.none", { stamp }));
  else if (!kept.whole) note(text("attributes.older", { stamp }));
}

/** The answer where nothing was kept. */
export function noAttributes(): AttributesDone {
  return { restored: 0, complaints: [], late: { set: [], remove: [], writable: [] } };
}

/** Sets what was kept; gives what main is to set at the end. */
export async function setKeptAttributes(
  job: AttributeJob,
  ask: AskAttributes,
): Promise<AttributesDone> {
  const work = new AttributeWork(job, ask);
  await work.run();
  const { restored, complaints, late } = work;
  return { restored, complaints, late };
}

class AttributeWork {
  restored = 0;
  readonly complaints: string[] = [];
  readonly late: LateAttributes = noAttributes().late;
  readonly #c: AttributeJob;
  readonly #ask: AskAttributes;
  readonly #present = new Map<string, AttributeSet>();
  /** Files that were made writable to be given attributes, and their modes. */
  readonly #opened: { path: string; mode: number }[] = [];
  readonly #system: AttributeSystem;
  #set: Attributed[] = [];
  #remove: Unwanted[] = [];

  constructor(job: AttributeJob, ask: AskAttributes) {
    this.#c = job;
    this.#ask = ask;
    this.#system = job.request.attributeSystem ?? "linux";
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
    for (const { v } of this.#c.wanted()) {
      if (v.type === "link") continue;
      paths.push(pathOf(v));
      if (paths.length >= BUNCH) await send();
    }
    if (paths.length > 0) await send();
    const { bytes } = await this.#ask({ do: "readEnd", feed: 0 });
    if (bytes !== undefined) put(dump.take(bytes));
    put(dump.end());
  }

  async run(): Promise<void> {
    await this.#readPresent();
    for (const { v, kept } of this.#c.wanted()) {
      const attributes = kept.of(v);
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
function mayAll({ self, windows, owners }: AttributeJob["request"]): boolean {
  if (windows) return owners === true;
  return self.uid === 0 && self.owner && self.setId !== false;
}
