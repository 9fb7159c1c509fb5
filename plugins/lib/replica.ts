/** Makes one place a copy of a vault again. @module */

import type { Rclone } from "./rclone.ts";
import { RcloneFailure } from "./rclone.ts";
import { pathIn } from "./rclone_batch.ts";
import { moveOver, type Places, remove, removeDirs, send, sendTimes } from "./replica_apply.ts";
import {
  type Features,
  featuresOf,
  fingerprint,
  list,
  type Listed,
  type Listing,
} from "./replica_list.ts";
import { ReplicaMemory } from "./replica_memory.ts";
import { kindOf, stampOf, withoutDetour } from "./replica_names.ts";
import { type Extras, makePlan, type Plan, type PlanInput, sortExtras } from "./replica_plan.ts";
import type { Records } from "./replica_records.ts";
import { IDENTITY, type Identity, identityOf, recordsIn, Vault } from "./replica_vault.ts";
import { say } from "./replicate_words.ts";
import { sleep } from "./sleep.ts";
import { shared } from "./words.ts";

/** Where a vault says whose it is. */
const META = ".$META$";

/** What hikae does for a copy. */
export interface ReplicaHost {
  log(level: "debug" | "info", message: string): void;
  /** Keeps a value for the next copy; `null` forgets it. */
  remember(name: string, value: string | null): void;
  readonly signal: AbortSignal;
}

/** What a copy is made with. */
export interface ReplicaRequest {
  rclone: Rclone;
  vault: string;
  remote: string;
  /** The remote without what is secret in it. */
  label: string;
  archive: string | undefined;
  maxDelete: number | undefined;
  mend: boolean;
  /** What was kept by the last copies, by name. */
  remembered: Readonly<Record<string, unknown>>;
  host: ReplicaHost;
  /** How long to wait between two looks at a vault that somebody writes into, ms. */
  waitMs: number;
}

/** What was done. */
export interface Done {
  sent: number;
  moved: number;
  removed: number;
}

/** Looks at a vault that changes meanwhile so often, then gives up. */
const ROUNDS = 8;

/** A writer came between: what was planned is out of date. */
class Changed extends Error {}

/** Makes the remote equal to the vault; throws with the names what it must not touch. */
export async function replicate(request: ReplicaRequest): Promise<Done> {
  const { rclone } = request;
  const own = identityOf(await rclone.text(["cat", pathIn({ fs: request.vault, path: IDENTITY })]));
  if (own === undefined) throw new Error(shared("which-vault", { vault: request.vault }));
  const memory = new ReplicaMemory(
    { remembered: request.remembered, remember: (n, v) => request.host.remember(n, v) },
    own.id,
    request.remote,
  );
  if (await takePlace(request, own)) memory.touch([IDENTITY]);
  const features = await featuresOf(rclone, request.remote);
  const copy = new Replica(request, own, features, memory);
  for (let round = 1;; round++) {
    try {
      return await copy.once();
    } catch (error) {
      if (!(error instanceof Changed)) throw error;
      if (round === ROUNDS || request.host.signal.aborted) {
        throw new Error(say("all-the-time", { vault: request.vault, why: error.message }));
      }
      request.host.log("debug", say("again", { why: error.message }));
      await sleep(request.waitMs * round, request.host.signal);
    }
  }
}

/** What one round works with. */
interface Work {
  plan: Plan;
  extras: Extras;
  vault: ReadonlyMap<string, Listed>;
  there: Listing;
}

/** One place and one vault. */
class Replica {
  readonly #request: ReplicaRequest;
  readonly #vault: Vault;
  readonly #features: Features;
  readonly #memory: ReplicaMemory;

  constructor(
    request: ReplicaRequest,
    own: Identity,
    features: Features,
    memory: ReplicaMemory,
  ) {
    this.#request = request;
    this.#vault = new Vault(request.rclone, request.vault, own.names);
    this.#features = features;
    this.#memory = memory;
  }

