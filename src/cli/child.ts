/** Children of hikae: a run gives up rights that the next one needs. @module */

import { utf8 } from "../base/bytes.ts";
import type { Message } from "../base/event.ts";
import type { Context } from "./command.ts";
import { selfCommand } from "./self.ts";
import { COMMON } from "./spec/common.ts";
import { languageFlag } from "./language.ts";

/** Runs hikae again; Ctrl-C reaches it too. Its output is this program's, unless `muted` keeps answers away. */
export async function runChild(
  context: Context,
  words: readonly string[],
  muted = false,
): Promise<number> {
  const child = spawn(context, words, { stdout: muted ? "null" : "inherit", stderr: "inherit" });
  return (await stoppable(context, child, () => child.status)).code;
}

/** How a child ended that had a limit. */
export interface Ended {
  code: number;
  /** True when the limit ended it. */
  overran: boolean;
}

/** What a child that was asked to end is given before it is ended. */
const GRACE_MS = 60_000;
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** Runs hikae again for at most `limit` ms; what hangs in a call of the system is ended as well. */
export async function runLimited(
  context: Context,
  words: readonly string[],
  limit: number | undefined,
): Promise<Ended> {
  const child = spawn(context, words, { stdout: "inherit", stderr: "inherit" });
  let overran = false;
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (ms: number, work: () => void): void => {
    timers.push(setTimeout(work, Math.min(ms, LONGEST_MS)));
  };
  const end = (signal: Deno.Signal): void => {
    try {
      child.kill(signal);
    } catch {
      // it has ended by itself
    }
  };
  if (limit !== undefined) {
    after(limit, () => {
      overran = true;
      end("SIGINT");
      after(Math.min(limit, GRACE_MS), () => end("SIGKILL"));
    });
  }
  try {
    const { code } = await stoppable(context, child, () => child.status);
    return { code, overran };
  } finally {
    timers.forEach(clearTimeout);
  }
}

/** The flags of this line that a child gets too, less those in `without`. */
export function flagsOf({ command, parsed }: Context, without: ReadonlySet<string>): string[] {
  return [...command.flags, ...COMMON].filter((f) => !without.has(f.name)).flatMap((f) =>
    f.value === undefined
      ? parsed.has(f.name) ? [`--${f.name}`] : []
      : parsed.all(f.name).map((v) => `--${f.name}=${v}`)
  );
}

/** The messages that hikae answers with; what it says against it is for nobody. */
export async function askChild(
  context: Context,
  words: readonly string[],
): Promise<Record<string, unknown>[]> {
  return (await askChildFully(context, words, "null")).messages;
}

/** The same with the exit code, and what it says aside where that is wanted. */
export async function askChildFully(
  context: Context,
  words: readonly string[],
  stderr: "null" | "inherit",
): Promise<{ code: number; messages: Record<string, unknown>[] }> {
  const [command = "", ...rest] = words;
  // before whatever stands behind "--"
  const child = spawn(context, [command, "--json", ...rest], { stdout: "piped", stderr });
  const { code, stdout } = await stoppable(context, child, () => child.output());
  const messages = new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      // the end of the text, or where a child that was killed left off
      return [];
    }
  });
  return { code, messages };
}

/** Runs hikae with something to read, and hears each message when it is said; gives the exit code. */
export async function childLines(
  context: Context,
  words: readonly string[],
  { input, heard }: { input: string; heard: (message: Message) => void },
): Promise<number> {
  const [command = "", ...rest] = words;
  const child = spawn(context, [command, "--json", ...rest], {
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  });
  return await stoppable(context, child, async () => {
    const writer = child.stdin.getWriter();
    // a child that ends without reading says why by its messages
    await writer.write(utf8(input)).then(() => writer.close()).catch(() => {});
    let rest = "";
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach((line) => hear(line, heard));
    }
    return (await child.status).code;
  });
}

function hear(line: string, heard: (message: Message) => void): void {
  let message: Message;
  try {
    message = JSON.parse(line) as Message;
  } catch {
    return; // where a child that was killed left off
  }
  heard(message);
}

/** The config file that this line names, as flags for a child. */
export function configFlag({ parsed }: Context): string[] {
  const config = parsed.get("config");
  return config === undefined ? [] : ["--config", config];
}

function spawn(
  context: Context,
  words: readonly string[],
  streams: Pick<Deno.CommandOptions, "stdin" | "stdout" | "stderr">,
): Deno.ChildProcess {
  const { program, args } = selfCommand();
  const options = { args: [...args, ...spoken(words)], cwd: context.cwd, stdin: "null" as const };
  return new Deno.Command(program, { ...options, ...streams }).spawn();
}

/** The words of a child, with the language of this program behind its command. */
function spoken(words: readonly string[]): string[] {
  return [...words.slice(0, 1), ...languageFlag(words), ...words.slice(1)];
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
