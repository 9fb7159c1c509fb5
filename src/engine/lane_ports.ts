/** Lines to lanes in other threads, as the composition root gives them to the engine. @module */

/** Lanes in other threads and the wishes that all share, as the composition root gives them. */
export interface LanePorts {
  /** A two-way line per lane. */
  lines: LaneLine[];
  wishes: Wishes;
}

/** A line to a lane, or from it to the engine; what passes is `ToLane` and `FromLane` of backup/lane_messages.ts. */
export interface LaneLine {
  send(message: unknown): void;
  receive(handler: (message: unknown) => void): void;
  /** Resolves after messages that wait have been received. */
  yieldToMessages(): Promise<void>;
}

/** What all threads see at once: how many lanes have nothing to do, and which vaults are out. */
export interface Wishes {
  announceIdle(): void;
  /** Takes one; false when there is none. */
  claimIdle(): boolean;
  clear(): void;
  /** Ends the part of a vault, by its index, for all threads. */
  end(vault: number): void;
  ended(vault: number): boolean;
}
