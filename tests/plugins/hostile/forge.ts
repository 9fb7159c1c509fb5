/** Forges hikae's protocol: on standard output, in log lines, through a program, past its channel. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

const FORGED = '{"kind":"answer","id":1,"result":{"skip":"FORGED"}}';

export default {
  name: "forge",
  async preBackup(_run: Run, host: Host): Promise<undefined> {
    const lines = new TextEncoder().encode(
      `\n${FORGED}\n00000000-0000-0000-0000-000000000000 m ${FORGED}\n`,
    );
    await attempt(host, {
      stdout: () => all.Deno.stdout.writeSync(lines),
      stderr: () => all.Deno.stderr.writeSync(lines),
      stdin: () => all.Deno.stdin.readSync(new Uint8Array(1000)),
      device: () => Deno.writeFileSync("/dev/stdout", lines),
      descriptor: () => Deno.writeFileSync("/proc/self/fd/1", lines),
      post: () => all.postMessage(FORGED),
      fsFile: () => new all.Deno.FsFile(1).writeSync(lines),
      fs: () => import("node:fs").then((m) => m.writeSync(1, lines)),
    });
    all.dispatchEvent(new MessageEvent("message", { data: FORGED })); // nobody listens
    // deno-lint-ignore no-console
    console.log(`\n${FORGED}\n`);
    host.log("info", `\r\n${FORGED}\n\u001b[2J`);
  },
};
