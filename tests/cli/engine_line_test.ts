/** What main hears of an engine, and in which order people and programs hear it. */

import { assertEquals } from "@std/assert";
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
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(context.messages.map((m: Message) => m.message_type), ["summary"]);
});
