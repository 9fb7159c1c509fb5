/** A proxy on loopback in front of a server: it passes requests on as they are, or breaks, delays, cuts, repeats and lies. */

import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to a request. */
export type Fault =
  /** It never arrives. */
  | "drop"
  /** It arrives, and its answer does not. */
  | "lose"
  /** Half of its answer arrives. */
  | "cut"
  /** It arrives twice. */
  | "repeat"
  /** It does not arrive, and is answered as if it had. */
  | "lie"
  /** It takes a while. */
  | "delay"
  /** The server answers with this code. */
  | { status: number; body?: string };

/** All that are tried at each request. */
export const FAULTS: readonly Fault[] = [
  "drop",
  "lose",
  "cut",
  "repeat",
  "lie",
  "delay",
  { status: 503 },
  { status: 429 },
  { status: 500 },
  { status: 409 },
];

/** A request that passes. */
export interface Passing {
  /** Counted from 1. */
  n: number;
  method: string;
  url: string;
  /** Bytes of its body. */
  bytes: number;
}

/** A proxy. */
export interface Proxy extends AsyncDisposable {
  port: number;
  /** What has passed since it was emptied. */
  passed: Passing[];
  /** Says what happens to a request; undefined for nothing. */
  rule: (passing: Passing) => Fault | undefined | Promise<Fault | undefined>;
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Uint8Array;
}

async function bytesOf(stream: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part as Uint8Array);
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

function forward(to: number, from: IncomingMessage, body: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = request({
      host: "127.0.0.1",
      port: to,
      method: from.method,
      // whoever takes this for a proxy of the environment's asks for the whole address
      path: from.url?.replace(/^http:\/\/[^/]+/, ""),
      // the host is signed
      headers: from.headers,
    }, (answer) => {
      bytesOf(answer).then((body) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
      }, reject);
    });
    passed.on("error", reject);
    passed.end(body);
  });
}

/** Starts a proxy to a port of this machine. */
export async function startProxy(to: number): Promise<Proxy> {
  const proxy = { port: 0, passed: [] as Passing[], rule: () => undefined } as unknown as Proxy;
  const handle = async (from: IncomingMessage, out: ServerResponse): Promise<void> => {
    const body = await bytesOf(from);
    const passing = {
      n: proxy.passed.length + 1,
      method: from.method ?? "",
      url: from.url ?? "",
      bytes: body.length,
    };
    proxy.passed.push(passing);
    const fault = await proxy.rule(passing);
    if (fault === "drop") return void from.socket.destroy();
    if (typeof fault === "object") {
      out.writeHead(fault.status, { date: "Mon, 01 Jan 2024 00:00:00 GMT" });
      return void out.end(fault.body ?? "");
    }
    if (fault === "lie") {
      out.writeHead(200, { etag: '"00000000000000000000000000000000"' });
      return void out.end(lieTo(passing));
    }
    if (fault === "delay") await new Promise((resolve) => setTimeout(resolve, 150));
    if (fault === "repeat") await forward(to, from, body);
    const answer = await forward(to, from, body);
    if (fault === "lose") return void from.socket.destroy();
    out.writeHead(answer.status, answer.headers);
    if (fault !== "cut") return void out.end(answer.body);
    out.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)));
    setTimeout(() => from.socket.destroy(), 20);
  };
  const server = createServer((from, out) => {
    handle(from, out).catch(() => from.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.port = (server.address() as AddressInfo).port;
  proxy[Symbol.asyncDispose] = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}

/** What a server that stores nothing says. */
function lieTo({ method, url }: Passing): string {
  if (method === "POST" && url.includes("uploads")) {
    return "<InitiateMultipartUploadResult><UploadId>none</UploadId></InitiateMultipartUploadResult>";
  }
  if (method === "POST") {
    return '<CompleteMultipartUploadResult><ETag>"0"</ETag></CompleteMultipartUploadResult>';
  }
  return "";
}
