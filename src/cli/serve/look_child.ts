/**
 * The process of a look (`hikae __look`): starts a worker with rights for one vault, gives up its own, and passes
 * questions from standard input to it and answers to standard output.
 * @module
 */

import { toPlainError } from "../../base/errors.ts";
import { packFrame, readFrames } from "../../base/frames.ts";
import type { LookCall, LookReply, LookStart } from "../../sandbox/look_wire.ts";
import { giveUp } from "../engine.ts";
import type { LookTask, ReplyHead } from "./look_process.ts";
import { isLanguage, speak, threadName } from "../../text/speak.ts";

const LOOK = new URL("../../workers/look.ts", import.meta.url);

/** What the thread of a look may do: read its vault, and write its index; all where Deno knows no less for a share. */
export function lookRights(
  { read, write, unscoped }: Pick<LookTask, "read" | "write" | "unscoped">,
): Deno.PermissionOptionsObject | "inherit" {
  if (unscoped) return "inherit";
  return { read: [...read], write: [...write], net: false, env: false, run: false, sys: false };
}

/** Runs until standard input ends; gives the exit code. */
export async function lookChild(): Promise<number> {
  const frames = readFrames(Deno.stdin.readable);
  const first = await frames.next();
  if (first.done === true) return 0;
  const { root, read, write, index, unscoped, lang } = first.value.head as LookTask;
  if (isLanguage(lang)) await speak(lang);
  const permissions = lookRights({ read, write, unscoped });
  const worker = new Worker(LOOK, {
    type: "module",
    name: threadName("look"),
    deno: { permissions },
  });
  worker.onerror = (event) => {
    event.preventDefault();
    Deno.exit(1);
  };
  await new Promise<void>((resolve) => {
    worker.onmessage = () => resolve();
  });
  giveUp([]);
  worker.onmessage = ({ data }: MessageEvent<LookReply>): void => {
    if (data.kind !== "ready") send(headOf(data), bytesOf(data));
  };
  worker.postMessage({ kind: "start", root, writable: write, index } satisfies LookStart);
  for await (const { head } of frames) {
    const { id, question, ask } = head as Omit<LookCall, "kind">;
    worker.postMessage({ kind: "ask", id, question, ask } as LookCall);
  }
  return 0;
}

function headOf(reply: Exclude<LookReply, { kind: "ready" }>): ReplyHead {
  if (reply.kind === "failed") return { id: reply.id, error: reply.error };
  const { id, answer } = reply;
  return answer instanceof Uint8Array ? { id, raw: true } : { id, answer };
}

function bytesOf(reply: LookReply): Uint8Array | undefined {
  return reply.kind === "done" && reply.answer instanceof Uint8Array ? reply.answer : undefined;
}

/** Answers go out whole: whoever does not read them is a program of hikae, and ends this one. */
function send(head: ReplyHead, bytes: Uint8Array | undefined): void {
  try {
    const frame = packFrame(head, bytes);
    for (let at = 0; at < frame.length;) at += Deno.stdout.writeSync(frame.subarray(at));
  } catch (error) {
    void toPlainError(error);
    Deno.exit(1);
  }
}
