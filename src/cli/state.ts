/** What this machine knows of vaults: paths seen, and their ids (design, *Vault on disk*). @module */

import { join } from "@std/path";
import { stateDir } from "./state_dir.ts";
import { platformOf } from "./config_load.ts";

/** Vaults by real path. */
export type KnownVaults = Record<string, { source: string; seen: string }>;

/** The state directory, and a worker that can still write it when main no longer can. */
export class State {
  readonly directory: string | undefined;
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, () => void>();

  /** Finds the state directory; without a home there is none, and nothing is known. */
  constructor(env: (name: string) => string | undefined) {
    try {
      this.directory = stateDir(env, platformOf(Deno.build.os));
    } catch {
      this.directory = undefined;
    }
  }

  /** The vaults that this machine has used. */
  knownVaults(): KnownVaults {
    if (this.directory === undefined) return {};
    try {
      const value: unknown = JSON.parse(Deno.readTextFileSync(join(this.directory, "vaults.json")));
      return typeof value === "object" && value !== null ? value as KnownVaults : {};
    } catch {
      return {};
    }
  }

  /** Starts the writer; before main gives up its rights. */
  start(): void {
    if (this.directory === undefined || this.#worker !== undefined) return;
    try {
      Deno.mkdirSync(this.directory, { recursive: true, mode: 0o700 });
      const dir = Deno.realPathSync(this.directory);
      this.#worker = new Worker(new URL("../workers/state.ts", import.meta.url), {
        type: "module",
        name: "state",
        deno: { permissions: { read: [dir], write: [dir] } },
      });
    } catch {
      // what this machine knows is a help, not a condition
      return;
    }
    this.#worker.onmessage = (event: MessageEvent<{ id: number; error?: string }>): void => {
      this.#waiting.get(event.data.id)?.();
      this.#waiting.delete(event.data.id);
    };
  }

  /** Writes a file of the state directory; failing is nothing. */
  write(name: string, text: string): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined || this.directory === undefined) return Promise.resolve();
    const id = this.#next++;
    const path = join(this.directory, name);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage({ id, path, text });
    });
  }

  /** Ends the writer. */
  close(): void {
    this.#worker?.terminate();
  }
}
