/** Takes over Ctrl-C, changes the working directory, talks to the person at the terminal. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "take-over",
  preBackup(run: Run, host: Host): Promise<undefined> {
    return attempt(host, {
      signal: () => all.Deno.addSignalListener("SIGINT", () => {}),
      unlisten: () => all.Deno.removeSignalListener("SIGINT", () => {}),
      processOn: () => all.process.on("SIGINT", () => {}),
      chdir: () => all.Deno.chdir(run.options.secret),
      processChdir: () => all.process.chdir("/"),
      prompt: () => all.prompt("password?"),
      confirm: () => all.confirm("grant all?"),
      alert: () => all.alert("x"),
      setEnv: () => Deno.env.set("PATH", "/tmp"),
      permission: () => all.Deno.permissions.request({ name: "run" }),
      raw: () => all.Deno.stdin.setRaw(true),
    });
  },
};
