/** What this machine knows of vaults: paths seen (design, *Vault on disk*), and logs of runs. @module */

import { isNotFound } from "../base/errors.ts";
import { systemText } from "../base/system_text.ts";
import { defined } from "../base/defined.ts";
import { join } from "@std/path";

import type { Message } from "../base/event.ts";
import type { Stamp } from "../base/stamp.ts";
import {
  type LastRunNote,
  type LastRunNotes,
  lastRunsFile,
  readLastRuns,
} from "../sandbox/last_runs.ts";
import {
  type GoodRun,
  isAmong,
  knownIn,
  type KnownVaults,
  type StateReply,
  type StateRequest,
} from "../sandbox/state_wire.ts";
import { absolute, realPlaceToMake } from "./places/places.ts";
import { platformOf } from "./platform.ts";
import { stateDir } from "./state_dir.ts";
import { toldThreadName } from "../text/thread_name.ts";
import { textsToTell } from "../text/given.ts";

/** The place of a vault; without its drive there is none, and the path has to do. */
export function vaultKey(cwd: string, vault: string): string {
  try {
    return realPlaceToMake(cwd, vault);
  } catch {
    return absolute(cwd, vault);
  }
}

function samePlace(a: string, b: string): boolean {
  return a === b || Deno.build.os === "windows" && a.toLowerCase() === b.toLowerCase();
}

/** The state directory, and a worker that can still write it when main no longer can. */
export class StateDir {
  readonly directory: string | undefined;
  #worker: Worker | undefined;
  #next = 0;
  #real = "";
  /** Why nothing can be written. */
  #problem: string | undefined;
  readonly #waiting = new Map<number, (error: string | undefined) => void>();
  #keeping: Promise<unknown> = Promise.resolve();

  /** Finds the state directory; without a home there is none, and nothing is known. */
  constructor(env: (name: string) => string | undefined) {
    try {
      this.directory = stateDir(env, platformOf(Deno.build.os));
    } catch (error) {
      this.directory = undefined;
      this.#problem = systemText(error);
    }
  }

  /** The vaults that this machine has used. */
  knownVaults(): KnownVaults {
    if (this.directory === undefined) return {};
    const path = join(this.directory, "vaults.json");
    // where it cannot be read a missing drive is taken for a new vault: it is read twice before that
    return this.#knownAt(path) ?? this.#knownAt(path) ?? {};
  }

  #knownAt(path: string): KnownVaults | undefined {
    try {
      return knownIn(Deno.readTextFileSync(path));
    } catch (error) {
      return isNotFound(error) ? {} : undefined;
    }
  }

  /** True when this machine saw a vault there. */
  isKnown(cwd: string, vault: string): boolean {
    return isAmong(this.knownVaults(), vaultKey(cwd, vault), Deno.build.os === "windows");
  }

  /** The last good run into a vault that this machine knows of, for one that cannot be asked. */
  goodRunOf(cwd: string, vault: string): GoodRun | undefined {
    const key = vaultKey(cwd, vault);
    const known = Object.entries(this.knownVaults());
    const here = known.find(([k]) => samePlace(k, key))?.[1];
    // the same stick at another letter is the same vault
    const same = known.map(([, v]) => v).filter((v) =>
      v === here || here?.volume !== undefined && v.id === here.id && v.volume === here.volume
    );
    return same.flatMap(({ good }) =>
      good === undefined || Number.isNaN(Date.parse(good.time)) ? [] : [good]
    )
      .sort((a, b) => Date.parse(b.time) - Date.parse(a.time))[0];
  }

  /**
   * Starts the writer, once `before` is over; before main gives up its rights. What this machine knows is a help, not a
   * condition.
   */
  async start(before?: Promise<void>): Promise<void> {
    if (before !== undefined) await before;
    if (this.directory === undefined || this.#worker !== undefined) return;
    try {
      Deno.mkdirSync(this.directory, { recursive: true, mode: 0o700 });
      const dir = this.#real = Deno.realPathSync(this.directory);
      this.#worker = new Worker(new URL("../workers/state.ts", import.meta.url), {
        type: "module",
        name: toldThreadName("state"),
        deno: { permissions: { read: [dir], write: [dir] } },
      });
      this.#worker.onmessage = (event: MessageEvent<StateReply>): void => {
        this.#waiting.get(event.data.id)?.(event.data.error);
        this.#waiting.delete(event.data.id);
      };
      await this.#call({ kind: "open", directory: dir, texts: textsToTell() });
    } catch (error) {
      this.#problem = systemText(error);
      this.#worker = undefined;
    }
  }

  #call(call: StateRequest): Promise<string | undefined> {
    const worker = this.#worker;
    if (worker === undefined) return Promise.resolve(undefined);
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage({ ...call, id });
    });
  }

  /** Remembers vaults beside those known; gives what kept it from doing so, if anything did. */
  async remember(vaults: KnownVaults): Promise<string | undefined> {
    if (this.directory === undefined) return this.#problem;
    const path = join(this.#real, "vaults.json");
    return await this.#call({ kind: "remember", path, vaults }) ?? this.#problem;
  }

  /** How the last runs ended that left no record in their vaults, by the place of the vault. */
  lastRuns(): LastRunNotes {
    if (this.directory === undefined) return {};
    try {
      return readLastRuns(Deno.readTextFileSync(lastRunsFile(this.directory)));
    } catch {
      return {};
    }
  }

  /** How the last run into a vault ended, if it left no record there. */
  lastRunOf(cwd: string, vault: string): LastRunNote | undefined {
    const key = vaultKey(cwd, vault);
    return Object.entries(this.lastRuns()).find(([k]) => samePlace(k, key))?.[1];
  }

  /** Notes how runs into vaults ended that leave no record there; what keeps it from doing so is no failure. */
  async noteEnded(notes: LastRunNotes): Promise<void> {
    await this.#call({ kind: "ended", notes });
  }

  /** Starts the log of a job's run, or goes on with the one that `stamp` names. */
  async openLog(job: string, keep: number, stamp?: Stamp): Promise<void> {
    await this.#call({ kind: "log", job, keep, ...defined({ stamp }) });
  }

  /** Adds a message to the log. */
  log(message: Message): void {
    void this.#call({ kind: "messages", messages: [message] });
  }

  /** Writes a file below the state directory, or removes it; what keeps it from that is no failure. */
  keep(place: string[], text: string | undefined): void {
    const done = this.#call({ kind: "keep", place, text });
    this.#keeping = Promise.all([this.#keeping, done]);
  }

  /** Waits until all that was to be kept is. */
  async settled(): Promise<void> {
    await this.#keeping;
  }

  /** Ends the log; gives what kept it from being written, if anything did. */
  finishLog(exit: number, message?: string): Promise<string | undefined> {
    return this.#call({ kind: "finish", exit, ...defined({ message }) });
  }

  /** Ends the writer. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
