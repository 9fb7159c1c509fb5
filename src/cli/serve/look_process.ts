/**
 * A process that looks into one vault for the page: started at the first question, ended when idle, started again
 * after it died or hung. A vault that does not answer holds up no other.
 * @module
 */

import { fromPlainError, HikaeError } from "../../base/errors.ts";
import { packFrame, readFrames } from "../../base/frames.ts";
import type { VaultQuestionName, VaultQuestions } from "../../base/vault_questions.ts";
import { isLookReply, type LookAnswer, type LookReply } from "../../sandbox/look_wire.ts";
import { languageTag, text } from "../../text/text.ts";
import { lookCommand } from "../self.ts";
import type { LookTask } from "./look_task.ts";

/** How long is waited, ms. */
export interface LookLimits {
  /** A question waits no longer than this for its answer. */
  longest: number;
  /** Hashing a large file takes its time. */
  check: number;
  /**
   * A process that has answered nothing for so long is ended and started again. One that is only slow goes on: it may
   * be making the index of a long history, which would never be whole if each question ended it.
   */
  hung: number;
  /** Without a question for so long, the process ends. */
  idle: number;
}

const LIMITS: LookLimits = {
  longest: 10_000,
  check: 30 * 60_000,
  hung: 30 * 60_000,
  idle: 60_000,
};

/** A child of hikae, as far as a look needs it. */
export type LookChild = Pick<Deno.ChildProcess, "stdin" | "stdout" | "status" | "kill">;

interface WaitingLook {
  resolve: (answer: LookAnswer) => void;
  reject: (error: HikaeError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** A process and what it was asked. */
interface Running {
  child: LookChild;
  input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  waiting: Map<number, WaitingLook>;
  /** Questions that it has not answered, though nobody may wait for them any more. */
  open: Set<number>;
  /** When it last answered, or was asked the first of those, ms. */
  since: number;
}

/** One vault's process. */
export class LookProcess {
  readonly #task: LookTask;
  readonly #limits: LookLimits;
  readonly #spawn: () => LookChild;
  #running: Running | undefined;
  #last = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** For a task; nothing is started yet. Tests have limits and a child of their own. */
  constructor(task: LookTask, limits = LIMITS, spawn = spawnLook) {
    this.#task = task;
    this.#limits = limits;
    this.#spawn = spawn;
  }

  /** Asks; throws what the vault answered, or that it does not. */
  ask<K extends VaultQuestionName>(
    question: K,
    ask: VaultQuestions[K]["ask"],
  ): Promise<VaultQuestions[K]["answer"]> {
    clearTimeout(this.#idle);
    const running = this.#alive();
    const id = ++this.#last;
    if (running.open.size === 0) running.since = performance.now();
    running.open.add(id);
    return new Promise<VaultQuestions[K]["answer"]>((resolve, reject) => {
      const limit = question === "check" ? this.#limits.check : this.#limits.longest;
      const timer = setTimeout(() => {
        running.waiting.delete(id);
        reject(silent(this.#task.root));
      }, limit);
      running.waiting.set(id, { resolve, reject, timer });
      running.input.write(packFrame({ kind: "ask", id, question, ask })).catch(() => {
        this.#end(running, ended(this.#task.root));
      });
    });
  }

  /** The process, started where there is none; again where it hangs. */
  #alive(): Running {
    const running = this.#running;
    const hangs = running !== undefined && running.open.size > 0 &&
      performance.now() - running.since > this.#limits.hung;
    if (hangs) this.#end(running, silent(this.#task.root));
    return this.#running ??= this.#start();
  }

  /** Ends the process. */
  close(): void {
    clearTimeout(this.#idle);
    if (this.#running !== undefined) this.#end(this.#running, ended(this.#task.root));
  }

  #start(): Running {
    const child = this.#spawn();
    const running: Running = {
      child,
      input: child.stdin.getWriter(),
      waiting: new Map(),
      open: new Set(),
      since: performance.now(),
    };
    running.input.write(packFrame({ ...this.#task, lang: languageTag() })).catch(() => {});
    void this.#listen(running);
    return running;
  }

  async #listen(running: Running): Promise<void> {
    try {
      for await (const { head, bytes } of readFrames(running.child.stdout)) {
        if (!isLookReply(head)) break;
        this.#take(running, head, bytes);
      }
    } catch {
      // told to whoever waits, below
    }
    this.#end(running, ended(this.#task.root));
  }

  #take(running: Running, reply: LookReply, bytes: Uint8Array<ArrayBuffer>): void {
    running.open.delete(reply.id);
    running.since = performance.now();
    const waiting = running.waiting.get(reply.id);
    running.waiting.delete(reply.id);
    clearTimeout(waiting?.timer);
    if ("error" in reply) waiting?.reject(fromPlainError(reply.error));
    else waiting?.resolve("raw" in reply ? bytes : reply.answer);
    if (running.open.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), this.#limits.idle);
  }

  #end(running: Running, error: HikaeError): void {
    if (this.#running === running) this.#running = undefined;
    for (const { reject, timer } of running.waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    running.waiting.clear();
    running.input.close().catch(() => {});
    try {
      running.child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    running.child.status.catch(() => {});
  }
}

/**
 * What a look adds to its environment: of many vaults each has a process, which is to be small rather than quick. The
 * first is read by `deno run` (a compiled program has its flags of V8 in it), the second by the allocator of Linux, which
 * keeps an arena for each thread else.
 */
const SMALL = {
  DENO_V8_FLAGS: "--optimize-for-size,--max-semi-space-size=1",
  MALLOC_ARENA_MAX: "1",
};

function spawnLook(): LookChild {
  const { program, args } = lookCommand();
  return new Deno.Command(program, {
    args,
    env: SMALL,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

function silent(path: string): HikaeError {
  return new HikaeError("failed", text("serve.silent"), { path, hint: text("serve.silent-hint") });
}

function ended(path: string): HikaeError {
  return new HikaeError("failed", text("serve.look-ended"), { path });
}
