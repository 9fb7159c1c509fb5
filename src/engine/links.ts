/** Has main make symbolic links, in lots; whatever restores something asks for them here. @module */

import { utf8 } from "../base/bytes.ts";
import { fromPlainError, type HikaeError } from "../base/errors.ts";
import type { LinksAsked, LinksMade, LinkToMake } from "../base/links.ts";
import { text } from "../text/text.ts";
import { checkCancelled, type EnginePorts } from "./ports.ts";

/** So many links are asked for between two looks whether the user wants to stop. */
const LOT = 1000;

/** Where links are made. */
export interface LinksBelow extends Pick<LinksAsked, "owner"> {
  /** The real path of the directory that is restored into. */
  root: string;
}

/** The links of one restore. */
export class LinkRequests {
  /** How many were made, and the bytes of their targets. */
  made = 0;
  bytes = 0;
  /** How many could not be made, each told of. */
  failed = 0;
  readonly #ports: EnginePorts;
  readonly #below: LinksBelow;
  readonly #trouble: (path: string, error: HikaeError) => void;
  /** Those that the disk refused, for it takes none. */
  #refused = 0;
  #firstRefused: string | undefined;

  /** Links below one directory; `trouble` is told of those that cannot be made. */
  constructor(
    ports: EnginePorts,
    below: LinksBelow,
    trouble: (path: string, error: HikaeError) => void,
  ) {
    this.#ports = ports;
    this.#below = below;
    this.#trouble = trouble;
  }

  /** Has links made, and waits until they are. */
  async make(links: readonly LinkToMake[]): Promise<void> {
    for (let at = 0; at < links.length; at += LOT) {
      checkCancelled(this.#ports);
      const lot = links.slice(at, at + LOT);
      this.#count(lot, await this.#ask(lot));
    }
  }

  /** Tells of links that the disk does not take. */
  tellRefused(): void {
    if (this.#firstRefused === undefined) return;
    const message = text("disk.no-links", { n: this.#refused, first: this.#firstRefused });
    this.#ports.emit({ message_type: "note", message, path: this.#below.root });
  }

  async #ask(links: readonly LinkToMake[]): Promise<LinksMade> {
    // a disk that takes none is not asked again for each
    if (this.#refused > 0) return { failed: [], refused: links.length };
    const { ask } = this.#ports;
    if (ask === undefined) throw new Error("nobody is there to make links");
    return await ask({ name: "links", asked: { owner: this.#below.owner, links } });
  }

  #count(lot: readonly LinkToMake[], { failed, refused }: LinksMade): void {
    this.failed += failed.length;
    const without = new Set(failed.map(({ path }) => path));
    for (const { path, target } of lot.slice(0, lot.length - refused)) {
      if (without.has(path)) continue;
      this.made++;
      this.bytes += utf8(target).length;
    }
    for (const { path, error } of failed) this.#trouble(path, fromPlainError(error));
    if (refused === 0) return;
    this.#refused += refused;
    this.#firstRefused ??= lot[lot.length - refused]?.path;
  }
}
