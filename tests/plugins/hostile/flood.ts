/** Sends more than anybody can read. */
import type { Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "flood",
  async preBackup(run: Run, host: Host): Promise<unknown> {
    const { kind } = run.options;
    if (kind === "huge") return { skip: "x".repeat(64 * 1024 * 1024) };
    if (kind === "wide") return { exclude: new Array(3_000_000).fill("x") };
    if (kind === "long") host.log("info", "x".repeat(20 * 1024 * 1024));
    if (kind === "slow") {
      for (;;) {
        host.log("info", "again");
        await Promise.resolve();
      }
    }
    for (;;) host.log("info", "again");
  },
};
