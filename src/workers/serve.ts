/** The worker that listens for a browser: it has one port of the loopback address, and no file. @module */

import { defined } from "../base/defined.ts";
import { fromPlainError, toPlainError } from "../base/errors.ts";
import { sha256 } from "../platform/hash.ts";
import type {
  JobFacts,
  QuestionName,
  RestoreAnswer,
  VaultQuestions,
} from "../base/vault_questions.ts";
import type {
  FirstPage,
  ServeAnswer,
  ServeAsk,
  ServeOrder,
  ServeReply,
  ServeStart,
} from "../sandbox/serve_wire.ts";
import { pathParts } from "../serve/address.ts";
import { Gate } from "../serve/gate.ts";
import { respond } from "../serve/server.ts";
import type { Server } from "../serve/serving.ts";
import { startedAs } from "../text/speak.ts";

const HOST = "127.0.0.1";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ServeStart | ServeOrder | ServeAnswer>) => void) | null;
  postMessage(reply: ServeReply): void;
};

const waiting = new Map<number, PromiseWithResolvers<ServeAnswer["answer"]>>();
let last = 0;
let server: Server | undefined;
let listener: Deno.HttpServer | undefined;

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

function serverOf({ vaults, restoreInto }: ServeStart, host: string): Server {
  const gate = new Gate(host, newSecret);
  return {
    gate,
    site: {
      start: gate.start,
      vaults,
      dav: newSecret(),
      host,
      ...defined({ restoreInto }),
    },
    newHash: sha256,
    ask: <K extends QuestionName>(vault: number, question: K, asked: VaultQuestions[K]["ask"]) =>
      ask<VaultQuestions[K]["answer"]>(
        { kind: "vault", vault, question, ask: asked } as Unnumbered,
      ),
    jobs: () => ask<JobFacts[]>({ kind: "jobs" }),
    restore: (vault, path, at, dryRun) =>
      ask<RestoreAnswer>({ kind: "restore", vault, path, at, dryRun }),
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
      },
      onError: () => new Response(null, { status: 500 }),
    },
    (request) =>
      server === undefined ? new Response(null, { status: 503 }) : respond(server, request),
  );
}

/** Where a link leads: home, or the page of a file or directory. */
function partsOf(next: FirstPage | undefined): string[] | undefined {
  if (next === undefined) return undefined;
  const { vault, path, directory } = next;
  const kind = directory ? ["tree", "latest"] : ["file"];
  return ["v", String(vault), ...kind, ...pathParts(path)];
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
    else if (server !== undefined) {
      scope.postMessage({ kind: "link", url: server.gate.newLink(partsOf(data.next)) });
    }
  } catch (error) {
    scope.postMessage({ kind: "failed", error: toPlainError(error) });
  }
};
await startedAs((self as unknown as { name: string }).name);
scope.postMessage({ kind: "ready" });
