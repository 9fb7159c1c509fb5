/** A real server of S3 on this machine: versitygw, with versions and object lock. */

import { join } from "@std/path";
import type { RemoteWork } from "../../src/base/remote_work.ts";
import { S3Client } from "../../src/platform/s3/client.ts";

/** The program: `HIKAE_VERSITYGW`, that of the tests about places away, or in PATH; undefined where there is none. */
export function serverProgram(): string | undefined {
  const away = Deno.env.get("HIKAE_AWAY_BIN");
  const places = [
    Deno.env.get("HIKAE_VERSITYGW"),
    ...(away === undefined ? [] : [join(away, "versitygw")]),
    "versitygw",
  ];
  return places.find((p) => p !== undefined && canRun(p, "--version"));
}

/** True when a program is there and runs. */
export function canRun(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** The keys of the server. */
export const KEYS = { id: "hikae", secret: "hikae-secret-1", token: undefined };

/** As the program gets them. */
export const KEY_ENV = { AWS_ACCESS_KEY_ID: KEYS.id, AWS_SECRET_ACCESS_KEY: KEYS.secret };

/** A server that runs. */
export interface S3Server extends AsyncDisposable {
  port: number;
  /** A client of a bucket with all rights. */
  client(bucket: string): S3Client;
}

/** The bucket of the tests, with object lock. */
export const BUCKET = "bundles";

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** How the tests reach a port of this machine. */
export function workAt(port: number, bucket: string, spool?: string): RemoteWork {
  return {
    by: "s3",
    origin: `http://127.0.0.1:${port}`,
    bucket,
    virtual: false,
    prefix: "",
    region: "us-east-1",
    keys: KEYS,
    proxied: false,
    spool,
    limit: undefined,
  };
}

/** Starts a server whose files lie below `dir`, with a bucket. */
export async function startServer(program: string, dir: string): Promise<S3Server> {
  const port = freePort();
  const [files, versions] = ["files", "versions"].map((name) => join(dir, `s3-${name}`));
  for (const path of [files, versions]) Deno.mkdirSync(path ?? "");
  const child = new Deno.Command(program, {
    args: ["--port", `127.0.0.1:${port}`, "--quiet"].concat(
      ["posix", "--versioning-dir", versions ?? "", files ?? ""],
    ),
    env: { ROOT_ACCESS_KEY: KEYS.id, ROOT_SECRET_KEY: KEYS.secret },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const client = (bucket: string): S3Client => {
    const work = workAt(port, bucket);
    if (work.by !== "s3") throw new Error("not of S3");
    const patience = { tries: 3000, first: 100, longest: 100, timeout: 60_000 };
    return new S3Client(work, new AbortController().signal, patience);
  };
  await client(BUCKET).ask({
    method: "PUT",
    headers: { "x-amz-bucket-object-lock-enabled": "true" },
  });
  return {
    port,
    client,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}
