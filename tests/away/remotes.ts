/** Places to copy to: a directory, and servers of this machine, each behind a relay that counts. */

import { join } from "@std/path";
import { canRun, freePort, type Relay, relay, server, sh } from "./world.ts";

/** A place that rclone copies to. */
export interface Remote extends AsyncDisposable {
  /** As rclone names it. */
  name: string;
  /** The config that knows it. */
  config: string;
  /** Where its files lie on this machine. */
  files: string;
  /** It copies by itself. */
  copies: boolean;
  /** What passes on the wire; none for a directory. */
  wire: Relay | undefined;
}

/** The kinds of places. */
export const KINDS = ["local", "webdav", "sftp", "s3"] as const;

/** One of them. */
export type Kind = typeof KINDS[number];

/** True when there is what the place needs. */
export function hasPlace(kind: Kind, rclone: string): boolean {
  return canRun(rclone, "version") && (kind !== "s3" || s3Program(rclone) !== undefined);
}

/** A server of S3: versitygw as the lane found it or in `HIKAE_AWAY_BIN`, else rclone's own where it has one. */
function s3Program(rclone: string): string | undefined {
  const more = Deno.env.get("HIKAE_AWAY_BIN");
  const places = [
    Deno.env.get("HIKAE_VERSITYGW"),
    ...(more === undefined ? [] : [join(more, "versitygw")]),
  ];
  const found = places.find((p) => p !== undefined && canRun(p, "--version"));
  if (found !== undefined) return found;
  // an older one answers with the help of "serve"
  const help = new Deno.Command(rclone, { args: ["serve", "s3", "--help"] }).outputSync();
  return new TextDecoder().decode(help.stdout).includes("--auth-key") ? rclone : undefined;
}

/** Starts a place below `dir`. */
export async function place(kind: Kind, rclone: string, dir: string): Promise<Remote> {
  const files = join(dir, `place-${kind}`);
  const config = join(dir, `rclone-${kind}.conf`);
  Deno.mkdirSync(files);
  if (kind === "local") {
    Deno.writeTextFileSync(config, "");
    return {
      name: files,
      config,
      files,
      copies: false,
      wire: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const port = freePort();
  const serving = await START[kind](rclone, files, port);
  const wire = relay(port);
  Deno.writeTextFileSync(config, `[there]\n${await CONFIG[kind](rclone, wire.port)}`);
  const name = kind === "s3" ? "there:bucket" : "there:";
  if (kind === "s3") await sh(rclone, ["mkdir", name, `--config=${config}`]);
  wire.up = wire.down = 0;
  return {
    name,
    config,
    files: kind === "s3" ? join(files, "bucket") : files,
    copies: kind !== "sftp",
    wire,
    [Symbol.asyncDispose]: async () => {
      await wire[Symbol.asyncDispose]();
      await serving[Symbol.asyncDispose]();
    },
  };
}

type Start = (rclone: string, files: string, port: number) => Promise<AsyncDisposable>;

const KEYS = { ROOT_ACCESS_KEY: "hikae", ROOT_SECRET_KEY: "hikae-secret" };

const START: Record<Exclude<Kind, "local">, Start> = {
  webdav: (rclone, files, port) =>
    server(
      rclone,
      ["serve", "webdav", files, `--addr=127.0.0.1:${port}`, "--dir-cache-time=0s"],
      port,
    ),
  sftp: (rclone, files, port) =>
    server(rclone, [
      ...["serve", "sftp", files, `--addr=127.0.0.1:${port}`, "--user=u", "--pass=p"],
      "--dir-cache-time=0s",
    ], port),
  s3: (rclone, files, port) => {
    const program = s3Program(rclone) ?? rclone;
    const address = `127.0.0.1:${port}`;
    return program === rclone
      ? server(rclone, [
        ...["serve", "s3", files, `--addr=${address}`, "--auth-key=hikae,hikae-secret"],
        "--dir-cache-time=0s",
      ], port)
      : server(program, ["--port", address, "--quiet", "posix", files], port, KEYS);
  },
};

const CONFIG: Record<
  Exclude<Kind, "local">,
  (rclone: string, port: number) => string | Promise<string>
> = {
  webdav: (_, port) => `type = webdav\nurl = http://127.0.0.1:${port}\nvendor = other\n`,
  sftp: async (rclone, port) =>
    `type = sftp\nhost = 127.0.0.1\nport = ${port}\nuser = u\npass = ${
      (await sh(rclone, ["obscure", "p"])).trim()
    }\nshell_type = none\n`,
  s3: (_, port) =>
    `type = s3\nprovider = Other\nendpoint = http://127.0.0.1:${port}\naccess_key_id = hikae\n` +
    `secret_access_key = hikae-secret\nforce_path_style = true\n`,
};
