/** What the suites about places away from home share: real rclone and restic, their servers, bytes at the wire. */

import { join } from "@std/path";
import type { Permissions } from "../../src/plugins/api.ts";
import { entry as entryOf, FACTS, trial } from "../plugins/plugins_support.ts";
import { result, summary } from "../plugins/shipped_support.ts";
import { makeTree, run, type RunResult, type TempDir, tempDir } from "../helpers/cli_helper.ts";

/** A program in PATH, or undefined. `HIKAE_AWAY_BIN` names a directory with newer ones, each tried beside it. */
export function programs(name: string): string[] {
  const more = Deno.env.get("HIKAE_AWAY_BIN");
  const all = [name, ...(more === undefined ? [] : [join(more, name)])];
  return all.filter((program) => canRun(program, "version"));
}

/** True when a program is there and runs. */
export function canRun(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Runs a program to its end; throws with what it said when it failed. */
export async function sh(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  // not synchronously: a relay in this thread has to pass on what it says
  // a bundle of certificates of this machine's is none of a server's here
  const clean = { AWS_CA_BUNDLE: "", ...env };
  const out = await new Deno.Command(program, {
    args,
    env: clean,
    stdout: "piped",
    stderr: "piped",
  })
    .output();
  const text = new TextDecoder().decode(out.stdout);
  if (!out.success) {
    throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(out.stderr)}${text}`);
  }
  return text;
}

/** A relay in front of a server on this machine that counts what passes. */
export interface Relay extends AsyncDisposable {
  port: number;
  /** Bytes to the server since the last reset, and back. */
  up: number;
  down: number;
  /** Refuses all from now on. */
  dead: boolean;
}

/** Starts a relay to a port of this machine. */
export function relay(to: number): Relay {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const me: Relay = {
    port: listener.addr.port,
    up: 0,
    down: 0,
    dead: false,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const conn of open) close(conn);
      await accepting;
      await Promise.all(pumps);
    },
  };
  const pumps: Promise<void>[] = [];
  const pump = async (
    from: Deno.Conn,
    into: Deno.Conn,
    count: (n: number) => void,
  ): Promise<void> => {
    const buffer = new Uint8Array(65_536);
    try {
      for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
        count(n);
        for (let at = 0; at < n;) at += await into.write(buffer.subarray(at, n));
      }
    } catch {
      // one side went away
    }
    close(from);
    close(into);
    open.delete(from);
    open.delete(into);
  };
  const accepting = (async () => {
    try {
      for await (const client of listener) {
        if (me.dead) {
          close(client);
          continue;
        }
        const server = await Deno.connect({ hostname: "127.0.0.1", port: to });
        client.setNoDelay(true);
        server.setNoDelay(true);
        open.add(client).add(server);
        pumps.push(pump(client, server, (n) => me.up += n));
        pumps.push(pump(server, client, (n) => me.down += n));
      }
    } catch {
      // closed
    }
  })();
  return me;
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // it is closed
  }
}

/** A free port of this machine. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A server that runs until it is disposed of. */
export async function server(
  program: string,
  args: string[],
  port: number,
  env: Record<string, string> = {},
): Promise<AsyncDisposable> {
  const child = new Deno.Command(program, { args, env, stdout: "null", stderr: "null" }).spawn();
  let over = false;
  void child.status.then(() => over = true);
  while (!over) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      break;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  if (over) throw new Error(`${program} ended before it answered`);
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        child.kill("SIGKILL");
      } catch {
        // it has ended
      }
      await child.status;
    },
  };
}

/** A job with a plugin, and the tree that it backs up. */
export class Job implements Disposable {
  readonly dir: TempDir;
  readonly source: string;
  readonly vault: string;
  readonly #state: string;
  #plugins: object[] = [];
  #more: object = {};

  /** An empty source and no vault yet. */
  constructor() {
    this.dir = tempDir();
    this.source = this.dir.at("src");
    this.vault = this.dir.at("vault");
    this.#state = this.dir.at("state");
    makeTree(this.source, {});
  }

  /** Sets the plugins of the job, and further keys of it. */
  plugins(plugins: object[], more: object = {}): void {
    this.#plugins = plugins;
    this.#more = more;
  }

  /** Runs the job. */
  async backup(
    args: string[] = [],
    env: Record<string, string> = {},
  ): Promise<RunResult & { said: string }> {
    const jobs = {
      docs: { source: this.source, vaults: [this.vault], plugins: this.#plugins, ...this.#more },
    };
    const config = this.dir.at("hikae.jsonc");
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    return await this.hikae(["backup", "docs", "--init", "--config", config, ...args], env);
  }

  /** Calls the `postBackup` hook of a plugin alone, with this job's vault and what it remembers of no run; gives what it said. */
  async hook(plugin: object): Promise<string> {
    const { path, allow, options } = plugin as {
      path: string;
      allow: Permissions;
      options: Record<string, unknown>;
    };
    const t = await trial([{ ...entryOf(path), allow, options, timeout: 60_000 }], {
      run: { ...FACTS, source: this.source, vaults: [this.vault] },
    });
    await t.set.postBackup(result("done", { summaries: [summary({ vault: this.vault })] }));
    await t.set.close();
    return [...t.warnings, ...t.logs].join("\n");
  }

  /** Runs hikae with this job's state directory. */
  async hikae(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<RunResult & { said: string }> {
    const own = { HIKAE_STATE_DIR: this.#state, ...env };
    const result = await run(args, { env: own, cwd: this.dir.path });
    return { ...result, said: result.stdout + result.stderr };
  }

  /** Forgets what plugins kept. */
  forget(): void {
    Deno.removeSync(join(this.#state, "plugins"), { recursive: true });
  }

  /** Writes a file of the source with random content. */
  put(path: string, bytes: number): void {
    const content = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 65_536) {
      crypto.getRandomValues(content.subarray(at, Math.min(bytes, at + 65_536)));
    }
    Deno.mkdirSync(join(this.source, path, ".."), { recursive: true });
    Deno.writeFileSync(join(this.source, path), content);
  }

  [Symbol.dispose](): void {
    this.dir[Symbol.dispose]();
  }
}

/** What belongs to the machine and is in no copy. */
const OWN = /^\.\$META\$\/(lock|lock\.json|catalog\.db.*)$/;

/** Every file below a directory with a digest of its content, directories without files left out. */
export function treeOf(root: string): Record<string, string> {
  const tree: Record<string, string> = {};
  const walk = (below: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(join(root, below))) {
      const path = below === "" ? name : `${below}/${name}`;
      if (isDirectory) walk(path);
      else if (!OWN.test(path)) tree[path] = digest(Deno.readFileSync(join(root, path)));
    }
  };
  walk("");
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => a < b ? -1 : 1));
}

function digest(bytes: Uint8Array): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b1];
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return `${bytes.length}:${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
