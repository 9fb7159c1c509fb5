/** What the suites about the shipped plugins share. */

import { join } from "@std/path";
import type { BackupResult, Outcome, RunContext, VaultSummary } from "../../src/plugins/api.ts";
import type { PluginEntry } from "../../src/plugins/entry.ts";
import { entry, FACTS, type Trial, trial } from "./plugins_support.ts";

/** One request that a server got. */
export interface Got {
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** A server on this machine that keeps what it gets. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** `127.0.0.1:PORT` */
  host: string;
  got: Got[];
}

/** Starts a server; the nth request gets the nth answer, 200 when there is none. */
export function serve(answers: (number | Response)[] = []): Server {
  const got: Got[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const answer = answers[got.length] ?? 200;
      const { pathname } = new URL(request.url);
      const headers = Object.fromEntries(request.headers);
      got.push({ path: pathname, body: await request.text(), headers });
      return typeof answer === "number" ? new Response(null, { status: answer }) : answer;
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const stop = (): Promise<void> => server.shutdown();
  return { url: `http://${host}`, host, got, [Symbol.asyncDispose]: stop };
}

/** How a run ended, as `postBackup` is told. */
export function result(
  outcome: Outcome = "done",
  rest: Partial<BackupResult> = {},
): Omit<BackupResult, keyof RunContext> {
  const exit: Partial<Record<Outcome, number>> = { done: 0, skipped: 0, incomplete: 3, held: 4 };
  return {
    outcome,
    exitCode: exit[outcome] ?? 1,
    summaries: [summary()],
    problems: [],
    pluginsFailed: [],
    ...rest,
  };
}

/** The summary of one vault. */
export function summary(rest: Partial<VaultSummary> = {}): VaultSummary {
  return {
    vault: "/vault",
    stamp: "20261121_083816",
    files_new: 12,
    files_changed: 3,
    files_deleted: 1,
    files_unmodified: 100,
    files_attrs: 0,
    files_repaired: 0,
    files_special: 0,
    files_excluded: 0,
    dirs_new: 0,
    dirs_deleted: 0,
    bytes_added: 4_000_000,
    total_files_processed: 115,
    total_bytes_processed: 9_000_000,
    total_duration: 1.5,
    errors: 0,
    ...rest,
  };
}

/**
 * A directory for stand-in programs, at the front of the PATH that {@link withPlugin} gives to plugins while
 * `using` lasts. Not of this process's own: test files that run side by side share that.
 */
export class StandIns implements Disposable {
  /** The PATH of plugins while there are stand-ins. */
  static path: string | undefined;
  readonly dir: string = Deno.makeTempDirSync({ prefix: "hikae_standins_" });

  /** Puts the directory in front. */
  constructor() {
    StandIns.path = `${this.dir}:${Deno.env.get("PATH") ?? ""}`;
  }

  /** A program that appends its name and arguments to the log, a line a call, and then runs `script`. */
  add(name: string, script = ""): void {
    const text = `#!/bin/sh\nprintf '%s' ${name} >> "${this.#log}"\n` +
      `for a in "$@"; do printf ' [%s]' "$a" >> "${this.#log}"; done\n` +
      `echo >> "${this.#log}"\n${script}\n`;
    Deno.writeTextFileSync(join(this.dir, name), text, { mode: 0o755 });
  }

  /** The calls so far. */
  calls(): string[] {
    try {
      return Deno.readTextFileSync(this.#log).trimEnd().split("\n");
    } catch {
      return [];
    }
  }

  get #log(): string {
    return join(this.dir, "calls.log");
  }

  /** Removes the programs. */
  [Symbol.dispose](): void {
    StandIns.path = undefined;
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** Starts one shipped plugin, does something with it, ends it; gives what it told. */
export async function withPlugin(
  name: string,
  rest: Partial<PluginEntry>,
  work: (t: Trial) => Promise<void>,
  run: Partial<typeof FACTS> = {},
): Promise<Trial> {
  const settings = StandIns.path === undefined ? {} : { path: StandIns.path };
  const entries = [entry(`hikae:${name}`, rest)];
  const t = await trial(entries, { settings, run: { ...FACTS, ...run } });
  try {
    await work(t);
  } finally {
    await t.set.close();
  }
  return t;
}
