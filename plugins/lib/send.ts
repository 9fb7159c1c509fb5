/** Sends a request and tries again when that may help. No error of it holds an address or a secret. @module */

import { say } from "./send_words.ts";
import { sleep } from "./sleep.ts";
import { shared } from "./words.ts";

/** Where to send, as it stands in a plugin's options. */
export interface Target {
  /** The address. */
  url?: string;
  /** Or the environment variable that holds it, where the address itself is the secret. */
  urlEnv?: string;
  /** With `urlEnv`: the host of that address, since it has to be granted before the variable is read. */
  host?: string;
  /** The environment variable whose value goes along as `Authorization: Bearer …`. */
  tokenEnv?: string;
  /** How often to try again (default 3). */
  retries?: number;
  /** How long to wait before the second attempt, in ms; twice as long before each next one (default 1000). */
  backoffMs?: number;
}

/** What a plugin with this target needs to be granted. */
export function needs(target: Target): { net: string[]; env: string[] } {
  const url = target.url === undefined ? undefined : parse(target.url);
  const host = url === undefined ? target.host : hostOf(url);
  const net = host === undefined ? [] : [/:\d+$/.test(host) ? host : `${host}:443`];
  return { net, env: [target.urlEnv, target.tokenEnv].filter((name) => name !== undefined) };
}

/** The address, from the options or from the environment. */
export function addressOf(target: Target, env: (name: string) => string | undefined): URL {
  const { url, urlEnv } = target;
  if (url === undefined && urlEnv === undefined) {
    throw new Error(say("no-address"));
  }
  const text = url ?? env(urlEnv ?? "");
  if (text === undefined || text === "") throw new Error(shared("not-set", { name: urlEnv ?? "" }));
  const where = url === undefined ? say("the-variable", { name: urlEnv ?? "" }) : say("the-option");
  const parsed = parse(text);
  if (parsed === undefined) throw new Error(say("odd-address", { where }));
  return parsed;
}

/** The headers with the token, when there is to be one. */
export function authorization(
  target: Target,
  env: (name: string) => string | undefined,
): Record<string, string> {
  if (target.tokenEnv === undefined) return {};
  const token = env(target.tokenEnv);
  if (token === undefined) throw new Error(shared("not-set", { name: target.tokenEnv }));
  return { authorization: `Bearer ${token}` };
}

/** Sends; throws when the last attempt failed, or the answer says that another one is of no use. */
export async function send(
  url: URL,
  request: { body: string; headers: Record<string, string> },
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const attempts = 1 + Math.max(0, target.retries ?? 3);
  const first = target.backoffMs ?? 1000;
  for (let attempt = 1;; attempt++) {
    const { failure, again, wait } = await trySend(url, request, signal);
    if (failure === undefined) return;
    if (!again || attempt >= attempts || signal.aborted) {
      const tries = attempt === 1 ? "" : say("attempts", { n: attempt });
      throw new Error(`${say("send", { host: hostOf(url), failure })}${tries}`);
    }
    await sleep(Math.max(wait, first * 2 ** (attempt - 1)), signal);
  }
}

interface Attempt {
  failure?: string;
  again: boolean;
  /** How long the server wants to be left alone, in ms. */
  wait: number;
}

async function trySend(
  url: URL,
  { body, headers }: { body: string; headers: Record<string, string> },
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    // A redirect could take the secret to another host.
    const response = await fetch(url, {
      method: "POST",
      body,
      headers,
      signal,
      redirect: "manual",
    });
    await response.body?.cancel();
    if (response.ok) return { again: false, wait: 0 };
    const again = response.status >= 500 || [408, 425, 429].includes(response.status);
    const wait = (Number(response.headers.get("retry-after")) || 0) * 1000;
    return { failure: shared("answered", { status: response.status }), again, wait };
  } catch (error) {
    // The runtime's message has the whole address in it, which may be the secret.
    const cause = error instanceof Error && error.name === "NotCapable"
      ? say("not-granted")
      : say("no-answer");
    return { failure: signal.aborted ? say("time-over") : cause, again: true, wait: 0 };
  }
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The host with its port, also where the port is the usual one. */
function hostOf(url: URL): string {
  return url.port === "" ? `${url.hostname}:${url.protocol === "http:" ? 80 : 443}` : url.host;
}
