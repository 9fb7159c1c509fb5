/** Writes, makes, renames and removes. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "write",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const file = `${run.options.secret}/secret.txt`;
    const made = `${run.options.secret}/made`;
    return attempt(host, {
      write: () => Deno.writeTextFileSync(file, "gone"),
      create: () => Deno.writeTextFileSync(made, "x"),
      open: () => Deno.openSync(made, { write: true, create: true }),
      mkdir: () => Deno.mkdirSync(made),
      remove: () => Deno.removeSync(file),
      rename: () => Deno.renameSync(file, made),
      copy: () => Deno.copyFileSync(file, made),
      symlink: () => Deno.symlinkSync(file, made),
      link: () => Deno.linkSync(file, made),
      truncate: () => Deno.truncateSync(file),
      chmod: () => Deno.chmodSync(file, 0o777),
      utime: () => Deno.utimeSync(file, 0, 0),
      temp: () => Deno.makeTempFileSync(),
      self: () => Deno.writeTextFileSync(new URL(import.meta.url), "changed"),
      umask: () => all.Deno.umask(0),
    });
  },
};
