/**
 * Runs a command before or after a run. The job key `commands` makes its entries, one for each command; its grant is
 * exactly the program that the command names.
 *
 * ```jsonc
 * "commands": {
 *   "before": [["pg_dump", "-f", "/srv/app/db.sql", "app"]],               // fails: no run
 *   "after": [{ "run": ["sh", "-c", "echo $HIKAE_OUTCOME"], "timeout": "10m" }],
 *   "failed": [["notify-me", "the backup failed"]]
 * }
 * ```
 *
 * A command is a list, no line for a shell: `["sh", "-c", "…"]` where one is wanted. It has hikae's own environment and
 * HIKAE_JOB, HIKAE_SOURCE, HIKAE_VAULTS (one a line), HIKAE_STAMP, HIKAE_OUTCOME and HIKAE_EXIT. What it prints goes to
 * the log. No dry run starts it.
 *
 * Wants: `run` for its program. A program that is started is not in the sandbox.
 * @module
 */

import type {
  BackupResult,
  Host,
  Outcome,
  Permissions,
  Plugin,
  RunContext,
} from "../src/plugins/api.ts";
import { ABOUT, TEXTS } from "./lib/command_words.ts";
import { inLanguage, sayer, shared } from "./lib/words.ts";

interface Options {
  when?: "before" | "after" | "failed";
  run?: string[];
}

/** The outcomes after which each is run. */
const AFTER: Record<"after" | "failed", readonly Outcome[]> = {
  after: ["done", "incomplete"],
  failed: ["failed", "held", "interrupted"],
};

/** Lines of a command's output that are logged; the first ones, and the last of them all when it fails. */
const MOST_LINES = 200;

const { description, ...options } = inLanguage(ABOUT);
const say = sayer(TEXTS);

export default {
  name: "command",
  version: "1.0.0",
  description,
  options,
  permissions: ({ run }): Permissions => ({ run: run?.[0] === undefined ? [] : [run[0]] }),
  async preBackup(run, host): Promise<void> {
    if (run.options.when === "before" && !run.dryRun) await start(run, host, {});
  },
  async postBackup(result, host): Promise<void> {
    const { when } = result.options;
    if (result.dryRun || when === undefined || when === "before") return;
    if (!AFTER[when].includes(result.outcome)) return;
    await start(result, host, endOf(result));
  },
} satisfies Plugin<Options>;

function endOf({ outcome, exitCode }: BackupResult<Options>): Record<string, string> {
  return { HIKAE_OUTCOME: outcome, HIKAE_EXIT: `${exitCode}` };
}

/** Runs the command to its end; throws when it fails. */
async function start(
  run: RunContext<Options>,
  host: Host,
  more: Record<string, string>,
): Promise<void> {
  const [program, ...args] = run.options.run ?? [];
  if (program === undefined) throw new Error(say("no-command"));
  const env = {
    HIKAE_JOB: run.job ?? "",
    HIKAE_SOURCE: run.source,
    HIKAE_VAULTS: run.vaults.join("\n"),
    HIKAE_STAMP: run.stamp ?? "",
    ...more,
  };
  const child = spawn(program, args, env, host.signal);
  const log = new OutputLog(host);
  const [, , status] = await Promise.all([
    log.take(child.stdout, "stdout"),
    log.take(child.stderr, "stderr"),
    child.status,
  ]);
  log.close();
  if (status.success) return;
  const how = host.signal.aborted
    ? shared("stopped", { program })
    : shared("ended", { program, code: status.code });
  throw new Error(`${how}${log.last === "" ? "" : `: ${log.last}`}`);
}

function spawn(
  program: string,
  args: string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { args, env, signal, stdout: "piped", stderr: "piped" })
      .spawn();
  } catch (error) {
    const kind = error instanceof Error ? error.name : "";
    const why = kind === "NotFound" ? say("no-such") : String(error);
    throw new Error(shared("start", { program, why }), { cause: error });
  }
}

/** What a command prints, as lines of hikae's log. */
class OutputLog {
  readonly #last = { stdout: "", stderr: "" };
  readonly #host: Host;
  #lines = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The last line that says something: of what it complained, or else of what it printed. */
  get last(): string {
    return this.#last.stderr || this.#last.stdout;
  }

  async take(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    name: "stdout" | "stderr",
  ): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split(/\r?\n/);
      // a line without an end is no reason to keep all of it
      rest = (lines.pop() ?? "").slice(0, 10_000);
      for (const line of lines) this.#line(line, name);
    }
    this.#line(rest, name);
  }

  #line(line: string, name: "stdout" | "stderr"): void {
    if (line.trim() === "") return;
    this.#last[name] = line.slice(0, 500);
    if (this.#lines++ < MOST_LINES) this.#host.log("info", line.slice(0, 2000));
  }

  close(): void {
    if (this.#lines <= MOST_LINES) return;
    this.#host.log("info", say("more-lines", { n: this.#lines - MOST_LINES }));
  }
}
