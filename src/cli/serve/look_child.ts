/**
 * The process of a look (`hikae __look`): starts a worker with rights for one vault, gives up its own, and passes
 * questions from standard input to it. The worker writes its answers to standard output by itself. Each vault that is
 * looked at has such a process, so this file imports next to nothing: no text, no command.
 * @module
 */

import { EXIT } from "../../base/exit.ts";
import { readFrames } from "../../base/frames.ts";
import { isLookCall, type LookStart } from "../../sandbox/look_wire.ts";
import { isLanguage, nameIn } from "../../text/languages.ts";
import { giveUp } from "../give_up.ts";
import { isLookTask, type LookTask } from "./look_task.ts";

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
  if (first.done === true) return EXIT.ok;
  const { head: task } = first.value;
  if (!isLookTask(task)) return EXIT.failed;
  const { root, read, write, index, unscoped, lang } = task;
  const permissions = lookRights({ read, write, unscoped });
  const worker = new Worker(LOOK, {
    type: "module",
    name: nameIn(isLanguage(lang) ? lang : "en", "look"),
    deno: { permissions },
  });
  worker.onerror = (event) => {
    event.preventDefault();
    Deno.exit(EXIT.failed);
  };
  await new Promise<void>((resolve) => {
    worker.onmessage = () => resolve();
  });
  giveUp([]);
  worker.postMessage({ kind: "start", root, writable: write, index } satisfies LookStart);
  for await (const { head } of frames) {
    if (isLookCall(head)) worker.postMessage(head);
  }
  return EXIT.ok;
}
