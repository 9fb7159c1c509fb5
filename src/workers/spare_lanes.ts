/** Lanes that the engine starts itself, with its own rights, when there is work for them. @module */

import { HikaeError, toPlainError } from "../base/errors.ts";
import type { EngineEnd } from "../engine/crew/line.ts";
import type { FromMember, Trade } from "../engine/crew/trade.ts";
import type { EngineReply, LaneCall } from "../sandbox/channel.ts";
import { text } from "../text/text.ts";
import { toldAs } from "../text/told.ts";
import { lineOf, type SpareSeats } from "./engine_ports.ts";

/** What a lane says to who started it: one with filters, which ask main, is started by main. */
type LaneReply = Extract<EngineReply<void, never>, { kind: "ready" | "refused" }>;

/** What such lanes are started with. */
export interface SpareLanes {
  seats: number;
  /** The name of the engine's thread: what it works at, and how it speaks. */
  name: string;
  /** What a lane is told, but for its own line. */
  call: Omit<LaneCall, "index" | "port">;
  /** Told what a lane found a disk to refuse. */
  refused: (reply: Extract<LaneReply, { kind: "refused" }>) => void;
}

const ENTRIES = {
  backup: new URL("./lane/backup.ts", import.meta.url),
  restore: new URL("./lane/restore.ts", import.meta.url),
};

/** The seats of lanes that are not there yet. */
export function spareLanes(lanes: SpareLanes): SpareSeats {
  return { seats: lanes.seats, line: (seat) => startLane(lanes, seat) };
}

/** What is sent to a lane before it has loaded its modules waits for it: an engine that is at work need not hear that it has. */
function startLane<T extends Trade>(lanes: SpareLanes, seat: number): EngineEnd<T> {
  const { port1, port2 } = new MessageChannel();
  const line = lineOf<never, FromMember<T>>(port1);
  const entry = toldAs(lanes.name) === "restore" ? ENTRIES.restore : ENTRIES.backup;
  const worker = new Worker(entry, {
    type: "module",
    name: lanes.name,
    deno: { permissions: "inherit" },
  });
  worker.onmessage = ({ data }: MessageEvent<LaneReply>): void => {
    if (data.kind === "refused") lanes.refused(data);
  };
  const call: LaneCall = { ...lanes.call, index: seat + 1, port: port2 };
  worker.postMessage(call, [port2]);
  return {
    ...line,
    receive: (handler) => {
      line.receive(handler);
      worker.onerror = (event): void => {
        event.preventDefault();
        const failed = new HikaeError(
          "internal",
          text("failure.engine", { problem: event.message }),
        );
        handler({ kind: "broken", error: toPlainError(failed) });
      };
    },
  };
}
