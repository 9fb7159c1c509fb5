/** Runs programs, which have to be granted by `run`. @module */

import { shared } from "./words.ts";

/** A program with its arguments, and variables besides those it inherits. */
export interface Program {
  program: string;
  args: readonly string[];
  env?: Record<string, string>;
}

/** Runs a program to its end and gives what it printed. */
export type RunProgram = (what: Program) => Promise<string>;

/** Runs programs until `signal` is aborted; one that fails throws with the last line that it said. */
export function programRunner(signal: AbortSignal): RunProgram {
  return async ({ program, args, env }) => {
    const output = await start(program, args, env ?? {}, signal);
    const decoder = new TextDecoder();
    if (output.success) return decoder.decode(output.stdout);
    const said = lastLine(decoder.decode(output.stderr)) ?? lastLine(decoder.decode(output.stdout));
    const how = signal.aborted
      ? shared("stopped", { program })
      : shared("ended", { program, code: output.code });
    throw new Error(`${how}${said === undefined ? "" : `: ${said}`}`);
  };
}

async function start(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(program, { args: [...args], env, signal }).output();
  } catch (error) {
    throw new Error(shared("start", { program, why: whyNotStarted(program, error) }), {
      cause: error,
    });
  }
}

/** Why a program could not be started, for people. */
export function whyNotStarted(program: string, error: unknown): string {
  const kind = error instanceof Error ? error.name : "";
  if (kind === "NotFound") return shared("no-program");
  return kind === "NotCapable" ? shared("run-not-granted", { program }) : String(error);
}

function lastLine(text: string): string | undefined {
  return text.split(/[\r\n]+/).map((line) => line.trim()).findLast((line) => line !== "");
}
