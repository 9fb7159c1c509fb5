/** Main's part of `serve`: starts the worker that listens, and has done what it asks for. @module */

import { defined } from "../../base/defined.ts";
import { fromPlainError, HikaeError, toPlainError } from "../../base/errors.ts";
import type {
  FirstPage,
  JobFacts,
  RestoreAnswer,
  ServedVault,
} from "../../base/vault_questions.ts";
import type {
  MainQuestion,
  ServeAnswer,
  ServeAsk,
  ServeOrder,
  ServeQuestionName,
  ServeQuestions,
  ServeReply,
  ServeStart,
} from "../../sandbox/serve_wire.ts";
import type { Setup } from "./setup.ts";
import type { LookProcess } from "./look_process.ts";
import { text } from "../../text/text.ts";
import { threadName } from "../../text/thread_name.ts";

const SERVE = new URL("../../workers/serve.ts", import.meta.url);

/** What the worker may ask for. */
export interface ServePorts {
  looks: readonly LookProcess[];
  jobs(): Promise<JobFacts[]>;
  /** What the last run of a job said; undefined where no log is. */
  log(job: string): Promise<string[] | undefined>;
  /** A first set-up, where one is offered. */
  setup?: Setup;
  restore(vault: number, path: string, at: string, dryRun: boolean): Promise<RestoreAnswer>;
  /** Somebody asked for something. */
  heard(): void;
}

/** What the worker that listens may do: listen at this port of the loopback address (0: any), and nothing else. */
export function listenerRights(port: number): Deno.PermissionOptionsObject {
  return { net: [`127.0.0.1:${port}`] };
}

/** The worker that listens. */
export class PageServer {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #helpers: ServePorts | undefined;
  #link: PromiseWithResolvers<string> | undefined;
  readonly #listening = Promise.withResolvers<number>();

  /** Starts the worker with the right to listen at `port` of the loopback address (0: any), and no other. */
  constructor(port: number) {
    this.#worker = new Worker(SERVE, {
      type: "module",
      name: threadName("serve"),
      deno: { permissions: listenerRights(port) },
    });
    this.#listening.promise.catch(() => {});
    const ready = Promise.withResolvers<void>();
    this.#ready = ready.promise;
    // nobody may wait for it: the command may end with an error of its own
    ready.promise.catch(() => {});
    this.#worker.onmessage = ({ data }: MessageEvent<ServeReply>): void => {
      if (data.kind === "ready") ready.resolve();
      else this.#take(data);
    };
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      const error = new HikaeError("internal", text("serve.failed", { problem: event.message }));
      ready.reject(error);
      this.#listening.reject(error);
    };
  }

  /** Has it listen; gives the port. Throws when the port is taken. */
  async listen(start: Omit<ServeStart, "kind">, helpers: ServePorts): Promise<number> {
    await this.#ready;
    this.#helpers = helpers;
    this.#worker.postMessage({ kind: "start", ...start } satisfies ServeStart);
    return await this.#listening.promise;
  }

  /** A fresh link, to all vaults or to one page. */
  link(next?: FirstPage): Promise<string> {
    this.#link ??= Promise.withResolvers();
    this.#order({ kind: "link", ...defined({ next }) });
    return this.#link.promise;
  }

  /** Shows one more vault; the next number is its own. */
  addVault(vault: ServedVault): void {
    this.#order({ kind: "vault", vault });
  }

  /** Ends it. */
  close(): void {
    this.#order({ kind: "stop" });
    this.#worker.terminate();
  }

  #order(order: ServeOrder): void {
    this.#worker.postMessage(order);
  }

  #take(reply: Exclude<ServeReply, { kind: "ready" }>): void {
    switch (reply.kind) {
      case "heard":
        return this.#helpers?.heard();
      case "listening":
        return this.#listening.resolve(reply.port);
      case "failed":
        return this.#listening.reject(fromPlainError(reply.error));
      case "link":
        this.#link?.resolve(reply.url);
        this.#link = undefined;
        return;
      default:
        void this.#answer(reply);
    }
  }

  async #answer(asked: ServeAsk): Promise<void> {
    const { id } = asked;
    let reply: ServeAnswer;
    try {
      reply = { kind: "answer", id, answer: await this.#done(asked) };
    } catch (error) {
      reply = { kind: "answer", id, error: toPlainError(error) };
    }
    const bytes = "answer" in reply && reply.answer instanceof Uint8Array
      ? [reply.answer.buffer]
      : [];
    this.#worker.postMessage(reply, bytes);
  }

  #done(asked: ServeAsk): Promise<PageAnswer> {
    const helpers = this.#helpers;
    if (helpers === undefined) throw new Error("a question before the start");
    if (asked.kind === "main") return doneByMain(helpers, asked.asked);
    const look = helpers.looks[asked.vault];
    if (look === undefined) throw new HikaeError("no_vault", text("serve.no-such-vault"));
    return look.ask(asked.question, asked.ask);
  }
}

/** An answer to any question of the page. */
type PageAnswer = ServeQuestions[ServeQuestionName]["answer"];

async function doneByMain(helpers: ServePorts, asked: MainQuestion): Promise<PageAnswer> {
  if (asked.question === "jobs") return await helpers.jobs();
  if (asked.question === "log") return await helpers.log(asked.ask.job);
  if (asked.question === "restore") {
    const { vault, path, at, dryRun } = asked.ask;
    return await helpers.restore(vault, path, at, dryRun);
  }
  const { setup } = helpers;
  if (setup === undefined) throw new HikaeError("failed", text("serve.shows-only"));
  switch (asked.question) {
    case "choices":
      return await setup.choices();
    case "plan":
      return await setup.plan(asked.ask);
    case "begin":
      return setup.begin(asked.ask);
    case "state":
      return setup.state();
  }
}
