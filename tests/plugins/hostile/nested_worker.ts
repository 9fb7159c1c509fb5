/** Starts threads of its own, in which there is no guard. */
import { all, attempt, type Run, urlOf } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "nested-worker",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const code = `data:text/javascript,import(${JSON.stringify(urlOf(run, "secret.ts"))})`;
    const some = (value: unknown): unknown => {
      if (value === undefined) throw new Error("not there");
      return value;
    };
    return attempt(host, {
      worker: () => new all.Worker(code, { type: "module" }),
      self: () => new all.self.Worker(code, { type: "module" }),
      shared: () => new all.SharedWorker(code),
      threads: () => import("node:worker_threads").then((m) => new m.Worker(code)),
      realm: () => new all.ShadowRealm(),
      scope: () => some(all.WorkerGlobalScope ?? all.Window),
      post: () => all.postMessage({ forged: true }),
      wasm: () => some(all.WebAssembly),
    });
  },
};
