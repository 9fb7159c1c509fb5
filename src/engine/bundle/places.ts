/** The stores of a place, be it a directory or away from home. @module */

import { HikaeError } from "../../base/errors.ts";
import {
  isAnswerTo,
  type Remote,
  type RemoteOp,
  type RemoteQuestion,
  type StoredAs,
} from "../../base/remote.ts";
import { DirStore } from "../../bundle/dir_store.ts";
import { BundleOutbox, type Journal } from "../../bundle/outbox.ts";
import { RemoteStore } from "../../bundle/remote_store.ts";
import type { Store, WritableStore } from "../../bundle/store.ts";
import { text } from "../../text/text.ts";
import type { EnginePorts } from "../ports.ts";

/** How a place away from home is written to. */
export interface RemoteOptions {
  /** The directory at home for what waits to be sent, a real path. */
  spool: string;
  /** The most bytes of it. */
  limit: number;
  /** False where objects are not sent in parts. */
  parts: boolean;
  as: StoredAs;
}

/** The place that bundles are read at. */
export interface BundlePlace {
  /** A directory's real path, or the address as it was given. */
  where: string;
  /** It is away from home: main asks for it. */
  away?: boolean;
  /** Those of the vault with this id alone. */
  vault?: string;
}

/** Main, asked for what is away from home. */
export function remoteOf(ports: Pick<EnginePorts, "ask">): Remote {
  return async <O extends RemoteOp>(asked: Extract<RemoteQuestion, { op: O }>) => {
    const { ask } = ports;
    if (ask === undefined) throw new HikaeError("internal", "bundle: nobody reaches the place");
    const given = await ask({ name: "remote", asked });
    if (isAnswerTo<O>(given, asked.op)) return given.answer;
    throw new Error(`${asked.op} was answered by ${given.op}`);
  };
}

/** Where the bundles of a vault are written. */
export function storeFor(
  ports: EnginePorts,
  { where, remote }: { where: string; remote?: RemoteOptions },
  vault: string,
  journal: Journal,
): WritableStore {
  if (remote === undefined) return new DirStore(ports, where, vault);
  const note = (message: string, path: string): void =>
    ports.emit({ message_type: "note", message, path });
  const { fs, newHash, separator } = ports;
  const own = { fs, newHash, separator, remote: remoteOf(ports), journal, note };
  return new BundleOutbox(own, { where, ...remote }, vault);
}

const ID = /^[0-9a-f-]{36}$/;

/** The bundles of each vault at a place, or at one that is a vault's own; throws when there are none. */
export async function storesAt(ports: EnginePorts, place: BundlePlace): Promise<Store[]> {
  const all = place.away === true
    ? await storesAway(ports, place.where)
    : await storesIn(ports, place.where);
  const found = all.filter((s) => place.vault === undefined || s.vault === place.vault);
  if (found.length > 0) return found;
  throw new HikaeError("no_vault", text("bundle.none-there"), {
    path: place.where,
    hint: text("bundle.none-there-hint"),
  });
}

async function storesIn(ports: EnginePorts, where: string): Promise<Store[]> {
  const cut = where.lastIndexOf(ports.separator);
  const name = where.slice(cut + 1);
  if (ID.test(name)) return [new DirStore(ports, where.slice(0, cut), name)];
  return (await ports.fs.listWhole(where)).filter((e) => e.type === "dir" && ID.test(e.name))
    .map((e) => e.name).sort().map((id) => new DirStore(ports, where, id));
}

async function storesAway(ports: EnginePorts, where: string): Promise<Store[]> {
  const remote = remoteOf(ports);
  const names = await remote<"vaults">({ op: "vaults" });
  const own = { remote, newHash: ports.newHash };
  return names.filter((name) => ID.test(name)).sort()
    .map((id) => new RemoteStore(own, where, id));
}
