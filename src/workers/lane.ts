/** A lane of a backup, a restore or a bundle in a thread of its own, with the same rights as the engine. @module */

import type { RefusedCall } from "../base/lenient_fs.ts";
import { type EngineReply, type LaneCall, SharedState } from "../sandbox/channel.ts";
import type { Board } from "../engine/crew/line.ts";
import type { EnginePorts } from "../engine/ports.ts";
import type { Question } from "../engine/questions.ts";
import { Inquiry, type QuestionMessage, type QuestionReply } from "./questions.ts";
import { hearTexts, toldAs } from "../text/told.ts";
import { loadModule } from "../base/load_module.ts";
import { boardOf, lineOf, workerPorts } from "./engine_ports.ts";
import { threadScope } from "./thread.ts";

const scope = threadScope<
  LaneCall | QuestionReply,
  QuestionMessage | Extract<EngineReply<void, Question>, { kind: "ready" | "refused" }>
>();

const inquiry = new Inquiry((asked) => scope.postMessage(asked));

const serving = loadWork(toldAs(scope.name));

scope.onmessage = (event): void => {
  if (event.data.kind === "answer") return inquiry.take(event.data);
  const { index, port, shared: buffer, writable, places, texts } = event.data;
  hearTexts(texts);
  const shared = new SharedState(buffer);
  const none = (): void => {};
  const refused = (refusal: RefusedCall, root: string): void =>
    scope.postMessage({ kind: "refused", refusal, root });
  const ports = workerPorts({
    shared,
    lane: index,
    writable,
    index: places,
    emit: none,
    data: none,
    refused,
  });
  ports.ask = inquiry.ask;
  serving.then((serve) => serve(ports, port, boardOf(shared)));
};

/** Serves the engine of one run. */
type Serve = (ports: EnginePorts, port: MessagePort, board: Board) => void;

// only what the command needs: modules are most of a thread's start
async function loadWork(work: string): Promise<Serve> {
  switch (work) {
    case "restore": {
      const { serveRestoreLane } = await loadModule<typeof import("../engine/restore/lane.ts")>(
        new URL("../engine/restore/lane.ts", import.meta.url),
      );
      return (ports, port) => serveRestoreLane(ports, lineOf(port));
    }
    case "scout": {
      const { serveScout } = await loadModule<typeof import("../engine/backup/scout_server.ts")>(
        new URL("../engine/backup/scout_server.ts", import.meta.url),
      );
      return (ports, port) => serveScout(ports, lineOf(port));
    }
    case "bundleCreate": {
      const { servePackLane } = await loadModule<typeof import("../engine/bundle/packers.ts")>(
        new URL("../engine/bundle/packers.ts", import.meta.url),
      );
      return (ports, port) => servePackLane(ports, lineOf(port));
    }
    default: {
      const { serveLane } = await loadModule<typeof import("../engine/backup/lane_server.ts")>(
        new URL("../engine/backup/lane_server.ts", import.meta.url),
      );
      return (ports, port, board) => serveLane(ports, lineOf(port), board);
    }
  }
}

await serving;
scope.postMessage({ kind: "ready" });
