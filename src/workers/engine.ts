/** The engine worker: the composition root inside the sandbox. It answers numbered calls, several at once. @module */

import { asFailure, placeOf } from "../engine/failure.ts";
import {
  type CommandCall,
  type Commands,
  isCommand,
  loadCommand,
  perform,
  placesOf,
} from "../engine/commands.ts";
import type { EnginePorts } from "../engine/ports.ts";
import type { RefusedCall } from "../base/lenient_fs.ts";
import { toPlainError } from "../base/errors.ts";
import type { Question } from "../engine/questions.ts";
import {
  type EngineCall,
  type EngineReply,
  type EngineStart,
  SharedState,
} from "../sandbox/channel.ts";
import { Inquiry, type QuestionReply } from "./questions.ts";
import { crewOf, workerPorts } from "./engine_ports.ts";
import { spareLanes } from "./spare_lanes.ts";
import { Outbox } from "./outbox.ts";
import { hearTexts, toldAs } from "../text/told.ts";
import { threadScope } from "./thread.ts";

/** What a call answers with. */
type CommandAnswer = Commands[keyof Commands]["answer"];

const scope = threadScope<
  EngineStart | EngineCall<CommandCall> | QuestionReply,
  EngineReply<CommandAnswer, Question>
>();

const inquiry = new Inquiry((asked) => scope.postMessage(asked));

let start: EngineStart | undefined;

function refused(refusal: RefusedCall, root: string): void {
  scope.postMessage({ kind: "refused", refusal, root });
}

/** The ports of one call: its messages and data bear its number. */
function portsOf(
  { shared: buffer, writable, index, lanes, spare = 0, texts, scout }: EngineStart,
  out: Outbox,
): EnginePorts {
  const shared = new SharedState(buffer);
  const ports = workerPorts({
    shared,
    lane: 0,
    writable,
    index,
    emit: out.emit,
    data: out.data,
    refused,
  });
  ports.ask = inquiry.ask;
  ports.attributes = (asked) => inquiry.ask({ name: "attributes", asked });
  if (lanes !== undefined && lanes.length + spare > 0) {
    const call = { kind: "lane" as const, shared: buffer, writable, places: index, texts };
    const more = { seats: spare, name: scope.name, call, refused: scope.postMessage.bind(scope) };
    ports.lanes = crewOf(lanes, shared, spare > 0 ? spareLanes(more) : undefined);
  }
  if (scout !== undefined) ports.scout = crewOf([scout], shared);
  return ports;
}

async function answer(
  id: number,
  { command, request }: CommandCall,
  out: Outbox,
): Promise<EngineReply<CommandAnswer, Question>> {
  try {
    if (start === undefined) throw new Error("a call before the start");
    const ports = portsOf(start, out);
    return { kind: "done", call: id, answer: await perform(ports, command, request) };
  } catch (error) {
    const places = placesOf(command, request);
    const place = placeOf(places, error);
    const failure = asFailure(
      error,
      command,
      place,
      place !== undefined && place === places.target,
    );
    return { kind: "failed", call: id, error: toPlainError(failure) };
  }
}

scope.onmessage = async ({ data }): Promise<void> => {
  if (data.kind === "answer") return inquiry.take(data);
  if (data.kind === "start") {
    hearTexts(data.texts);
    start = data;
    return;
  }
  const out = new Outbox((reply) => scope.postMessage(reply), data.id);
  const reply = await answer(data.id, data.call, out);
  out.flush();
  scope.postMessage(reply);
};
const command = toldAs(scope.name);
if (isCommand(command)) await loadCommand(command);
scope.postMessage({ kind: "ready" });
