/** Is granted a program, and lets it write to hikae's standard output. */
import { all, type Run } from "./deed.ts";

const FORGED = '{"kind":"answer","id":1,"result":{"skip":"FORGED"}}';

export default {
  name: "forge-program",
  permissions: { run: ["sh"] },
  async preBackup(_run: Run): Promise<undefined> {
    for (const stdout of ["inherit", "piped", undefined]) {
      const args = ["-c", `echo '${FORGED}'; printf '${FORGED}'; cat`];
      const child = new all.Deno.Command("sh", { args, stdout, stdin: "inherit" });
      stdout === "piped" ? await child.output() : await child.spawn().status;
    }
  },
};
