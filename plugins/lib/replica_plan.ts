/**
 * Decides what makes a copy of a vault equal to it again: what the records say became a mark or a new name is moved or
 * copied over there, what is new is sent, what the records say went is removed; what somebody else did is named
 * and left alone. Computes only.
 * @module
 */

import { type Features, fingerprint, type Listed, type MarkSet } from "./replica_list.ts";
import { isShortened, kindOf, metaOwner, stampOf, withoutDetour } from "./replica_names.ts";
import type { Records } from "./replica_records.ts";

/** What is known from the last copy to this place. */
export interface Memory {
  /** Each file as it was left there. */
  left: MarkSet;
  /** Their paths. */
  paths: MarkSet;
  /** Each meta file and record of the vault as it was sent. */
  sent: MarkSet;
  /** What copies that did not come to their end may have changed there; `all` where that is not known. */
  touched: { has(mark: number): boolean } | "all" | undefined;
}

/** What a plan is made from. */
export interface PlanInput {
  vault: ReadonlyMap<string, Listed>;
  remote: ReadonlyMap<string, Listed>;
  /** The records that the remote does not have. */
  delta: Records;
  memory: Memory | undefined;
  /** The newest run of the vault when the copy began that did not come to its end; undefined when the last one did. */
  begun?: string | undefined;
  features: Features;
  /** Make it equal, whoever changed it. */
  mend: boolean;
}

/** A file to be moved or copied over there. */
export interface Step {
  from: string;
  to: string;
}

/** What is to be done, in this order. */
export interface Plan {
  moves: Step[];
  copies: Step[];
  content: string[];
  /** Content that is there; only its time is not the vault's. */
  times: string[];
  meta: string[];
  records: string[];
  /** At the remote, and no longer in the vault: see {@link sortExtras}. */
  extras: string[];
  /** What somebody else changed, added or removed at the remote. */
  foreign: string[];
  /** Of that, what is not there any more; it is sent again. */
  missing: string[];
  /** What the vault has otherwise than its records say; not sent. */
  odd: string[];
}

/** A file that the remote lacks, or has with older content. */
interface Need {
  file: Listed;
  hash: string | undefined;
  /** There is a file of this name there. */
  there: boolean;
}

/** Below this a file is sent: it costs no more than asking for a copy. */
const SMALL = 1024;

/** Makes the plan. */
export function makePlan(input: PlanInput): Plan {
  const plan: Plan = {
    moves: [],
    copies: [],
    content: [],
    times: [],
    meta: [],
    records: [],
    extras: [],
    foreign: [],
    missing: [],
    odd: [],
  };
  const needs: Need[] = [];
  for (const file of input.vault.values()) {
    const kind = kindOf(file.path);
    if (kind === "none") continue;
    const there = input.remote.get(file.path);
    if (kind === "meta" || kind === "record") lookAtMeta(input, plan, file, there);
    else lookAtContent(input, plan, needs, file, there);
  }
  for (const path of input.remote.keys()) {
    if (!input.vault.has(path) && kindOf(path) !== "none") plan.extras.push(path);
  }
  findSources(input, plan, needs);
  return plan;
}

/** As it was left; without memory nothing is known to be. */
function isAsLeft({ memory }: PlanInput, there: Listed): boolean {
  return memory?.left.has(there.mark) === true;
}

/** A copy that was cut off may have left it as it is. */
function isTouched({ memory }: PlanInput, path: string): boolean {
  const touched = memory?.touched;
  return touched === "all" || touched?.has(fingerprint(path)) === true;
}

/** Nobody but us removes what was left there, and we did not. */
function wasThere(input: PlanInput, path: string): boolean {
  return input.memory?.paths.has(fingerprint(path)) === true && !isTouched(input, path);
}

/** Two files that differ in nothing that the remote tells. */
function looksSame({ features }: PlanInput, here: Listed, there: Listed): boolean {
  if (here.size !== there.size) return false;
  const { precision } = features;
  return precision === undefined || Math.abs(here.time - there.time) <= precision;
}

