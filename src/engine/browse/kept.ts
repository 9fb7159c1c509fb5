/**
 * A vault kept open between the questions of a page: opening it reads what is known of every run, which costs more than
 * most questions. It is opened again as soon as its records are not those it was opened with, and in any case after a
 * while; while a run writes, each question opens it.
 * @module
 */

import { lstatIfAny } from "../../base/io.ts";
import { isHeld } from "../../vault/lock.ts";
import type { EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { seenOpening } from "../seen_files.ts";

/** It is opened again after so long, ms: what somebody did to an old record by hand is seen then. */
const LONGEST = 60_000;

/** What was seen for an opening; the ports come once it is. */
interface OpeningAhead {
  ports: EnginePorts | undefined;
  seeing: Promise<void>;
}

/** The open vault of a look. */
export class KeptVault {
  readonly #ports: EnginePorts;
  readonly #root: string;
  #open: { reader: Reader; seen: string; since: number } | undefined;
  /** The ports of the next opening, for which a vault far away is being seen, or was. */
  #ahead: OpeningAhead | undefined;

  /** Of the vault at the real path `root`; nothing is opened yet. */
  constructor(ports: EnginePorts, root: string) {
    const { emit: _, ask: __, ...rest } = ports;
    // what is told at the opening is told to nobody: each answer says by itself what it rests on
    this.#ports = { ...rest, emit: () => {} };
    this.#root = root;
  }

  /** The ports with which a query finds the vault open. */
  get ports(): EnginePorts {
    return { ...this.#ports, kept: () => this.#reader() };
  }

  /** Where the next question opens a vault that is far away, what that reads is seen before: many files at once. Never fails. */
  async seeOpening(): Promise<void> {
    if (this.#open !== undefined && !this.#isOld(this.#open)) return;
    if (this.#ahead === undefined) {
      const ahead: OpeningAhead = { ports: undefined, seeing: Promise.resolve() };
      ahead.seeing = seenOpening(this.#ports, this.#root).then((ports) => {
        ahead.ports = ports;
      }, () => {});
      this.#ahead = ahead;
    }
    await this.#ahead.seeing;
  }

  /** Forgets what was seen for an opening: once a question is answered it may not be so any more. */
  forgetAhead(): void {
    this.#ahead = undefined;
  }

  /** What was seen serves one opening, right after it; where another one comes first, none. */
  #takeAhead(): EnginePorts {
    const ports = this.#ahead?.ports ?? this.#ports;
    this.forgetAhead();
    return ports;
  }

  #isOld({ since }: { since: number }): boolean {
    return Math.abs(this.#ports.clock.now() - since) >= LONGEST;
  }

  #reader(): Reader | undefined {
    const now = this.#ports.clock.now();
    if (this.#open !== undefined) {
      const { reader, seen } = this.#open;
      if (!this.#isOld(this.#open) && this.#seen(reader) === seen) return reader;
      this.#open = undefined;
      reader.letGo();
    }
    const reader = Reader.open(this.#takeAhead(), this.#root);
    const seen = this.#seen(reader);
    // a run may have begun while it was opened
    const again = seen === undefined ? undefined : this.#seen(reader);
    if (seen === undefined || seen !== again) {
      reader.close();
      return undefined;
    }
    reader.keep();
    this.#open = { reader, seen, since: now };
    return reader;
  }

  /** What the vault's records look like; undefined while somebody writes. */
  #seen({ vault }: Reader): string | undefined {
    if (isHeld(this.#ports, vault.tree)) return undefined;
    const stamps = vault.recordFiles().map((r) => r.stamp);
    const newest = stamps.at(-1);
    const last = newest === undefined
      ? undefined
      : lstatIfAny(this.#ports.fs, vault.recordPath(newest));
    return `${stamps.join()} ${last?.size} ${last?.mtime}`;
  }
}
