/**
 * Many small calls of rclone by few processes: in one go where rclone knows how (`job/batch`, from 1.72 on), over its
 * remote control where the plugin was granted `"net": ["127.0.0.1"]`, else several processes side by side.
 * @module
 */

import { type Rclone, RcloneFailure } from "./rclone.ts";
import { say } from "./replicate_words.ts";
import { shared } from "./words.ts";

/** A call that rclone's remote control knows. */
export interface Call {
  path:
    | "operations/movefile"
    | "operations/copyfile"
    | "operations/rmdir"
    | "operations/deletefile";
  params: Record<string, string>;
  /** The same for a process of its own. */
  args: readonly string[];
}

/** A file in a place. */
export interface PlaceFile {
  fs: string;
  path: string;
}

/** Moves or copies a file, over an older one too. */
export function transfer(kind: "move" | "copy", from: PlaceFile, to: PlaceFile): Call {
  return {
    path: kind === "move" ? "operations/movefile" : "operations/copyfile",
    params: { srcFs: from.fs, srcRemote: from.path, dstFs: to.fs, dstRemote: to.path },
    args: [`${kind}to`, "--ignore-times", pathIn(from), pathIn(to)],
  };
}

/** Removes an empty directory. */
export function removeDir(dir: PlaceFile): Call {
  return {
    path: "operations/rmdir",
    params: { fs: dir.fs, remote: dir.path },
    args: ["rmdir", pathIn(dir)],
  };
}

/** A path in a place, as rclone writes it. */
export function pathIn({ fs, path }: PlaceFile): string {
  return /[:/\\]$/.test(fs) ? fs + path : `${fs}/${path}`;
}

/** A command line holds this much on each system, with room to spare. */
const MOST_CHARS = Deno.build.os === "windows" ? 20_000 : 90_000;
const SIDE_BY_SIDE = 4;

/** Makes the calls, in no order; gives for each what went wrong, if anything did. */
export async function callAll(
  rclone: Rclone,
  calls: readonly Call[],
): Promise<(string | undefined)[]> {
  if (calls.length === 0) return [];
  if (calls.length > 1) {
    const done = await inBatches(rclone, calls) ?? await overControl(rclone, calls);
    if (done !== undefined) return done;
  }
  return await inProcesses(rclone, calls);
}

/** By `job/batch` in a process that serves nobody; undefined where rclone is too old for it. */
async function inBatches(
  rclone: Rclone,
  calls: readonly Call[],
): Promise<(string | undefined)[] | undefined> {
  const done: (string | undefined)[] = [];
  for (const part of parts(calls.map(asInput))) {
    const json = JSON.stringify({ concurrency: SIDE_BY_SIDE, inputs: part });
    try {
      const said = await rclone.text([
        "rc",
        "--loopback",
        "job/batch",
        "--ignore-times",
        "--json",
        json,
      ]);
      const { results } = JSON.parse(said) as { results: { error?: string }[] };
      for (let i = 0; i < part.length; i++) {
        const error = results[i]?.error;
        done.push(error === undefined ? undefined : rclone.masked(error));
      }
    } catch (error) {
      if (done.length === 0 && error instanceof RcloneFailure && /not found/.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  }
  return done;
}

function asInput(call: Call): Record<string, string> {
  return { _path: call.path, ...call.params };
}

function parts(inputs: readonly object[]): object[][] {
  const result: object[][] = [];
  let room = 0;
  for (const input of inputs) {
    const chars = JSON.stringify(input).length + 1;
    if (room < chars) {
      result.push([]);
      room = MOST_CHARS;
    }
    room -= chars;
    result.at(-1)?.push(input);
  }
  return result;
}

/** Over a remote control that listens on this machine alone, for one who has its password; undefined where that is not granted. */
async function overControl(
  rclone: Rclone,
  calls: readonly Call[],
): Promise<(string | undefined)[] | undefined> {
  if (!await mayConnect()) return undefined;
  const password = crypto.randomUUID();
  const env = { RCLONE_RC_USER: "hikae", RCLONE_RC_PASS: password };
  const child = rclone.start(["rcd", "--rc-addr=127.0.0.1:0", "--ignore-times"], env);
  const log = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const url = await addressOf(log);
    const drained = drain(log);
    const done = await mapSome(calls, (call) => post(url, password, call));
    child.kill("SIGTERM");
    await drained;
    return done;
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await child.stdout.cancel();
    await child.status;
  }
}

async function mayConnect(): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port: 9 })).close();
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === "NotCapable");
  }
}

async function addressOf(log: ReadableStreamDefaultReader<string>): Promise<string> {
  let text = "";
  for (;;) {
    const { value, done } = await log.read();
    text += value ?? "";
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0];
    if (url !== undefined) return url;
    if (done) throw new Error(say("rcd", { said: text.trim() }));
  }
}

async function drain(log: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await log.read()).done);
}

async function post(url: string, password: string, call: Call): Promise<string | undefined> {
  const response = await fetch(url + call.path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${btoa(`hikae:${password}`)}`,
    },
    body: JSON.stringify(call.params),
  });
  const said = await response.text();
  if (response.ok) return undefined;
  try {
    return (JSON.parse(said) as { error?: string }).error ??
      shared("answered", { status: response.status });
  } catch {
    return shared("answered", { status: response.status });
  }
}

function inProcesses(rclone: Rclone, calls: readonly Call[]): Promise<(string | undefined)[]> {
  return mapSome(calls, async ({ args }) => {
    try {
      await rclone.text(args);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}

/** A few at a time. */
async function mapSome<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      const item = items[i];
      if (item !== undefined) results[i] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return results;
}
