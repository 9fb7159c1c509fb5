/** Runs restic: its versions, its exit codes, its locks, its progress. @module */

import { whyNotStarted } from "./program.ts";
import { say } from "./restic_words.ts";
import { sleep } from "./sleep.ts";
import { shared } from "./words.ts";

/** What restic is run with. */
export interface ResticSettings {
  program: string;
  /** Added to the environment that it inherits: the repository and how to get its password. */
  env: Record<string, string>;
  /** Added to every call. */
  args: readonly string[];
  signal: AbortSignal;
  /** How long to wait for somebody else's lock, ms. */
  lockWaitMs: number;
  /** This machine, as restic names it in locks. */
  host: string;
}

/** What went wrong, told by exit code or, before 0.17, by what restic said. */
export type ResticFault =
  | "failed"
  | "incomplete"
  | "no repository"
  | "locked"
  | "wrong password"
  | "interrupted";

/** restic ended badly. */
export class ResticFailure extends Error {
  override readonly name = "Error";
  readonly fault: ResticFault;
  /** What it had printed by then. */
  readonly printed: string;

  /** `message` is for people. */
  constructor(message: string, fault: ResticFault, printed = "", options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
    this.printed = printed;
  }
}

/** Its exit codes from 0.17 on. */
const CODES: Record<number, ResticFault> = {
  3: "incomplete",
  10: "no repository",
  11: "locked",
  12: "wrong password",
  130: "interrupted",
};

/** Before 0.17 a server that is dead or answers with errors is followed by the same question as a place without one. */
const NOT_THERE =
  /unable to open config file: .*(not exist|no such (file|key|bucket)|not found|cannot find)[^\n]*\nIs there a repository/i;

/** It asks once more. */
const AGAIN = /retrying after/;

/** Waits between two looks at a lock, ms. */
const LOCK_POLL_MS = 5000;

/** One way to run restic. */
export class Restic {
  readonly #settings: ResticSettings;
  #version: number[] | undefined;

  /** Runs nothing yet. */
  constructor(settings: ResticSettings) {
    this.#settings = settings;
  }

  /** Its version, as numbers. */
  async version(): Promise<readonly number[]> {
    if (this.#version !== undefined) return this.#version;
    const { out, code, errors } = await this.#once(["version"]);
    const m = /restic (\d+)\.(\d+)\.(\d+)/.exec(out);
    if (code !== 0 || m === null) {
      throw new ResticFailure(
        say("no-version", { program: this.#settings.program, said: lastLine(errors || out) }),
        "failed",
      );
    }
    return this.#version = m.slice(1, 4).map(Number);
  }

  /** True for a version as new as that. */
  async isAtLeast(major: number, minor: number): Promise<boolean> {
    const [a = 0, b = 0] = await this.version();
    return a > major || (a === major && b >= minor);
  }

  /** Runs it to its end, `line` getting each line that it prints; waits for locks. Throws {@link ResticFailure}. */
  async run(args: readonly string[], line?: (text: string) => void): Promise<string> {
    const { lockWaitMs, signal } = this.#settings;
    await this.version();
    const began = performance.now();
    let locked: ResticFailure | undefined;
    for (;;) {
      const end = await this.#once(args, line);
      if (end.code === 0) return end.out;
      const fault = await this.#faultOf(end);
      const waited = performance.now() - began;
      if (fault === "locked") locked = this.#lockFailure(args, end, waited);
      // the time for all of it may be over before that for the lock: then it is the lock that is told
      if (locked !== undefined && (signal.aborted || waited >= lockWaitMs)) throw locked;
      if (fault !== "locked") throw this.#failure(args, end, fault);
      await sleep(Math.min(LOCK_POLL_MS, lockWaitMs - waited), signal);
    }
  }

  #lockFailure(
    args: readonly string[],
    { errors, out }: { errors: string; out: string },
    waitedMs: number,
  ): ResticFailure {
    const { program, host } = this.#settings;
    const why = lockText(`${errors}\n${out}`, host, waitedMs);
    return new ResticFailure(`${program} ${args[0] ?? ""}: ${why}`, "locked", out);
  }

  async #once(
    args: readonly string[],
    line?: (text: string) => void,
  ): Promise<{ code: number; out: string; errors: string }> {
    const { program, env, args: more, signal } = this.#settings;
    const child = start(program, [...args, ...more], env, signal);
    const errors = new Response(child.stderr).text();
    let out = "";
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const one of lines) {
        line?.(one);
        if (line === undefined || !one.includes('"message_type":"status"')) out += `${one}\n`;
      }
    }
    const { code } = await child.status;
    return { code, out: out + rest, errors: await errors };
  }

  async #faultOf({ code, errors, out }: { code: number; errors: string; out: string }): Promise<
    ResticFault
  > {
    if (await this.isAtLeast(0, 17)) return CODES[code] ?? "failed";
    const said = `${errors}\n${out}`;
    if (/wrong password or no key found/.test(said)) return "wrong password";
    if (/unable to create lock|already locked/.test(said)) return "locked";
    if (NOT_THERE.test(said)) return "no repository";
    if (code === 3) return "incomplete";
    return code === 130 ? "interrupted" : "failed";
  }

  #failure(
    args: readonly string[],
    { code, errors, out }: { code: number; errors: string; out: string },
    fault: ResticFault,
  ): ResticFailure {
    const { program, signal } = this.#settings;
    const said = lastLine(errors) || lastLine(out);
    const step = args[0] ?? "";
    if (signal.aborted) {
      // it asks a server that answers with errors again and again, and says why each time
      const why = errors.split("\n").findLast((line) => AGAIN.test(line)) ?? said;
      const stopped = shared("stopped", { program: `${program} ${step}` });
      return new ResticFailure(why === "" ? stopped : `${stopped}: ${why}`, "interrupted");
    }
    const texts: Partial<Record<ResticFault, string>> = {
      "wrong password": say("wrong-password"),
      "incomplete": say("unread", { said }),
      "interrupted": say("was-interrupted"),
    };
    return new ResticFailure(
      `${program} ${step}: ${texts[fault] ?? `${said} (${code})`}`,
      fault,
      out,
    );
  }
}

/** Who holds the lock, and what to type when that is a client of this machine that is no more. */
function lockText(said: string, host: string, waited: number): string {
  const by = /locked (?:exclusively )?by (PID (\d+) on (\S+) by [^\n]*)/.exec(said);
  const since = /lock was created at ([^\n]*)/.exec(said)?.[1];
  const holder = by?.[1] ?? say("somebody");
  const who = by === null || since === undefined
    ? holder
    : say("since", { who: holder, time: since });
  const held = say("locked", { who, s: Math.round(waited / 1000) });
  return by?.[3] === host ? say("unlock", { held, pid: by[2] ?? "" }) : held;
}

/** What it ends with: what is fatal, else its last word; nothing of the calls that some errors are followed by. */
function lastLine(text: string): string {
  const calls = /^\S+\n\t\S+:\d+$\n?/gm;
  const lines = text.replaceAll("\r", "\n").replace(calls, "").split("\n").map((line) => {
    const at = /^\{.*"message":"((?:[^"\\]|\\.)*)"/.exec(line);
    return (at === null ? line : JSON.parse(`"${at[1]}"`) as string).trim();
  });
  const fatal = lines.findLast((line) => line.startsWith("Fatal: "));
  return fatal?.slice("Fatal: ".length) ?? lines.findLast((line) => line !== "") ?? "";
}

function start(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      env,
      signal,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    const why = whyNotStarted(program, error);
    throw new ResticFailure(shared("start", { program, why }), "failed", "", { cause: error });
  }
}
