/** `hikae serve` as a process of its own, and a browser of a few lines before it. */

import { serve as en } from "../../src/text/en/serve.ts";
import { serve as ja } from "../../src/text/ja/serve.ts";
import { run, type RunOptions, type RunResult, spawn } from "../helpers/cli_helper.ts";

/** A server that runs, and how to end it. */
export interface Serving extends AsyncDisposable {
  /** The link that it printed. */
  url: string;
  /** `http://127.0.0.1:PORT` */
  origin: string;
  pid: number;
  /** Interrupts it; gives what it left. */
  stop(): Promise<RunResult>;
}

/** Starts a server and waits until it says where it listens; throws what it said instead. */
export async function serving(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Serving> {
  const child = spawn(["serve", ...args], options);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const errors = new Response(child.stderr).text();
  let said = "";
  let url: string | undefined;
  while (url === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`serve ended: ${said}${await errors}`);
    said += value;
    url = /http:\/\/127\.0\.0\.1:\d+\/open\/[0-9a-f]{64}/.exec(said)?.[0];
  }
  const rest = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      said += value;
    }
  })();
  const stop = async (): Promise<RunResult> => {
    try {
      child.kill("SIGINT");
    } catch {
      // it has ended by itself
    }
    const { code } = await child.status;
    await rest;
    return { code, stdout: said, stderr: await errors, json: [] };
  };
  return {
    url,
    origin: new URL(url).origin,
    pid: child.pid,
    stop,
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

/** A server whose printed link was followed. */
export interface Entered {
  origin: string;
  /** The address of all its pages, without a slash at the end. */
  start: string;
  /** `NAME=VALUE` */
  cookie: string;
  /** Asks for an address below the start. */
  visit(path: string, init?: RequestInit): Promise<Response>;
}

/** Follows the printed link as a browser does. */
export async function enter({ url, origin }: Pick<Serving, "url" | "origin">): Promise<Entered> {
  const welcome = await fetch(url, { redirect: "manual" });
  const page = await welcome.text();
  const cookie = (welcome.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const first = /url=\/([0-9a-f]+)\//.exec(page)?.[1];
  if (first === undefined) throw new Error(`no way on: ${welcome.status} ${page}`);
  const start = `${origin}/${first}`;
  const visit = (path: string, init: RequestInit = {}): Promise<Response> =>
    patiently(
      init.method,
      () =>
        fetch(start + path, { redirect: "manual", ...init, headers: { cookie, ...init.headers } }),
    );
  return { origin, start, cookie, visit };
}

/** A vault that does not answer in time: on a slow machine its process may only be starting. */
const SILENT = new RegExp([en["serve.silent"], ja["serve.silent"]].join("|"));

/** Asks as a patient person does: where the vault does not answer yet, once more. */
async function patiently(
  method = "GET",
  ask: () => Promise<Response>,
): Promise<Response> {
  for (let tries = 0;; tries++) {
    const answer = await ask();
    if (method !== "GET" || answer.status !== 500 || tries === 30) return answer;
    const { status, headers } = answer;
    const body = await answer.text();
    if (!SILENT.test(body)) return new Response(body, { status, headers });
  }
}

/** The same, for who only asks. */
export async function follow(server: Serving): Promise<Entered["visit"]> {
  return (await enter(server)).visit;
}

/** Backs up `source` into `vault`; throws when it does not end well. */
export async function backUp(
  source: string,
  vault: string,
  options: RunOptions = {},
): Promise<void> {
  const done = await run(["backup", source, vault], options);
  if (done.code !== 0) throw new Error(done.stderr);
}
