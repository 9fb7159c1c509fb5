/** The worker that listens for a browser: it has one port of the loopback address, and no file. @module */

import "../text/own_texts.ts";
import { defined } from "../base/defined.ts";
import { fromPlainError, toPlainError } from "../base/errors.ts";
import { crc32 } from "../platform/crc32.ts";
import { sha256 } from "../platform/hash.ts";
import type { ServedVault, VaultQuestionName, VaultQuestions } from "../base/vault_questions.ts";
import type {
  MainQuestion,
  MainQuestions,
  ServeAnswer,
  ServeOrder,
  ServeQuestionName,
  ServeQuestions,
  ServeReply,
  ServeStart,
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

const waiting = new Map<number, (answered: ServeAnswer) => void>();
let last = 0;
/** All vaults; a set-up adds one. */
let served: ServedVault[] = [];
let server: Server | undefined;
let listener: Deno.HttpServer | undefined;
/** What answers: loaded while the link is on its way to a browser. */
let pages: Promise<typeof import("../serve/server.ts")> | undefined;

/** The answer to a question that is posted with this number. */
function answerTo<K extends ServeQuestionName>(id: number): Promise<ServeQuestions[K]["answer"]> {
  const { promise, resolve, reject } = Promise.withResolvers<ServeQuestions[K]["answer"]>();
  waiting.set(id, (answered: ServeAnswer<K>) => {
    if ("error" in answered) reject(fromPlainError(answered.error));
    else resolve(answered.answer);
  });
  return promise;
}

function askVault<K extends VaultQuestionName>(
  vault: number,
  question: K,
  ask: VaultQuestions[K]["ask"],
): Promise<VaultQuestions[K]["answer"]> {
  const id = ++last;
  const answer = answerTo<K>(id);
  scope.postMessage({ kind: "vault", id, vault, question, ask });
  return answer;
}

function askMain<Q extends MainQuestion>(
  asked: Q,
): Promise<MainQuestions[Q["question"]]["answer"]> {
  const id = ++last;
  const answer = answerTo<Q["question"]>(id);
  scope.postMessage({ kind: "main", id, asked });
  return answer;
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
    ask: askVault,
    jobs: () => askMain({ question: "jobs", ask: {} }),
    log: (job) => askMain({ question: "log", ask: { job } }),
    restore: (vault, path, at, dryRun) =>
      askMain({ question: "restore", ask: { vault, path, at, dryRun } }),
  };
}

function setupDoings(): SetupDoings {
  return {
    choices: () => askMain({ question: "choices", ask: {} }),
    plan: (words) => askMain({ question: "plan", ask: words }),
    begin: (words) => askMain({ question: "begin", ask: words }),
    state: () => askMain({ question: "state", ask: {} }),
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

function take(answered: ServeAnswer): void {
  const asked = waiting.get(answered.id);
  waiting.delete(answered.id);
  asked?.(answered);
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
