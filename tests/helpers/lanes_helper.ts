/** Lanes beside the engine's own in this very thread, so that faults can be put into one of them. */

import type { Board, CrewPorts, EngineEnd, Line, MemberEnd } from "../../src/engine/crew/line.ts";
import type { Trade } from "../../src/engine/crew/trade.ts";
import type { LaneTrade } from "../../src/engine/backup/lane_job.ts";
import { serveLane } from "../../src/engine/backup/lane_server.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";

/** Lanes that work with `ports`; what passes is copied, as between threads. `told` sees what the engine sends. */
export function lanesWith(ports: readonly EnginePorts[], told?: Told): CrewPorts {
  return lanesOf<LaneTrade>(ports, serveLane, told);
}

/** Told of a message to a member. */
type Told = (message: unknown) => void;

/** Lanes of any kind, each served over its own line. */
export function lanesOf<T extends Trade>(
  ports: readonly EnginePorts[],
  serve: (ports: EnginePorts, line: MemberEnd<T>, board: Board) => void,
  told: Told = () => {},
): CrewPorts {
  const board = boardHere();
  const lines = ports.map((own) => {
    const wire = new Wire(told);
    serve(own, wire.end(1), board);
    return wire;
  });
  return {
    seats: ports.length,
    line<Asked extends Trade>(seat: number): EngineEnd<Asked> {
      const wire = lines[seat];
      if (wire === undefined) throw new RangeError(`no lane ${seat}`);
      return wire.end(0);
    },
    board,
  };
}

/** Two ends of a line, the engine's and a member's. */
class Wire {
  readonly #handlers: EventTarget[] = [new EventTarget(), new EventTarget()];
  readonly #told: Told;

  constructor(told: Told) {
    this.#told = told;
  }

  end<Out, In>(own: 0 | 1): Line<Out, In> {
    return {
      send: (message) => {
        if (own === 0) this.#told(message);
        const event = new CustomEvent("message", { detail: structuredClone(message) });
        queueMicrotask(() => this.#handlers[1 - own]?.dispatchEvent(event));
      },
      receive: (handler) => {
        const heard = (event: Event): void => handler((event as CustomEvent<In>).detail);
        this.#handlers[own]?.addEventListener("message", heard);
      },
      yieldToMessages: () => new Promise((resolve) => setTimeout(resolve, 0)),
    };
  }
}

function boardHere(): Board {
  let idle = 0;
  const out = new Set<number>();
  return {
    announceIdle: () => void idle++,
    claimIdle: () => idle > 0 && idle-- > 0,
    clear: () => void (idle = 0),
    end: (part) => void out.add(part),
    ended: (part) => out.has(part),
  };
}

/** Ends with `undefined` where a promise does not. */
export function soon<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), 30_000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
