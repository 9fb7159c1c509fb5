/** The port for programs of the operating system, with Deno's body. @module */

import { HikaeError, messageOf } from "../../base/errors.ts";
import type { RunProgram } from "../../base/process.ts";
import { text } from "../../text/text.ts";

/** Starts a program without a shell; its output is read as UTF-8. */
export const runProgram: RunProgram = async (command, args, options = {}) => {
  const { input, env } = options;
  const program = new Deno.Command(command, {
    args: [...args],
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  const child = start(program, command);
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    // A program that ends without reading its input says why by its exit code.
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
};

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
