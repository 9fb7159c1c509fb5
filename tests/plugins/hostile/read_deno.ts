/** Reads files and the environment by `Deno`. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "read-deno",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const file = `${run.options.secret}/secret.txt`;
    return attempt(host, {
      readTextFile: () => Deno.readTextFile(file),
      readTextFileSync: () => Deno.readTextFileSync(file),
      readFile: () => Deno.readFile(file),
      passwd: () => Deno.readTextFileSync("/etc/passwd"),
      environ: () => Deno.readTextFileSync("/proc/self/environ"),
      open: () => Deno.openSync(file),
      stat: () => Deno.statSync(file),
      lstat: () => Deno.lstatSync(file),
      list: () => [...Deno.readDirSync(run.options.secret)],
      realPath: () => Deno.realPathSync(file),
      readLink: () => Deno.readLinkSync("/proc/self/exe"),
      url: () => Deno.readTextFileSync(new URL(`file://${file}`)),
      watch: () => all.Deno.watchFs(run.options.secret),
      env: () => Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE"),
      allEnv: () => Deno.env.toObject(),
      hostname: () => Deno.hostname(),
      request: () => all.Deno.permissions.requestSync({ name: "read" }),
    });
  },
};