  /** One round: a look, a plan, and all of it done; throws {@link Changed} when a writer came between. */
  async once(): Promise<Done> {
    const { rclone, remote } = this.#request;
    const before = await this.#vault.runs();
    const there = await list(rclone, remote, { features: this.#features });
    const vault = await this.#vault.files();
    const input = await this.#inputOf(vault, there.files);
    const plan = makePlan(input);
    const extras = await this.#extrasOf(input, plan);
    this.#refuse(input, plan, extras);
    this.#begin({ plan, extras, vault, there });
    const again = await this.#carryOut({ plan, extras, vault, there }, before).catch(
      async (error: unknown) => {
        // what changed under rclone's hands is no failure of it
        if (!(error instanceof Changed) && !this.#request.host.signal.aborted) {
          await this.#unchanged(before);
        }
        throw error;
      },
    );
    await this.#keep({ plan, extras, vault, there });
    this.#report(plan, extras);
    return {
      sent: plan.content.length + again,
      moved: plan.moves.length + plan.copies.length - again,
      removed: extras.remove.length,
    };
  }

  /** From here on what it is about to change may be neither as it was nor as it is to be. */
  #begin({ plan, extras, vault }: Work): void {
    const last = recordsIn(vault).at(-1);
    const steps = [...plan.moves, ...plan.copies].flatMap(({ from, to }) => [from, to]);
    const { content, times, meta, records } = plan;
    this.#memory.begin(last === undefined ? "" : stampOf(last) ?? "", [
      ...[...steps, ...content, ...times, ...meta, ...records],
      ...extras.remove,
    ]);
  }

  /** Does all of a plan, in its order; gives how many files were sent because they could not be moved. */
  async #carryOut({ plan, extras, vault, there }: Work, before: string): Promise<number> {
    const places = this.#placesOf(plan, there);
    await this.#clearWay(places, plan, extras, there);
    const again = await moveOver(places, plan);
    await send(places, [...plan.content, ...again]);
    if (this.#features.anyHash && this.#features.precision !== undefined) {
      await sendTimes(places, plan.times);
    }
    await send(places, plan.meta);
    await this.#unchanged(before);
    await send(places, plan.records);
    await this.#unchanged(before);
    await remove(places, extras.remove);
    await removeDirs(places, emptied(there, vault, extras.remove));
    return again.length;
  }

  async #inputOf(
    vault: ReadonlyMap<string, Listed>,
    remote: ReadonlyMap<string, Listed>,
  ): Promise<PlanInput> {
    const news = recordsIn(vault).filter((path) => !remote.has(path));
    // to an empty place everything goes, whatever the records say
    const delta = await this.#vault.records(remote.size > 1 ? news : news.slice(-1));
    const last = recordsIn(vault).findLast((path) => path.endsWith(".jsonl"));
    const stamp = last === undefined ? undefined : stampOf(last);
    if (last !== undefined && !remote.has(last) && !delta.finished.has(stamp ?? "")) {
      throw new Changed(say("unfinished", { stamp: stamp ?? "" }));
    }
    return {
      vault,
      remote,
      delta,
      memory: this.#memory.known,
      begun: this.#memory.begun,
      features: this.#features,
      mend: this.#request.mend,
    };
  }

  /** All records are read only where the remote has what the vault has not. */
  async #extrasOf(input: PlanInput, plan: Plan): Promise<Extras> {
    if (plan.extras.length === 0) return { remove: [], lost: [], foreign: [] };
    const wanted = new Set(plan.extras.map((path) => withoutDetour(path)));
    const all: Records = await this.#vault.records(recordsIn(input.vault), (n) => wanted.has(n));
    return sortExtras(input, plan, all);
  }

  /** What makes every step wrong is told before the first one. */
  #refuse(input: PlanInput, plan: Plan, extras: Extras): void {
    const { label, maxDelete, mend, vault } = this.#request;
    const unknown = [...extras.lost, ...extras.foreign].filter((p) => stampOf(p) !== undefined);
    if (unknown.length > 0 && !mend) {
      throw new Error(
        say("unknown-runs", { label, vault, names: namesOf(unknown) }),
      );
    }
    if (maxDelete !== undefined && extras.remove.length > maxDelete) {
      throw new Error(
        say("too-many", { n: extras.remove.length, label, most: maxDelete }),
      );
    }
    if (input.vault.size === 0) throw new Error(say("empty", { vault }));
    plan.content.sort();
  }

  #placesOf(plan: Plan, there: Listing): Places {
    const { rclone, vault, remote, archive } = this.#request;
    const changed = plan.content.length + plan.meta.length;
    return { rclone, vault, remote, archive, few: changed * 4 < there.files.size };
  }

  /** A file where a directory was, or the other way round: what is in the way goes first. */
  async #clearWay(places: Places, plan: Plan, extras: Extras, there: Listing): Promise<void> {
    const coming = [
      ...plan.content,
      ...plan.meta,
      ...[...plan.moves, ...plan.copies].map((s) => s.to),
    ];
    const parents = new Set(coming.flatMap(dirsAbove));
    const moving = new Set(plan.moves.map((m) => m.from));
    const blocked = coming.filter((path) => there.dirs.has(path));
    if (blocked.length === 0 && !extras.remove.some((p) => parents.has(p))) return;
    const inTheWay = (path: string): boolean =>
      parents.has(path) || blocked.some((dir) => path.startsWith(`${dir}/`));
    const early = extras.remove.filter((path) => inTheWay(path) && !moving.has(path));
    // what goes to a mark goes before the directory does
    plan.moves = await movedEarly(places, plan, inTheWay);
    await remove(places, early);
    await removeDirs(places, [...there.dirs].filter((d) => inTheWay(d) || blocked.includes(d)));
    extras.remove = extras.remove.filter((path) => !early.includes(path));
  }

  async #unchanged(before: string): Promise<void> {
    if (await this.#vault.runs() !== before) throw new Changed(say("between"));
  }

  /** Looks at what was sent, and keeps how everything was left. */
  async #keep({ plan, extras, vault, there }: Work): Promise<void> {
    const { rclone, remote } = this.#request;
    const steps = [...plan.moves, ...plan.copies].map((s) => s.to);
    const sent = [...plan.content, ...plan.times, ...plan.meta, ...plan.records, ...steps];
    const few = sent.length * 4 < there.files.size && !sent.some((path) => /[\r\n]/.test(path));
    const features = this.#features;
    const now = await list(rclone, remote, { features, ...(few ? { only: sent } : {}) });
    const missing = sent.filter((path) => now.files.get(path)?.size !== vault.get(path)?.size);
    if (missing.length > 0) throw new Error(say("not-whole", { names: namesOf(missing) }));
    const foreign = new Set(this.#request.mend ? [] : [...plan.foreign, ...extras.foreign]);
    const gone = new Set([...extras.remove, ...plan.moves.map((m) => m.from)]);
    const left: Listed[] = few
      ? [...there.files.values()].filter((f) => !gone.has(f.path) && !now.files.has(f.path))
      : [];
    left.push(...now.files.values());
    const ours = left.filter((f) => !foreign.has(f.path));
    const meta = [...vault.values()].filter((f) => ["meta", "record"].includes(kindOf(f.path)));
    this.#memory.end({
      files: ours.map((f) => f.mark),
      paths: ours.map((f) => fingerprint(f.path)),
      sent: meta.map((f) => f.mark),
    });
  }

  /** What must not go unsaid, when all that could be done is done. */
  #report(plan: Plan, extras: Extras): void {
    const { label, mend, vault, host } = this.#request;
    const foreign = [...plan.foreign, ...extras.foreign];
    const said: string[] = [];
    if (foreign.length > 0 && mend) {
      host.log("info", say("mended", { label, names: namesOf(foreign) }));
    } else if (foreign.length > 0) {
      said.push(
        say("changed", { label, names: namesOf(foreign) }),
      );
    }
    if (plan.missing.length > 0) {
      const text = say("removed", { label, names: namesOf(plan.missing) });
      if (mend) host.log("info", text);
      else said.push(text);
    }
    if (extras.lost.length > 0) {
      said.push(
        say("lost", { vault, names: namesOf(extras.lost), label }),
      );
    }
    if (plan.odd.length > 0) {
      said.push(say("odd", { vault, names: namesOf(plan.odd) }));
    }
    if (said.length > 0) throw new Error(said.join(". "));
  }
}

