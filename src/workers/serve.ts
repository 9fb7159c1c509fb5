/** The worker that listens for a browser: it has one port of the loopback address, and no file. @module */

import { defined } from "../base/defined.ts";
import { fromPlainError, toPlainError } from "../base/errors.ts";
import type { SetupWords } from "../base/setup.ts";
import { crc32 } from "../platform/crc32.ts";
import { sha256 } from "../platform/hash.ts";
import type {
  JobFacts,
  RestoreAnswer,
  ServedVault,
  VaultQuestionName,
  VaultQuestions,
} from "../base/vault_questions.ts";
import type {
  ServeAnswer,
  ServeAsk,
  ServeOrder,
  ServeReply,
  ServeStart,
  SetupAnswer,
  SetupStep,
} from "../sandbox/serve_wire.ts";
import { Gate } from "../serve/gate.ts";
import { newLink } from "../serve/link.ts";
import type { Server, SetupDoings } from "../serve/serving.ts";
import { startedAs } from "../text/speak.ts";
import { threadScope } from "./thread.ts";

const HOST = "127.0.0.1";
/** What is said to those who may not ask. */
const REFUSED: readonly number[] = [400, 403, 410, 421];

const scope = threadScope<ServeStart | ServeOrder | ServeAnswer, ServeReply>();

const waiting = new Map<number, PromiseWithResolvers<ServeAnswer["answer"]>>();
let last = 0;
/** All vaults; a set-up adds one. */
let served: ServedVault[] = [];
let server: Server | undefined;
let listener: Deno.HttpServer | undefined;
/** What answers: loaded while the link is on its way to a browser. */
let pages: Promise<typeof import("../serve/server.ts")> | undefined;

/** What main is asked, without its number. */
type Unnumbered = ServeAsk extends infer A ? A extends ServeAsk ? Omit<A, "id"> : never : never;

function ask<T extends ServeAnswer["answer"]>(what: Unnumbered): Promise<T> {
  const answer = Promise.withResolvers<ServeAnswer["answer"]>();
  const id = ++last;
  waiting.set(id, answer);
  scope.postMessage({ ...what, id } as ServeAsk);
  return answer.promise as Promise<T>;
}

function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

function serverOf({ vaults, restoreInto, click, setup }: ServeStart, host: string): Server {
  const gate = new Gate(host, newSecret);
  return {
    gate,
    site: {
      start: gate.start,
      vaults: served = [...vaults],
      dav: newSecret(),
      host,
      ...defined({ restoreInto, setup }),
    },
    newHash: sha256,
    crc32,
    ...defined({ click, setup: setup === true ? setupDoings() : undefined }),
    ask: <K extends VaultQuestionName>(
      vault: number,
      question: K,
      asked: VaultQuestions[K]["ask"],
    ) =>
      ask<VaultQuestions[K]["answer"]>(
        { kind: "vault", vault, question, ask: asked } as Unnumbered,
      ),
    jobs: () => ask<JobFacts[]>({ kind: "jobs" }),
    log: (job) => ask<string[] | undefined>({ kind: "log", job }),
    restore: (vault, path, at, dryRun) =>
      ask<RestoreAnswer>({ kind: "restore", vault, path, at, dryRun }),
  };
}

function setupDoings(): SetupDoings {
  const step = <T extends SetupAnswer>(name: SetupStep, words?: SetupWords): Promise<T> =>
    ask<T>({ kind: "setup", step: name, ...defined({ words }) });
  return {
    choices: () => step("choices"),
    plan: (words) => step("plan", words),
    begin: (words) => step("begin", words),
    state: () => step("state"),
  };
}

function listen(start: ServeStart): void {
  listener = Deno.serve(
    {
      hostname: HOST,
      port: start.port,
      onListen: ({ port }) => {
        server = serverOf(start, `${HOST}:${port}`);
        scope.postMessage({ kind: "listening", port });
        pages = import("../serve/server.ts");
      },
      onError: () => new Response(null, { status: 500 }),
    },
    (request) =>
      server === undefined || pages === undefined
        ? new Response(null, { status: 503 })
        : heard(pages, server, request),
  );
}

/** Answers; what was let in tells main that the server is still used. */
async function heard(
  loading: NonNullable<typeof pages>,
  server: Server,
  request: Request,
): Promise<Response> {
  const answer = await (await loading).respond(server, request);
  if (!REFUSED.includes(answer.status)) scope.postMessage({ kind: "heard" });
  return answer;
}

function take({ id, answer, error }: ServeAnswer): void {
  const asked = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) asked?.resolve(answer);
  else asked?.reject(fromPlainError(error));
}

scope.onmessage = ({ data }): void => {
  try {
    if (data.kind === "answer") take(data);
    else if (data.kind === "start") listen(data);
    else if (data.kind === "stop") void listener?.shutdown();
    else if (data.kind === "vault") served.push(data.vault);
    else if (server !== undefined) {
      scope.postMessage({ kind: "link", url: newLink(server.gate, data.next) });
    }
  } catch (error) {
    scope.postMessage({ kind: "failed", error: toPlainError(error) });
  }
};
await startedAs(scope.name);
scope.postMessage({ kind: "ready" });
