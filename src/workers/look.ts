/** The worker that looks into one vault for a viewer, with rights for this vault alone: numbered questions, answers. @module */

import "../text/own_texts.ts";
import { Browser } from "../engine/browse/browser.ts";
import { toPlainError } from "../base/errors.ts";
import { SharedState } from "../sandbox/channel.ts";
import type { LookCall, LookReply, LookStart } from "../sandbox/look_wire.ts";
import { writeFrame } from "../platform/answers.ts";
import { workerPorts } from "./engine_ports.ts";
import { startedAs } from "../text/speak.ts";
import { threadScope } from "./thread.ts";

const scope = threadScope<LookStart | LookCall, "ready">();

let browser: Browser | undefined;

function opened(): Browser {
  if (browser === undefined) throw new Error("a question before the start");
  return browser;
}

scope.onmessage = async ({ data }): Promise<void> => {
  if (data.kind === "start") {
    const none = (): void => {};
    const { writable, root, index } = data;
    const ports = workerPorts({
      shared: new SharedState(),
      lane: 0,
      writable,
      index,
      emit: none,
      data: none,
      refused: none,
    });
    browser = new Browser(ports, root, Deno.build.os === "windows");
    return;
  }
  await reply(data);
};

/** Whoever does not read the answer is a program of hikae that has ended: this one ends too. */
async function reply({ id, question, ask }: LookCall): Promise<void> {
  let sent: () => void;
  try {
    if (question === "read") {
      await opened().find(ask);
      // written before anything else is done: the next piece is read into the same place
      const piece = opened().piece(ask);
      return writeFrame({ id, raw: true } satisfies LookReply, piece);
    }
    const answer = await opened().answer(question, ask);
    sent = () => writeFrame({ id, answer } satisfies LookReply);
  } catch (error) {
    sent = () => writeFrame({ id, error: toPlainError(error) } satisfies LookReply);
  }
  sent();
}

await startedAs(scope.name);
scope.postMessage("ready");
