/** Starts an engine worker with the permissions of one run, gives up main's own, and passes messages on. @module */

import { defined } from "../base/defined.ts";
import { ACCESS, type AccessName } from "../base/access.ts";
import { fromPlainError, HikaeError, toPlainError } from "../base/errors.ts";
import {
  type EngineAnswer,
  type EngineCall,
  type EngineReply,
  type EngineStart,
  type LaneCall,
  Shared,
} from "../sandbox/channel.ts";
import {
  isUnscoped,
  keptKinds,
  KINDS,
  type PermissionSet,
  permissionSet,
  type Roots,
} from "../sandbox/permissions.ts";
import type { Context } from "./command.ts";
import type { Message } from "../base/event.ts";
import type { CommandName, Commands } from "../engine/commands.ts";
import { explainSets } from "./explain.ts";
import { refusalTeller } from "../sandbox/refusals.ts";
import { dirsOf, type IndexPlaces, indexPlaces } from "./index_places.ts";
import { tellProgress } from "./progress.ts";
import { threadName } from "../text/speak.ts";
import { text } from "../text/text.ts";

/** What to run. */
export interface EngineRun<K extends CommandName = CommandName> {
  command: K;
  access: AccessName;
  /** Real paths by kind of place. */
  roots: Roots;
  /** True when a root can be opened only with all permissions though its path does not show it. */
  unscoped?: boolean;
  request: Commands[K]["request"];
  /** Where the indexes of the vaults lie; found out by {@link runEngine} where it is not given. */
  index?: IndexPlaces;
  /** How many more threads may share the work. */
  lanes?: number;
  /** A thread more counts what there is to read, while the engine works. */
  scouted?: boolean;
  /** Kinds that main itself goes on needing (`restore` makes links). */
  keep?: readonly Deno.PermissionName[];
  /** Called with each message before it is printed. */
  onMessage?: (message: Message) => void;
  /** Answers questions of the engine. */
  onAsk?: (question: unknown) => Promise<unknown>;
}

const ENGINE = new URL("../workers/engine.ts", import.meta.url);
const LANE = new URL("../workers/lane.ts", import.meta.url);
const WINDOWS = Deno.build.os === "windows";

/** What threads are started with. */
export type ThreadsAsked<K extends CommandName = CommandName> = Pick<
  EngineRun<K>,
  "command" | "access" | "roots" | "unscoped" | "lanes" | "scouted" | "index"
>;

/** The threads of one run, started and without work yet. */
export interface Crew {
  engine: Worker;
  lanes: readonly Worker[];
  /** One, or none. */
  scouts: readonly Worker[];
  /** All have loaded their modules. */
  ready: Promise<unknown>;
  end(): void;
}

/** Runs an engine command to its end, by `crew` if it is started; gives its result. Throws what it threw. */
export async function runEngine<K extends CommandName>(
  context: Context,
  given: EngineRun<K>,
  crew?: Crew,
): Promise<Commands[K]["answer"] | undefined> {
  const asked = { ...given, index: given.index ?? placesOf(context, given) };
  const { set, unscoped } = scopeOf(asked);
  const run = { ...asked, keep: keptKinds(asked.keep ?? [], unscoped) };
  if (context.parsed.has("explain-permissions")) {
    explainSets(context, { engine: set, unscoped, keep: run.keep ?? [] });
    return undefined;
  }
  const own = crew ?? startCrew(asked);
  try {
    return await converse(context, run, own, set.write);
  } finally {
    own.end();
  }
}

/** The places of the vaults' indexes, made where they are missing. */
function placesOf(context: Context, { access, roots }: ThreadsAsked): IndexPlaces {
  if (!(ACCESS[access].read as readonly string[]).includes("index")) return {};
  const make = !context.parsed.has("explain-permissions");
  return indexPlaces(context.env, roots.vault ?? [], { make }).places;
}

function scopeOf(asked: ThreadsAsked): { set: PermissionSet; unscoped: boolean } {
  const set = permissionSet(asked.access, { ...asked.roots, index: dirsOf(asked.index ?? {}) });
  return { set, unscoped: asked.unscoped === true || isUnscoped(set, WINDOWS) };
}

/** Starts the threads of a run: they load their modules while main does something else. */
export function startCrew(asked: ThreadsAsked): Crew {
  const { set, unscoped } = scopeOf(asked);
  if (unscoped) requireAll();
  const permissions = unscoped ? "inherit" as const : { ...set };
  const start = (url: URL, name: string, permissions: Rights): Worker =>
    new Worker(url, { type: "module", name: threadName(name), deno: { permissions } });
  const engine = start(ENGINE, asked.command, permissions);
  const lanes = Array.from(
    { length: asked.lanes ?? 0 },
    () => start(LANE, asked.command, permissions),
  );
  const scoutRights = unscoped ? permissions : { ...permissionSet("scout", asked.roots) };
  const scouts = asked.scouted === true ? [start(LANE, "scout", scoutRights)] : [];
  const all = [engine, ...lanes, ...scouts];
  const ready = Promise.all(all.map(loaded));
  // met by who waits for it, if anybody does
  ready.catch(() => {});
  return { engine, lanes, scouts, ready, end: () => all.forEach((w) => w.terminate()) };
}

