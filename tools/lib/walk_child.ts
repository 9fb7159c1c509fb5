/**
 * Runs one backup with V8's precise coverage on, and says which functions it called, as JSON in a file. `main` counts main
 * and keeps what it sent to its engine; `engine` has the engine's thread do the same in this process, and counts that.
 * @module
 */

import { type Profiler, Session } from "node:inspector";
import { fromFileUrl } from "@std/path";

const ROOT = new URL("../../", import.meta.url).href;
const session = new Session();
session.connect();

function post(method: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const params = { callCount: true, detailed: false };
  const answer = (error: Error | null, answer?: object): void =>
    error === null ? resolve(answer) : reject(error);
  session.post(method, method.includes("start") ? params : {}, answer);
  return promise;
}

async function count(): Promise<void> {
  await post("Profiler.enable");
  await post("Profiler.startPreciseCoverage");
}

/** The functions called since; what a module does when it is loaded is none of them. */
async function writeCalls(to: string): Promise<void> {
  const { result } = await post(
    "Profiler.takePreciseCoverage",
  ) as Profiler.TakePreciseCoverageReturnType;
  const called = result.filter(({ url }) => url.startsWith(ROOT) && !url.includes("/tools/"))
    .flatMap(({ url, functions }) =>
      functions.flatMap(({ functionName: name, ranges: [whole] }) =>
        whole === undefined || whole.startOffset === 0 || whole.count === 0 ? [] : [{
          file: fromFileUrl(url).slice(fromFileUrl(ROOT).length),
          name,
          at: whole.startOffset,
          calls: whole.count,
        }]
      )
    );
  Deno.writeTextFileSync(to, JSON.stringify(called));
}

/** Main, whose threads are others; what it tells its engine goes to `sent`. */
async function main(to: string, sent: string, words: readonly string[]): Promise<void> {
  const said: unknown[] = [];
  const Real = Worker;
  globalThis.Worker = class extends Real {
    readonly #isEngine: boolean;

    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.#isEngine = String(url).includes("/workers/engine/");
    }

    override postMessage(
      message: unknown,
      transfer?: Transferable[] | StructuredSerializeOptions,
    ): void {
      if (this.#isEngine) said.push(message);
      super.postMessage(message, transfer as Transferable[]);
    }
  };
  // what main gives up here it needs for the answer
  Deno.permissions.revokeSync = () => ({ state: "granted" }) as Deno.PermissionStatus;
  const program = await import("../../src/cli/main.ts");
  await count();
  const code = await program.main(words);
  await writeCalls(to);
  Deno.writeTextFileSync(sent, JSON.stringify(said));
  Deno.exit(code);
}

/** The engine's thread takes this process for its own, and hears what main said. */
async function engine(to: string, sent: string): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const scope = Object.assign(globalThis, {
    name: "backup",
    onmessage: (_event: { data: unknown }): void => {},
    postMessage: ({ kind, error }: { kind: string; error?: unknown }): void => {
      if (kind === "done") ended.resolve();
      if (kind === "failed") ended.reject(new Error(JSON.stringify(error)));
    },
  });
  await import("../../src/workers/engine.ts");
  const { SharedState } = await import("../../src/sandbox/channel.ts");
  await count();
  for (const data of JSON.parse(Deno.readTextFileSync(sent))) {
    scope.onmessage({ data: { ...data, shared: new SharedState().buffer, lanes: [] } });
  }
  await ended.promise;
  await writeCalls(to);
  Deno.exit(0);
}

const [who, to = "", sent = "", ...words] = Deno.args;
await (who === "main" ? main(to, sent, words) : engine(to, sent));
