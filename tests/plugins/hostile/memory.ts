/** Takes memory without end: on the heap, outside of it, in strings. */
import type { Run } from "./deed.ts";

export default {
  name: "memory",
  preBackup(run: Run): never {
    const held: unknown[] = [];
    for (let n = 0;; n++) {
      if (run.options.kind === "buffers") held.push(new Uint8Array(16 * 1024 * 1024).fill(n));
      else if (run.options.kind === "strings") held.push(`${n}`.padEnd(1_000_000, "xy").split(""));
      else held.push({ n, list: new Array(1000).fill(n) });
    }
  },
};
