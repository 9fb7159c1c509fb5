/** The worker that looks into one vault for a viewer, with rights for this vault alone: numbered questions, answers. @module */

import { Browser } from "../engine/browse/browser.ts";
import { toPlainError } from "../base/errors.ts";
import type { VaultQuestionName, VaultQuestions } from "../base/vault_questions.ts";
import { SharedState } from "../sandbox/channel.ts";
import type { LookCall, LookReply, LookStart } from "../sandbox/look_wire.ts";
import { workerPorts } from "./engine_ports.ts";
import { startedAs } from "../text/speak.ts";
import { threadScope } from "./thread.ts";

const scope = threadScope<LookStart | LookCall, LookReply>();

let browser: Browser | undefined;

async function answered<K extends VaultQuestionName>(
  question: K,
  ask: VaultQuestions[K]["ask"],
): Promise<VaultQuestions[K]["answer"]> {
  if (browser === undefined) throw new Error("a question before the start");
  return await browser.answer(question, ask);
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
  const { id } = data;
  try {
    scope.postMessage({ kind: "done", id, answer: await answered(data.question, data.ask) });
  } catch (error) {
    scope.postMessage({ kind: "failed", id, error: toPlainError(error) });
  }
};
await startedAs(scope.name);
scope.postMessage({ kind: "ready" });
