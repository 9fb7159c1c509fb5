/** Lanes beside the engine's own in this very thread, so that faults can be put into one of them. */

import type { LaneLine, LanePorts, Wishes } from "../../src/engine/lane_ports.ts";
import { serveLane } from "../../src/engine/backup/lane_server.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";

/** Lanes that work with `ports`; what passes is copied, as between threads. */
export function lanesWith(ports: readonly EnginePorts[]): LanePorts {
  return lanesOf(ports, serveLane);
}

/** Lanes of any kind, each served over its own line. */
export function lanesOf(
  ports: readonly EnginePorts[],
  serve: (ports: EnginePorts, line: LaneLine, wishes: Wishes) => void,
): LanePorts {
  const wishes = wishesHere();
  const lines = ports.map((own) => {
    const [near, far] = pair();
    serve(own, far, wishes);
    return near;
  });
  return { lines, wishes };
}

/** Two ends of a line. */
function pair(): [LaneLine, LaneLine] {
  const handlers: ((message: unknown) => void)[] = [() => {}, () => {}];
  const end = (own: number): LaneLine => ({
    send: (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => handlers[1 - own]?.(copy));
    },
    receive: (handler) => void (handlers[own] = handler),
    yieldToMessages: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
  return [end(0), end(1)];
}

function wishesHere(): Wishes {
  let wishes = 0;
  const out = new Set<number>();
  return {
    announceIdle: () => void wishes++,
    claimIdle: () => wishes > 0 && wishes-- > 0,
    clear: () => void (wishes = 0),
    end: (vault) => void out.add(vault),
    ended: (vault) => out.has(vault),
  };
}