async function movedEarly(
  places: Places,
  plan: Plan,
  inTheWay: (path: string) => boolean,
): Promise<Plan["moves"]> {
  const early = plan.moves.filter((m) => inTheWay(m.from));
  plan.content.push(...await moveOver(places, { ...plan, moves: early, copies: [] }));
  return plan.moves.filter((m) => !inTheWay(m.from));
}

/**
 * What the copy removes at the remote must be an older copy of this very vault: nothing else is there, or it stops.
 * True when the place is new.
 */
async function takePlace(
  { rclone, remote, vault, label }: ReplicaRequest,
  own: Identity,
): Promise<boolean> {
  const mark = pathIn({ fs: remote, path: IDENTITY });
  const there = identityOf(await orNothing(rclone.text(["cat", mark])));
  if (there?.id === own.id) return false;
  if (there !== undefined) {
    throw new Error(say("other-vault", { label }));
  }
  const top = await orNothing(rclone.text(["lsf", "--max-depth=1", remote]));
  if (top !== "" && !(top === `${META}/` && await isJustBegun(rclone, remote))) {
    throw new Error(say("no-copy", { label }));
  }
  // first of all, so that a copy that was cut off is known again
  await rclone.text(["copyto", pathIn({ fs: vault, path: IDENTITY }), mark]);
  return true;
}

/** True where a first copy was cut off while it said whose the place is: there is nothing else, and nobody's content. */
async function isJustBegun(rclone: Rclone, remote: string): Promise<boolean> {
  const path = pathIn({ fs: remote, path: META });
  const found = await orNothing(rclone.text(["lsf", "--recursive", "--files-only", path]));
  return /^(vault\.json(\.\w+\.partial)?)?$/.test(found);
}

/** What rclone prints, or nothing where it finds neither directory (3) nor file (4). */
async function orNothing(printed: Promise<string>): Promise<string> {
  try {
    return (await printed).trim();
  } catch (error) {
    if (error instanceof RcloneFailure && (error.code === 3 || error.code === 4)) return "";
    throw error;
  }
}

/** Directories over there that held something and now may hold nothing. */
function emptied(
  there: Listing,
  vault: ReadonlyMap<string, Listed>,
  removed: readonly string[],
): string[] {
  const kept = new Set<string>();
  for (const path of vault.keys()) for (const dir of dirsAbove(path)) kept.add(dir);
  const touched = new Set(removed.flatMap(dirsAbove));
  return [...there.dirs].filter((dir) => touched.has(dir) && !kept.has(dir));
}

function dirsAbove(path: string): string[] {
  const dirs: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    dirs.push(path.slice(0, at));
  }
  return dirs;
}

/** The first names by their letters, and how many more there are. */
export function namesOf(paths: readonly string[], most = 10): string {
  const shown = [...paths].sort().slice(0, most).join(", ");
  return paths.length > most ? say("more", { shown, n: paths.length - most }) : shown;
}
