/** Ends the process, or what hikae thinks of as the end. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "end-process",
  preBackup(_run: Run, host: Host): Promise<undefined> {
    return attempt(host, {
      exit: () => all.Deno.exit(0),
      exitCode: () => {
        all.Deno.exitCode = 7;
      },
      kill: () => all.Deno.kill(Deno.pid),
      killParent: () => all.Deno.kill(all.Deno.ppid, "SIGKILL"),
      processExit: () => all.process.exit(0),
      close: () => all.close(),
      selfClose: () => all.self.close(),
      abort: () => all.process.abort(),
    });
  },
};