/** The same, where the remote tells times; where it does not, equal sizes say nothing. */
function isSame(input: PlanInput, here: Listed, there: Listed): boolean {
  return input.features.precision !== undefined && looksSame(input, here, there);
}

/** Where it is not as it was left: our own doing when the last copy did not end. */
function isForeign(input: PlanInput, there: Listed): boolean {
  return input.memory !== undefined && !isAsLeft(input, there) && !isTouched(input, there.path);
}

function lookAtMeta(input: PlanInput, plan: Plan, file: Listed, there: Listed | undefined): void {
  const { memory, delta, mend } = input;
  const list = stampOf(file.path) !== undefined ? plan.records : plan.meta;
  if (there === undefined) {
    if (wasThere(input, file.path)) plan.missing.push(file.path);
    list.push(file.path);
    return;
  }
  const same = memory === undefined
    ? looksSame(input, file, there) && !delta.touched.has(metaOwner(file.path) ?? "?")
    : memory.sent.has(file.mark) && there.size === file.size && !isTouched(input, file.path);
  if (isForeign(input, there) && !isSame(input, file, there)) {
    plan.foreign.push(file.path);
    if (!mend) return;
    list.push(file.path);
  } else if (!same) list.push(file.path);
}

function lookAtContent(
  input: PlanInput,
  plan: Plan,
  needs: Need[],
  file: Listed,
  there: Listed | undefined,
): void {
  const { delta, mend } = input;
  const { path } = file;
  const name = withoutDetour(path);
  const past = delta.past.get(name);
  const living = delta.living.get(path);
  const said = past ?? (living?.alive === true ? living : undefined);
  if (said?.size !== undefined && said.size !== file.size) {
    plan.odd.push(path);
    return;
  }
  if (there === undefined) {
    if (wasThere(input, path)) plan.missing.push(path);
    needs.push({ file, hash: said?.hash, there: false });
    return;
  }
  const changed = living?.alive === true && past === undefined;
  const same = isAsLeft(input, there) ? there.size === file.size : looksSame(input, file, there);
  if (isForeign(input, there) && (changed || !isSame(input, file, there))) {
    plan.foreign.push(path);
    if (mend) plan.content.push(path);
  } else if (changed) {
    // the copy that was cut off had sent it: what is there is not what was left, and looks like the new one
    const sent = input.begun !== undefined && living.stamp <= input.begun &&
      !isAsLeft(input, there) && looksSame(input, file, there);
    if (!sent) needs.push({ file, hash: said?.hash, there: true });
  } else if (same) {
    if (delta.attrs.has(path)) plan.times.push(path);
  } else if (isAsLeft(input, there)) plan.odd.push(path); // the vault changed, and no record says so
  else if (input.memory !== undefined || past !== undefined) {
    needs.push({ file, hash: said?.hash, there: true });
  } else {
    plan.foreign.push(path);
    if (mend) plan.content.push(path);
  }
}

/** What the remote has of what it needs, under another name; the rest is sent. */
function findSources(input: PlanInput, plan: Plan, needs: readonly Need[]): void {
  const { features, delta } = input;
  const at = new Map<string, string>(); // hash → where it lies over there
  const taken = new Set<string>();
  const rest: Need[] = [];
  for (const need of needs) {
    const past = delta.past.get(withoutDetour(need.file.path));
    const from = past?.before;
    if (
      past === undefined || from === undefined || need.there || taken.has(from) ||
      !(features.move || features.copy) || !isTrusted(input, from, past, need.file)
    ) rest.push(need);
    else {
      taken.add(from);
      plan.moves.push({ from, to: need.file.path });
      if (past.hash !== undefined) at.set(past.hash, need.file.path);
    }
  }
  // what moved and left no mark behind: the rules dropped it at once
  for (const { hash, before, ...past } of delta.past.values()) {
    if (hash === undefined || at.has(hash) || taken.has(before)) continue;
    if (isTrusted(input, before, { hash, before, ...past }, undefined)) at.set(hash, before);
  }
  for (const { file, hash } of rest) {
    const from = hash === undefined ? undefined : at.get(hash);
    if (!features.copy || from === undefined || from === file.path || file.size < SMALL) {
      plan.content.push(file.path);
    } else plan.copies.push({ from, to: file.path });
  }
  // copies are made side by side: what one reads none may write
  const written = new Set(plan.copies.map((c) => c.to));
  plan.content.push(...plan.copies.filter((c) => written.has(c.from)).map((c) => c.to));
  plan.copies = plan.copies.filter((c) => !written.has(c.from));
}

