/** The port for programs of the operating system, with Deno's body. @module */

import { HikaeError, messageOf } from "../../base/errors.ts";
import type { RunProgram, RunResult } from "../../base/process.ts";
import { text } from "../../text/text.ts";

/** So long a program of the system may take: task schedulers that are asked over a domain take seconds. */
const LIMIT_MS = 120_000;

/** Starts a program without a shell; its output is read as UTF-8. */
export const runProgram: RunProgram = async (command, args, options = {}) => {
  const { input, env, limitMs = LIMIT_MS } = options;
  const program = new Deno.Command(command, {
    args: [...args],
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  const child = start(program, command);
  return limitMs === Infinity
    ? await ended(child, input)
    : await inTime(child, ended(child, input), { command, limitMs });
};

async function ended(child: Deno.ChildProcess, input: string | undefined): Promise<RunResult> {
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    // A program that ends without reading its input says why by its exit code.
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Ends a program that takes too long; what it started itself may hold its output open, and is not waited for. */
async function inTime(
  child: Deno.ChildProcess,
  result: Promise<RunResult>,
  { command, limitMs }: { command: string; limitMs: number },
): Promise<RunResult> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // it has just ended
    }
    const limit = Math.round(limitMs / 1000);
    late.reject(
      new HikaeError("failed", text("usage.no-end", { program: command, limit }), {
        hint: text("usage.no-end-hint", { program: command }),
      }),
    );
  }, limitMs);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function start(program: Deno.Command, command: string): Deno.ChildProcess {
  try {
    return program.spawn();
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    throw new HikaeError(
      "failed",
      text("usage.start", {
        program: command,
        problem: missing ? text("usage.not-installed") : messageOf(cause),
      }),
      {
        hint: text("usage.start-hint", { program: command }),
        cause,
      },
    );
  }
}
