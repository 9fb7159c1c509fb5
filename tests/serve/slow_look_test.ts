/** A look that is slow goes on, and its next answer counts; one that hangs is started again. By a child of the test's own. */

import { assertEquals, assertRejects } from "@std/assert";
import { packFrame, readFrames } from "../../src/base/frames.ts";
import { type LookChild, LookProcess } from "../../src/cli/serve/look_process.ts";

/** Longer than any test. */
const LONG = 2 ** 30;

/** Children that answer when they are told to. */
class Children {
  /** Of each child that was started: whether it was ended. */
  readonly ended: boolean[] = [];
  #answers: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #asked = Promise.withResolvers<void>();
  #questions = 0;

  readonly start = (): LookChild => {
    const child = this.ended.push(false) - 1;
    const [input, output] = [pipe(), pipe()];
    this.#answers = output.writable.getWriter();
    void this.#listen(input.readable);
    return {
      stdin: input.writable as LookChild["stdin"],
      stdout: output.readable as unknown as LookChild["stdout"],
      status: Promise.resolve({ success: false, code: 1, signal: null }),
      kill: () => void (this.ended[child] = true),
    };
  };

  /** Until so many questions have come. */
  async asked(count: number): Promise<void> {
    while (this.#questions < count) await this.#asked.promise;
  }

  async answer(id: number, answer: unknown): Promise<void> {
    await this.#answers?.write(packFrame({ id, answer }));
  }

  async #listen(input: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const { head } of readFrames(input)) {
      if ((head as { question?: string }).question === undefined) continue;
      this.#questions++;
      this.#asked.resolve();
      this.#asked = Promise.withResolvers();
    }
  }
}

/** A pipe of bytes, as between processes. */
function pipe(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let controller: ReadableByteStreamController | undefined;
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    type: "bytes",
    start: (c) => void (controller = c as ReadableByteStreamController),
  });
  const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (bytes) => void controller?.enqueue(bytes.slice()),
    close: () => {
      controller?.close();
      controller?.byobRequest?.respond(0);
    },
  });
  return { readable, writable };
}

const TASK = { root: "/v", read: [], write: [], index: {}, unscoped: false };

Deno.test("serve: a look that answers later than anybody waits is not ended, and answers the next question", async () => {
  const children = new Children();
  const limits = { longest: 0, check: LONG, hung: LONG, idle: LONG };
  const look = new LookProcess(TASK, limits, children.start);
  await assertRejects(() => look.ask("facts", {}), Error, "does not answer");
  await children.asked(1);
  assertEquals(children.ended, [false], "it may be making the index");
  limits.longest = LONG;
  const next = look.ask("entry", { at: "latest", path: "a" });
  await children.asked(2);
  await children.answer(1, "too late");
  await children.answer(2, null);
  assertEquals(await next, null);
  assertEquals(children.ended, [false]);
  look.close();
  assertEquals(children.ended, [true]);
});

Deno.test("serve: a look that has answered nothing for too long is ended, and the next question starts one", async () => {
  const children = new Children();
  const limits = { longest: 0, check: LONG, hung: -1, idle: LONG };
  const look = new LookProcess(TASK, limits, children.start);
  await assertRejects(() => look.ask("facts", {}), Error, "does not answer");
  limits.longest = LONG;
  const next = look.ask("entry", { at: "latest", path: "a" });
  await children.asked(2);
  await children.answer(2, null);
  assertEquals(await next, null);
  assertEquals(children.ended, [true, false]);
  look.close();
});