/** True when what lies at `from` over there is surely what the version was. */
function isTrusted(
  input: PlanInput,
  from: string,
  { size, from: began }: {
    size: number | undefined;
    from: string | undefined;
    hash: string | undefined;
    before: string;
  },
  now: Listed | undefined,
): boolean {
  const there = input.remote.get(from);
  // a version that began in a run that the remote does not know was never there
  if (there === undefined || (began !== undefined && input.delta.kinds.has(began))) return false;
  if (there.size !== (now?.size ?? size)) return false;
  if (input.memory !== undefined) return isAsLeft(input, there);
  return now !== undefined && input.features.precision !== undefined &&
    looksSame(input, now, there);
}

/** What is to become of what the remote has and the vault has not. */
export interface Extras {
  remove: string[];
  /** The vault lost it: by its records it is there. */
  lost: string[];
  foreign: string[];
}

/** Sorts the extras; `all` has what all records of the vault say of these names. */
export function sortExtras(input: PlanInput, plan: Plan, all: Records): Extras {
  const result: Extras = { remove: [], lost: [], foreign: [] };
  const moved = new Set(plan.moves.map((m) => m.from));
  const shortened = new Set<string>();
  for (const path of plan.extras) {
    if (moved.has(path)) continue;
    const there = input.remote.get(path);
    if (there === undefined) continue;
    const what = extraOf(path, all);
    const ours = isAsLeft(input, there) || isTouched(input, path);
    if (what === "there" || (ours && what === "unknown" && kindOf(path) === "record")) {
      result.lost.push(path);
      if (isShortened(path)) shortened.add(metaOwner(path) ?? "");
    } else if (what === "gone" && (ours || input.memory === undefined) || ours || input.mend) {
      if (what === "unknown" && !ours) result.foreign.push(path);
      result.remove.push(path);
    } else result.foreign.push(path);
  }
  // names of marks that stay
  result.remove = result.remove.filter((path) =>
    !(path.endsWith("/names.txt") && shortened.has(metaOwner(path) ?? ""))
  );
  return result;
}

/** What the records say of a name that the vault lacks. */
function extraOf(path: string, all: Records): "gone" | "there" | "unknown" {
  const kind = kindOf(path);
  const stamp = stampOf(path);
  if (kind === "record" && stamp !== undefined) return recordOf(stamp, all);
  const name = withoutDetour(path);
  const past = all.past.get(name);
  if (past !== undefined) return past.gone ? "gone" : "there";
  const living = all.living.get(name);
  if (living !== undefined) return living.alive ? "there" : "gone";
  const owner = kind === "meta" ? metaOwner(path) : undefined;
  if (owner === undefined) return "unknown";
  if (owner === "") return "unknown";
  const dir = all.dirs.get(withoutDetour(`${owner}/`).slice(0, -1));
  if (!path.endsWith("/metadata.txt")) return dir === undefined ? "unknown" : "gone";
  return dir === undefined ? "unknown" : dir.alive ? "there" : "gone";
}

/** A record goes when its snapshot is forgotten; in older vaults only the record of the command that did it says so. */
function recordOf(stamp: string, all: Records): "gone" | "unknown" {
  if (all.forgot.has(stamp)) return "gone";
  for (const [other, kind] of all.kinds) {
    if ((kind === "prune" || kind === "delete") && other > stamp && all.forgot.size === 0) {
      return "gone";
    }
  }
  return "unknown";
}
