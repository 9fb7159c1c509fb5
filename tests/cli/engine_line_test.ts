/** What main hears of an engine, and in which order people and programs hear it. */

import { assertEquals, assertRejects } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { EngineLine, type EngineThreads } from "../../src/cli/engine.ts";
import { reindex } from "../../src/cli/spec/reindex.ts";
import { type EngineCall, type EngineStart, SharedState, SLOT } from "../../src/sandbox/channel.ts";
import { testContext } from "../portable/portable_support.ts";

/** An engine that tells its summary at once, and is done `ms` later: its disk is slow to let go. */
function slowToEnd(ms: number): EngineThreads {
  const engine = {
    onmessage: (_event: { data: unknown }): void => {},
    terminate: (): void => {},
    postMessage: (message: EngineStart | EngineCall<unknown>): void => {
      if (message.kind === "start") new SharedState(message.shared).add(0, SLOT.filesDone, 1);
      if (message.kind !== "call") return;
      const summary = { message_type: "summary", command: "reindex" };
      engine.onmessage({ data: { kind: "messages", call: message.id, messages: [summary] } });
      const done = { kind: "done", call: message.id, answer: { errors: 0 } };
      setTimeout(() => engine.onmessage({ data: done }), ms);
    },
  };
  return {
    engine: engine as unknown as Worker,
    lanes: [],
    scouts: [],
    first: Promise.resolve(),
    ready: Promise.resolve(),
    end: () => {},
  };
}

Deno.test("no word of progress follows a summary, however long the engine takes to end", async () => {
  const context = testContext(reindex, "/", {}, { json: true });
  const run = { command: "reindex", access: "look", roots: {} } as const;
  const line = new EngineLine(context, run, slowToEnd(2500), []);
  await line.call({ root: "/v", given: "/v" });
  line.end();
  // its turn is over
  await turn();
  assertEquals(context.messages.map((m: Message) => m.message_type), ["summary"]);
});

/** Lets all that waits for nothing but its turn have it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

Deno.test("an engine is at work while others begin, and is heard once all of them have", async () => {
  const context = testContext(reindex, "/", {}, { json: true });
  const ready = Promise.withResolvers<void>();
  const beside = Promise.withResolvers<void>();
  const run = { command: "reindex", access: "look", roots: {}, beside: beside.promise } as const;
  const line = new EngineLine(context, run, { ...slowToEnd(0), ready: ready.promise }, []);
  let answered = false;
  const call = line.call({ root: "/v", given: "/v" }).then(() => answered = true);
  await turn();
  ready.resolve();
  await turn();
  await turn();
  assertEquals([context.messages, answered], [[], false]);
  beside.resolve();
  await call;
  line.end();
  assertEquals(context.messages.map((m: Message) => m.message_type), ["summary"]);
});

Deno.test("an engine that is at work is stopped in order when a thread beside it cannot begin", async () => {
  const context = testContext(reindex, "/", {}, { json: true });
  const run = { command: "reindex", access: "look", roots: {} } as const;
  const crew = slowToEnd(0);
  const told: SharedState[] = [];
  const post = crew.engine.postMessage.bind(crew.engine);
  crew.engine.postMessage = (message: EngineStart): void => {
    if (message.kind === "start") told.push(new SharedState(message.shared));
    post(message);
  };
  const ready = Promise.reject(new Error("no module"));
  const line = new EngineLine(context, run, { ...crew, ready }, []);
  await assertRejects(() => line.call({ root: "/v", given: "/v" }), Error, "no module");
  line.end();
  // what it said meanwhile is said to nobody
  await turn();
  assertEquals([told[0]?.cancelled, context.messages], [true, []]);
});
