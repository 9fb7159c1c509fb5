/** Never comes to an end, or takes what it can get, by ways that are not a plain loop. `kind` chooses. */
import type { Host } from "../../../src/plugins/api.ts";
import type { Run } from "./deed.ts";

const never = (): Promise<undefined> => new Promise(() => {});

const KINDS: Record<string, (host: Host) => unknown> = {
  logs: (host) => {
    setInterval(() => host.log("info", "still at it"), 50);
    return never();
  },
  deaf: (host) => {
    host.signal.addEventListener("abort", () => {
      for (;;);
    });
    return never();
  },
  waitAsync: () => Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0).value,
  spin: () => {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (Atomics.load(cell, 0) === 0);
  },
  stream: () => new ReadableStream({ pull: (c) => c.enqueue("x") }).pipeTo(new WritableStream()),
  segments: () => {
    const segmenter = new Intl.Segmenter("th", { granularity: "word" });
    for (;;) for (const _ of segmenter.segment("ก".repeat(100_000)));
  },
  dates: () => {
    for (
      let day = Temporal.PlainDate.from("2000-01-01");;
      day = day.add({ days: 1 }).with({ year: 2000 })
    );
  },
  inspect: () =>
    // deno-lint-ignore no-console
    console.log({
      [Symbol.for("Deno.customInspect")]: () => {
        for (;;);
      },
    }),
  recursion: () => {
    const down = (): unknown => [down(), down()];
    return down();
  },
  clone: () => {
    let value: unknown = {};
    for (let n = 0; n < 1_000_000; n++) value = { value };
    return structuredClone(value);
  },
  shared: () => {
    const held: unknown[] = [];
    for (;;) {
      const block = new SharedArrayBuffer(64 << 20);
      new Uint8Array(block).fill(1);
      held.push(block);
    }
  },
  blobs: () => {
    const part = new Uint8Array(64 << 20).fill(1);
    const held: unknown[] = [];
    for (;;) held.push(new Blob([part.slice()]));
  },
  marks: () => {
    for (let n = 0;; n++) performance.mark(`${n}`.padEnd(10_000, "x"));
  },
  huge: () => new Uint8Array(2 ** 40),
};

export default {
  name: "stubborn",
  preBackup(run: Run, host: Host): unknown {
    return KINDS[run.options.kind]?.(host);
  },
};