/** The rights of a thread. */
type Rights = "inherit" | { read: string[]; write: string[] };

/** Only the binary for Windows is started with all permissions; `deno task hikae` is not. */
export function requireAll(): void {
  if (Deno.permissions.querySync({ name: "ffi" }).state === "granted") return;
  throw new HikaeError(
    "failed",
    text("place.all-permissions"),
    {
      hint: text("place.checkout-hint"),
    },
  );
}

/** Main keeps no right that it does not need; what a path needs on Windows shares goes with the worker. */
export function giveUp(keep: readonly Deno.PermissionName[]): void {
  for (const name of KINDS) {
    if ((keep as readonly string[]).includes(name)) continue;
    Deno.permissions.revokeSync({ name: name as Deno.PermissionName });
  }
}

function converse<K extends CommandName>(
  context: Context,
  run: EngineRun<K>,
  crew: Crew,
  writable: readonly string[],
): Promise<Commands[K]["answer"]> {
  const shared = new Shared();
  const worker = crew.engine;
  const refusals = refusalTeller((message) => {
    run.onMessage?.(message);
    context.emit(message);
  }, context);
  const stopTelling = tellProgress(context, shared);
  const cancel = (): void => shared.cancel();
  context.signal.addEventListener("abort", cancel);
  if (context.signal.aborted) shared.cancel();
  return new Promise<Commands[K]["answer"]>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<EngineReply<Commands[K]["answer"]>>): void => {
      const reply = event.data;
      if (reply.kind === "messages") {
        for (const message of reply.messages) {
          run.onMessage?.(message);
          context.emit(message);
        }
      } else if (reply.kind === "refused") refusals(reply.refusal, reply.root);
      else if (reply.kind === "data") context.write(reply.bytes);
      else if (reply.kind === "ask") void answer(run, worker, reply);
      else if (reply.kind === "done") resolve(reply.answer);
      else if (reply.kind === "failed") reject(fromPlainError(reply.error));
    };
    for (const lane of crew.lanes) {
      lane.onmessage = ({ data }: MessageEvent<EngineReply>): void => {
        if (data.kind === "ask") void answer(run, lane, data);
        else if (data.kind === "refused") refusals(data.refusal, data.root);
      };
    }
    crew.ready.then(() => {
      // not before: a worker's modules are loaded with the rights of the thread that starts it
      giveUp(run.keep ?? []);
      start(run, crew, shared, writable);
    }).catch(reject);
    worker.onerror = (event): void => {
      event.preventDefault();
      reject(new HikaeError("internal", text("failure.engine", { problem: event.message })));
    };
  }).finally(() => {
    stopTelling();
    context.signal.removeEventListener("abort", cancel);
  });
}

/** Resolves when a worker has loaded its modules: the first that it says. */
function loaded(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", () => resolve(), { once: true });
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new HikaeError("internal", text("failure.engine", { problem: event.message })));
    };
  });
}

/** Connects the helpers with the engine and hands it its work. */
function start(run: EngineRun, crew: Crew, shared: Shared, writable: readonly string[]): void {
  const connect = (helper: Worker, index: number, writable: readonly string[]): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    const call: LaneCall = {
      kind: "lane",
      index,
      port: port2,
      shared: shared.buffer,
      writable,
      places: run.index ?? {},
    };
    helper.postMessage(call, [port2]);
    return port1;
  };
  const lanes = crew.lanes.map((lane, i) => connect(lane, i + 1, writable));
  const [scout] = crew.scouts.map((w) => connect(w, lanes.length + 1, []));
  const start: EngineStart = {
    kind: "start",
    shared: shared.buffer,
    writable,
    index: run.index ?? {},
    lanes,
    ...defined({ scout }),
  };
  crew.engine.postMessage(start, scout === undefined ? lanes : [...lanes, scout]);
  const { command, request } = run;
  const call: EngineCall<Pick<EngineRun, "command" | "request">> = {
    kind: "call",
    id: 1,
    call: { command, request },
  };
  crew.engine.postMessage(call);
}

/** Answers a thread; an answer that cannot be given ends the run in the thread, where it can be ended in order. */
async function answer(
  run: EngineRun,
  worker: Worker,
  { id, question }: Extract<EngineReply, { kind: "ask" }>,
): Promise<void> {
  let reply: EngineAnswer;
  try {
    reply = { kind: "answer", id, answer: await run.onAsk?.(question) };
  } catch (error) {
    reply = { kind: "answer", id, error: toPlainError(error) };
  }
  worker.postMessage(reply);
}
