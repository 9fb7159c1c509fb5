/** A scout in a thread of its own: counts when the engine says so. @module */

import type { LaneLine } from "../lane_ports.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { type LaneSetup, sourceView } from "./make_lane.ts";
import { scout } from "./scout.ts";

/** The engine has it start. */
export interface ToScout {
  setup: LaneSetup;
}

/** Serves one backup over `line`: counts once, when the engine says that it is a run to count for. */
export function serveScout(ports: EnginePorts, line: LaneLine): void {
  line.receive((message) => {
    const { setup } = message as ToScout;
    try {
      scout(sourceView(ports, setup), "", () => checkCancelled(ports), ports.progress.addTotal);
      ports.progress.totalKnown();
    } catch {
      // without a total there is no time left to show; the run itself tells of what is wrong
    }
  });
}
