/** `hikae serve` as the bench asks it: started, followed by a browser of a few lines, weighed, and ended. @module */

import type { Invocation } from "./measure.ts";

/** A server that runs. */
export interface Served extends AsyncDisposable {
  /** From the start of the program to the line with the address, ms. */
  startMs: number;
  pid: number;
  /** Asks below the start of this server, as the browser that followed its link. */
  visit(path: string): Promise<Response>;
  /** The same below `path` by curl, which costs next to nothing: bytes, written nowhere. */
  fetchAll(path: string): Promise<number>;
}

const LINK = /http:\/\/127\.0\.0\.1:\d+\/open\/[0-9a-f]+/;

/** Starts a server and follows its link. */
export async function served(what: Invocation): Promise<Served> {
  const started = performance.now();
  const child = new Deno.Command(what.program, {
    args: [...what.args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    ...(what.env === undefined ? {} : { env: { ...what.env } }),
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let link: string | undefined;
  while (link === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`serve ended: ${said}`);
    said += value;
    link = LINK.exec(said)?.[0];
  }
  const startMs = performance.now() - started;
  reader.cancel().catch(() => {});
  const welcome = await fetch(link);
  const start = /url=(\/[0-9a-f]+)\//.exec(await welcome.text())?.[1] ?? "";
  const cookie = (welcome.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return {
    startMs,
    pid: child.pid,
    visit: (path) => fetch(new URL(start + path, link), { headers: { cookie } }),
    fetchAll: async (path) => {
      const args = ["-sf", "-o", "/dev/null", "-w", "%{size_download}", "-H", `cookie: ${cookie}`];
      const { stdout } = await new Deno.Command("curl", {
        args: [...args, new URL(start + path, link).href],
      }).output();
      return Number(new TextDecoder().decode(stdout));
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGINT");
      await child.status;
    },
  };
}

/** Milliseconds to an answer's first byte; the rest is read too. */
export async function firstByteMs(answer: () => Promise<Response>): Promise<number> {
  const started = performance.now();
  const { body, status } = await answer();
  const reader = body?.getReader();
  const first = await reader?.read();
  const ms = performance.now() - started;
  if (status !== 200 || first?.done !== false) throw new Error(`no page: ${status}`);
  while ((await reader?.read())?.done === false) { /* to its end */ }
  return ms;
}

/** The processes that a process started. */
export function childrenOf(pid: number): number[] {
  const { stdout } = new Deno.Command("ps", { args: ["-o", "pid=", "--ppid", String(pid)] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim().split(/\s+/).filter((w) => w !== "").map(Number);
}

/** What a process holds of memory that no other one shares, in MB. */
export function memoryMB(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN);
  return kilobytes("Pss") / 1024;
}
