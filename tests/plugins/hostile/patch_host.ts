/** Changes what hikae hands it. */
import type { Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "patch-host",
  preBackup(run: Run, host: Host): undefined {
    const open = run as unknown as Record<string, unknown>;
    open["source"] = "/etc";
    open["vaults"] = ["/etc"];
    open["dryRun"] = true;
    (run.options as unknown as Record<string, unknown>)["secret"] = "changed";
    Object.defineProperty(host, "log", { value: () => {} });
    Object.setPrototypeOf(run, null);
  },
  filter(batch: { dir: string; entries: unknown[] }[]): undefined {
    for (const directory of batch) {
      directory.dir = "../..";
      directory.entries.length = 0;
    }
    batch.length = 0;
  },
  postBackup(result: Run, host: Host): void {
    host.log("info", `sees ${result.source} ${result.options.secret}`);
  },
};
