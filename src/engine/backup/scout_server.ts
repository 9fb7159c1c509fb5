/** A scout in a thread of its own: counts when the engine says so. @module */

import { Crew } from "../crew/crew.ts";
import type { CrewPorts, MemberEnd } from "../crew/line.ts";
import { serveMember } from "../crew/member.ts";
import type { Trade } from "../crew/trade.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { type LaneSetup, sourceView } from "./make_lane.ts";
import { scout } from "./scout.ts";

/** Its one piece of work. */
export interface ScoutTrade extends Trade {
  piece: LaneSetup;
}

/** Has a scout count, whenever it comes to an end; nobody waits for it. */
export function sendScout(ports: CrewPorts, setup: LaneSetup): void {
  new Crew<ScoutTrade>(ports, { setup: undefined, host: {} }).give(0, setup, () => {});
}

/** Serves one backup over `line`: counts once, when the engine says that it is a run to count for. */
export function serveScout(ports: EnginePorts, line: MemberEnd<ScoutTrade>): void {
  serveMember<ScoutTrade>(line, () => ({
    work: (setup) => count(ports, setup),
    end: () => {},
    drop: () => {},
  }));
}

function count(ports: EnginePorts, setup: LaneSetup): void {
  try {
    scout(sourceView(ports, setup), "", () => checkCancelled(ports), ports.progress.addTotal);
    ports.progress.totalKnown();
  } catch {
    // without a total there is no time left to show; the run itself tells of what is wrong
  }
}
