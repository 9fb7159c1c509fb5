/**
 * A vault kept open between the questions of a page: opening it reads what is known of every run, which costs more than
 * most questions. It is opened again as soon as its records are not those it was opened with, and in any case after a
 * while; while a run writes, each question opens it.
 * @module
 */

import { lstatIfAny } from "../../base/io.ts";
import { isHeld } from "../../vault/lock.ts";
import { VaultTree } from "../../vault/tree.ts";
import { openWhole } from "../open_vault.ts";
import type { EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { seenOpening } from "../seen_files.ts";

/** It is opened again after so long, ms: what somebody did to an old record by hand is seen then. */
const LONGEST = 60_000;

/** The open vault of a look. */
export class KeptVault {
  readonly #ports: EnginePorts;
  readonly #root: string;
  #open: { reader: Reader; seen: string; since: number } | undefined;
  /** It is being opened: who asks meanwhile waits for the same. */
  #opening: Promise<void> | undefined;

  /** Of the vault at the real path `root`; nothing is opened yet. */
  constructor(ports: EnginePorts, root: string) {
    const { emit: _, ask: __, ...rest } = ports;
    // what is told at the opening is told to nobody: each answer says by itself what it rests on
    this.#ports = { ...rest, emit: () => {} };
    this.#root = root;
  }

  /** The ports with which a query finds the vault open. */
  get ports(): EnginePorts {
    return { ...this.#ports, kept: (sight) => this.#reader({ ...this.#ports, sight }) };
  }

  /** Opens it where it is not: what that asks of its disk is seen before, many files at once. Never fails. */
  async open(): Promise<void> {
    if (this.#open !== undefined && !this.#isOld(this.#open)) return;
    // each question opens it then
    if (isHeld(this.#ports, new VaultTree(this.#root, this.#ports.separator))) return;
    this.#opening ??= this.#seeAndOpen().catch(() => {
      // who asks meets it
    }).finally(() => this.#opening = undefined);
    await this.#opening;
  }

  async #seeAndOpen(): Promise<void> {
    const seen = await seenOpening(this.#ports, this.#root);
    await openWhole(seen, (seeing) => this.#reader(seeing));
  }

  #isOld({ since }: { since: number }): boolean {
    return Math.abs(this.#ports.clock.now() - since) >= LONGEST;
  }

  #reader(ports: EnginePorts): Reader | undefined {
    const now = this.#ports.clock.now();
    if (this.#open !== undefined) {
      const { reader, seen } = this.#open;
      if (!this.#isOld(this.#open) && this.#seen(reader) === seen) return reader;
      this.#open = undefined;
      reader.letGo();
    }
    const reader = Reader.open(ports, this.#root);
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
