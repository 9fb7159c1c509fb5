/** Never comes to an end, in several ways. */
import type { Run } from "./deed.ts";

export default {
  name: "loop",
  preBackup(run: Run): Promise<undefined> | undefined {
    switch (run.options.kind) {
      case "sync":
        for (;;);
      case "regex":
        /^(a+)+$/.test("a".repeat(60) + "b");
        return;
      case "wait":
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        return;
      case "timers":
        return new Promise(() => setInterval(() => {}, 1));
      case "microtasks": {
        const again = (): void => void Promise.resolve().then(again);
        return new Promise(again);
      }
      case "thenable":
        return { then(): void {} } as unknown as Promise<undefined>;
      default:
        return new Promise(() => {});
    }
  },
};
