/** Starts programs. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "run-program",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const args = [`${run.options.secret}/secret.txt`];
    return attempt(host, {
      output: () => new Deno.Command("cat", { args }).output(),
      outputSync: () => new Deno.Command("cat", { args }).outputSync(),
      spawn: () => new Deno.Command("/bin/cat", { args }).spawn(),
      self: () => new Deno.Command(Deno.build.os === "windows" ? "cmd" : "/proc/self/exe").output(),
      old: () => all.Deno.run({ cmd: ["cat", ...args] }),
      spawnFunction: () => all.Deno.spawnAndWaitSync("cat", args),
      library: () => all.Deno.dlopen("libc.so.6", {}),
      pointer: () => new all.Deno.UnsafePointerView(null),
      node: () => import("node:child_process").then((m) => m.execSync("cat")),
    });
  },
};
