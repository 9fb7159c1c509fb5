/** A lane of a backup or a restore in a thread of its own, with the same rights as the engine. @module */

import { serveLane } from "../engine/backup/lane_server.ts";
import { serveRestoreLane } from "../engine/restore/lane.ts";
import { type LaneCall, Shared } from "../sandbox/channel.ts";
import { lineOf, wishesOf, workerPorts } from "./engine_ports.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<LaneCall>) => void) | null;
  postMessage(reply: { kind: "ready" }): void;
};

scope.onmessage = (event): void => {
  const { command, index, port, shared: buffer, writable } = event.data;
  const shared = new Shared(buffer);
  const none = (): void => {};
  const ports = workerPorts({ shared, lane: index, writable, emit: none, data: none });
  if (command === "restore") serveRestoreLane(ports, lineOf(port));
  else serveLane(ports, lineOf(port), wishesOf(shared));
};
scope.postMessage({ kind: "ready" });
