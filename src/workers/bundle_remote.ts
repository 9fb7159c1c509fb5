/**
 * The worker that reaches a place away from home: one host and the spool to read, or one program, and nothing else. It
 * carries out what the engine asks by way of main, each question by itself. @module
 */

import "../text/own_texts.ts";
import { toPlainError } from "../base/errors.ts";
import type { RemoteQuestion } from "../base/remote.ts";
import { keepHeapSmall } from "../platform/heap.ts";
import { type CarryOut, carryOutAt } from "../platform/remote_objects.ts";
import type { RemoteCall, RemoteReply } from "../sandbox/remote_wire.ts";
import { threadScope } from "./thread.ts";

keepHeapSmall();

const scope = threadScope<RemoteCall, RemoteReply>();

const ended = new AbortController();

let carryOut: CarryOut | undefined;

async function answer(id: number, question: RemoteQuestion): Promise<void> {
  try {
    if (carryOut === undefined) throw new Error("a question before the start");
    const { op } = question;
    const answer = await carryOut(question);
    scope.postMessage({ kind: "answer", id, answer: { op, answer } });
  } catch (error) {
    scope.postMessage({ kind: "answer", id, error: toPlainError(error) });
  }
}

scope.onmessage = ({ data }): void => {
  if (data.kind === "start") carryOut = carryOutAt(data.work, ended.signal);
  else if (data.kind === "stop") ended.abort();
  else void answer(data.id, data.question);
};
scope.postMessage({ kind: "ready" });
