/** The attributes of what was restored from bundles: those of files are set here, links and directories are main's. @module */

import type { Stamp } from "../../base/stamp.ts";
import { aliveAt, type HistoryPoint } from "../../vault/history/alive.ts";
import type { EnginePorts } from "../ports.ts";
import { pathOf } from "../reader.ts";
import {
  type AttributedVersion,
  noAttributes,
  setKeptAttributes,
  tellKept,
} from "../restore/attributes.ts";
import type { AttributesDone, RestoreRequest } from "../restore/request.ts";
import type { RestoreTarget } from "../restore/target.ts";
import type { BundleHistory } from "./history.ts";

/** Whether attributes are wanted, and of which system. */
export type AttributesWanted = Pick<RestoreRequest, "attributes" | "attributeSystem">;

/** What was restored. */
export interface RestoredState {
  stamp: Stamp;
  point: HistoryPoint;
  paths: readonly string[];
  /** True for what could not be restored. */
  failed: (path: string) => boolean;
}

/** Sets the attributes of a restored state, where they were asked for. A bundle is not signed: those that lend rights stay away. */
export async function restoreKept(
  ports: EnginePorts,
  request: AttributesWanted & Pick<RestoreRequest, "self" | "windows">,
  { target, history: { catalog, kept } }: { target: RestoreTarget; history: BundleHistory },
  { stamp, point, paths, failed }: RestoredState,
): Promise<{ attributes?: AttributesDone }> {
  const { attributes: ask, emit } = ports;
  if (request.attributes !== true || ask === undefined) return {};
  const run = catalog.newestNote((r) => r.kind === "run" && r.finished && r.stamp <= stamp);
  kept.whole = run !== undefined &&
    catalog.record(run.stamp)?.summary?.attributes_failed === 0;
  tellKept((message) => emit({ message_type: "note", message }), kept, stamp);
  if (kept.isEmpty) return { attributes: noAttributes() };
  const wanted = function* (): Generator<AttributedVersion> {
    for (const below of paths) {
      for (const v of aliveAt(catalog, point, below)) if (!failed(pathOf(v))) yield { v, kept };
    }
  };
  const unsigned = { ...request, self: { ...request.self, owner: false } };
  return { attributes: await setKeptAttributes({ ports, target, request: unsigned, wanted }, ask) };
}
