/** Children of hikae: a run gives up rights that the next one needs. @module */

import type { Context } from "./command.ts";
import { selfCommand } from "./self.ts";

/** Runs hikae again; Ctrl-C reaches it too. Its output is this program's, unless `muted` keeps answers away. */
export async function runChild(
  context: Context,
  words: readonly string[],
  muted = false,
): Promise<number> {
  const child = spawn(context, words, { stdout: muted ? "null" : "inherit", stderr: "inherit" });
  return (await stoppable(context, child, () => child.status)).code;
}

/** The messages that hikae answers with; what it says against it is for nobody. */
export async function askChild(
  context: Context,
  words: readonly string[],
): Promise<Record<string, unknown>[]> {
  const child = spawn(context, [...words, "--json"], { stdout: "piped", stderr: "null" });
  const { stdout } = await stoppable(context, child, () => child.output());
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      // the end of the text, or where a child that was killed left off
      return [];
    }
  });
}

/** The config file that this line names, as flags for a child. */
export function configFlag({ parsed }: Context): string[] {
  const config = parsed.get("config");
  return config === undefined ? [] : ["--config", config];
}

function spawn(
  context: Context,
  words: readonly string[],
  streams: Pick<Deno.CommandOptions, "stdout" | "stderr">,
): Deno.ChildProcess {
  const { program, args } = selfCommand();
  const options = { args: [...args, ...words], cwd: context.cwd, stdin: "null" as const };
  return new Deno.Command(program, { ...options, ...streams }).spawn();
}

async function stoppable<T>(
  context: Context,
  child: Deno.ChildProcess,
  work: () => Promise<T>,
): Promise<T> {
  const stop = (): void => {
    try {
      child.kill("SIGINT");
    } catch {
      // it has ended by itself
    }
  };
  context.signal.addEventListener("abort", stop);
  try {
    return await work();
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}
