/** A vault as a verify sees it: opened to be read, or held to be repaired. @module */

import { defined } from "../../base/defined.ts";
import { joinRel } from "../../base/relpath.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import { catalogProblem } from "../../vault/catalog_check.ts";
import { openForWriting, rebuild, type WritableCatalog } from "../../vault/catalog_writing.ts";
import { Locator } from "../../vault/locate.ts";
import { isHeld, type Lock } from "../../vault/lock.ts";
import type { Vault } from "../../vault/vault.ts";
import { holdVault, lookOptions } from "../maintain/thinning.ts";
import type { EnginePorts } from "../ports.ts";
import { isFileOrUnseen, Reader } from "../reader.ts";
import type { VerifyRequest } from "./request.ts";

/** What the checks work with. */
export interface VerifyView {
  vault: Vault;
  catalog: Catalog;
  locator: Locator;
  /** The absolute path of a version's content; undefined when it is nowhere. */
  find(v: Version): string | undefined;
  /** What the catalog file said that the records do not; the view is made of the records then. */
  catalogProblem?: string;
  /** True while a run of somebody else changes the vault. */
  busy(): boolean;
  close(): void;
}

/** Opens the vault of a verify. */
export function openView(ports: EnginePorts, request: VerifyRequest): VerifyView {
  return request.repair ? held(ports, request) : looking(ports, request);
}

function looking(ports: EnginePorts, request: VerifyRequest): VerifyView {
  let reader = Reader.open(ports, request.root);
  const problem = reader.from === "file" ? problemOf(ports, reader) : undefined;
  if (problem !== undefined) {
    reader.close();
    reader = Reader.open(ports, request.root, { distrust: true });
  }
  const { vault, catalog, locator } = reader;
  return {
    vault,
    catalog,
    locator,
    ...defined({ catalogProblem: problem }),
    find: (v) => reader.find(v),
    busy: () => isHeld(vault.fs, vault.tree),
    close: () => reader.close(),
  };
}

/** A catalog that changes meanwhile, or lags behind a run that has just ended, is not held against the records. */
function problemOf(ports: EnginePorts, { vault, catalog }: Reader): string | undefined {
  const before = JSON.stringify(vault.recordFiles());
  if (isHeld(vault.fs, vault.tree)) return undefined;
  const problem = catalogProblem(vault, catalog, lookOptions(ports));
  const still = !isHeld(vault.fs, vault.tree) && before === JSON.stringify(vault.recordFiles());
  return still ? problem : undefined;
}

function held(ports: EnginePorts, request: VerifyRequest): VerifyView {
  const { vault, lock } = holdVault(ports, request, "verify --repair");
  const { catalog, mended, problem } = openOrRelease(ports, vault, lock);
  if (mended !== undefined) {
    const message = `mended what the interrupted run ${mended} left`;
    ports.emit({ message_type: "note", message, path: request.given });
  }
  const close = (): void => {
    try {
      catalog.close();
    } finally {
      lock.release();
    }
  };
  let locator: Locator;
  try {
    locator = new Locator(vault, catalog.moves());
  } catch (error) {
    close();
    throw error;
  }
  return {
    vault,
    catalog,
    locator,
    ...defined({ catalogProblem: problem }),
    find: (v) => {
      const path = locator.file(v);
      return isFileOrUnseen(vault.fs, path) ? path : undefined;
    },
    busy: () => false,
    close,
  };
}

/** Opens the catalog to repair with it; one that the records gainsay is made anew first. */
function openOrRelease(
  ports: EnginePorts,
  vault: Vault,
  lock: Lock,
): WritableCatalog & { problem?: string } {
  const options = lookOptions(ports);
  let opened: WritableCatalog | undefined;
  try {
    opened = openForWriting(vault, options);
    if (opened.rebuilt) return opened;
    const problem = catalogProblem(vault, opened.catalog, options);
    if (problem === undefined) return opened;
    opened.catalog.close();
    return { ...rebuild(vault, options), mended: opened.mended, problem };
  } catch (error) {
    closeQuietly(opened?.catalog);
    lock.release();
    throw error;
  }
}

function closeQuietly(catalog: Catalog | undefined): void {
  try {
    catalog?.close();
  } catch {
    // it was closed before
  }
}

/** Where a version should lie, relative to the vault, with `/`. */
export function storedAs(view: VerifyView, v: Version): string {
  return view.locator.version(v);
}

/** The path of a version. */
export function pathOf(v: Version): string {
  return joinRel(v.dir, v.name);
}
