/** A second click asks the server of the first for a link, over the loopback address. @module */

import type { IncomingMessage } from "node:http";
import { builtin } from "../../platform/builtin.ts";
import type { ClickNote } from "./click_place.ts";
import type { OpensAt } from "./first_page.ts";

/** A server that does not answer for so long is none, ms. */
const LONGEST = 10_000;

/** A link, and when nobody needs it any more. */
export interface AskedLink {
  url: string;
  /** Settles when it was followed, or the server ended. */
  followed: Promise<void>;
}

/**
 * Asks for a link to a page. Undefined when nobody answers, or the vault is none of that server's. By `node:http`, since
 * `fetch` would hand the secret to a proxy of the environment.
 */
export function askServer(
  { port, secret }: ClickNote,
  at: OpensAt,
): Promise<AskedLink | undefined> {
  const http = builtin<typeof import("node:http")>("node:http");
  const body = new URLSearchParams({
    vault: at.root,
    path: at.path,
    directory: at.directory ? "yes" : "",
  }).toString();
  return new Promise((resolve) => {
    const none = (): void => resolve(undefined);
    const request = http.request({
      host: "127.0.0.1",
      port,
      method: "POST",
      path: "/click",
      headers: {
        authorization: `Bearer ${secret}`,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(body.length),
      },
      timeout: LONGEST,
    }, (answer) => read(answer, resolve));
    request.on("error", none);
    request.on("timeout", none);
    request.end(body);
  });
}

/** The link is the first line; what ends the answer is that it was followed. */
function read(answer: IncomingMessage, resolve: (link: AskedLink | undefined) => void): void {
  if (answer.statusCode !== 200) {
    answer.resume();
    return resolve(undefined);
  }
  const followed = Promise.withResolvers<void>();
  let said = "";
  answer.setEncoding("utf8");
  answer.on("data", (piece: string) => {
    said += piece;
    const [url, rest] = said.split("\n");
    if (url !== undefined && rest !== undefined) resolve({ url, followed: followed.promise });
  });
  const end = (): void => {
    followed.resolve();
    resolve(undefined);
  };
  answer.on("end", end);
  answer.on("error", end);
}
