/** Starts an engine worker with the permissions of one run, gives up main's own, and passes messages on. @module */

import { fromFileUrl } from "@std/path";
import { defined } from "../base/defined.ts";
import { ACCESS, type Access, type AccessName } from "../base/access.ts";
import { fromPlainError, HikaeError, toPlainError } from "../base/errors.ts";
import {
  type EngineAnswer,
  type EngineCall,
  type EngineReply,
  type EngineStart,
  type LaneCall,
  SharedState,
  SLOT,
} from "../sandbox/channel.ts";
import {
  isUnscoped,
  keptKinds,
  type PermissionSet,
  permissionSet,
  type RightKind,
  type Roots,
} from "../sandbox/permissions.ts";
import type { Context } from "./command.ts";
import type { Message, SummaryMessage } from "../base/event.ts";
import type { CommandName, Commands } from "../engine/commands.ts";
import {
  type AnswerTo,
  answerTo,
  type Question,
  type QuestionHandlers,
  UNASKED,
} from "../engine/questions.ts";
import { explainSets } from "./explain.ts";
import { refusalTeller } from "../sandbox/refusals.ts";
import { giveUp } from "./give_up.ts";
import { inTurns } from "./in_turns.ts";
import { dirsOf, type IndexPlaces, indexPlaces } from "./places/index_places.ts";
import { ENGINES, laneEntry } from "./thread_entries.ts";
import { tellProgress } from "./progress.ts";
import { toldThreadName } from "../text/thread_name.ts";
import { textsToTell } from "../text/given.ts";
import { text } from "../text/text.ts";

/** An engine for calls of one command. */
export interface EngineSetup<K extends CommandName = CommandName> {
  command: K;
  access: AccessName;
  /** Real paths by kind of place. */
  roots: Roots;
  /** True when a root can be opened only with all permissions though its path does not show it. */
  unscoped?: boolean;
  /** Where the indexes of the vaults lie; found out by {@link runEngine} where it is not given. */
  index?: IndexPlaces;
  /** How many more threads may share the work. */
  lanes?: number;
  /** How many more the engine may start itself, when there is work for them. */
  spare?: number;
  /** A thread more counts what there is to read, while the engine works. */
  scouted?: boolean;
  /** Kinds that main itself goes on needing (`restore` makes links). */
  keep?: readonly RightKind[];
  /** What else has to be there before main gives up its rights: it is loaded with them. Never rejects. */
  beside?: Promise<void>;
  /** Called with each message before it is printed. */
  onMessage?: (message: Message) => void;
  /** Answers questions of the engine. */
  answers?: Partial<QuestionHandlers>;
}

/** What to run. */
export interface EngineRun<K extends CommandName = CommandName> extends EngineSetup<K> {
  request: Commands[K]["request"];
}

const WINDOWS = Deno.build.os === "windows";

/** What threads are started with. */
export type ThreadsAsked<K extends CommandName = CommandName> = Pick<
  EngineSetup<K>,
  "command" | "access" | "roots" | "unscoped" | "lanes" | "spare" | "scouted" | "index"
>;

/** The threads of one run, started and without work yet. */
export interface EngineThreads {
  engine: Worker;
  lanes: readonly Worker[];
  /** One, or none. */
  scouts: readonly Worker[];
  /** The engine's has loaded its modules, or never will. */
  first: Promise<void>;
  /** All have loaded their modules. */
  ready: Promise<void>;
  end(): void;
}

/** Runs an engine command to its end, by `crew` if it is started; gives its result. Throws what it threw. */
export async function runEngine<K extends CommandName>(
  context: Context,
  run: EngineRun<K>,
  crew?: EngineThreads,
): Promise<Commands[K]["answer"] | undefined> {
  const line = openEngine(context, run, crew);
  try {
    return await line?.call(run.request);
  } finally {
    line?.end();
  }
}

/** Starts an engine for calls of one command, or takes `crew`; undefined when only the permissions were asked for. */
export function openEngine<K extends CommandName>(
  context: Context,
  given: EngineSetup<K>,
  crew?: EngineThreads,
): EngineLine<K> | undefined {
  const asked = { ...given, index: given.index ?? placesOf(context, given) };
  const { set, unscoped } = scopeOf(asked);
  const setup = { ...asked, keep: keptKinds(asked.keep ?? [], unscoped) };
  if (context.parsed.has("explain-permissions")) {
    explainSets(context, { engine: set, unscoped, keep: setup.keep });
    return undefined;
  }
  return new EngineLine(context, setup, crew ?? startCrew(asked), set.write);
}

/** The places of the vaults' indexes, made where they are missing. */
function placesOf(context: Context, { access, roots }: ThreadsAsked): IndexPlaces {
  const { read }: Access = ACCESS[access];
  if (!read.includes("index")) return {};
  const make = !context.parsed.has("explain-permissions");
  return indexPlaces(context.env, roots.vault ?? [], { make }).places;
}

function scopeOf(asked: ThreadsAsked): { set: PermissionSet; unscoped: boolean } {
  const set = permissionSet(asked.access, { ...asked.roots, index: dirsOf(asked.index ?? {}) });
  // a thread's modules are loaded with the rights of who starts it; a compiled program has them in itself
  if ((asked.spare ?? 0) > 0 && !Deno.build.standalone) set.read.push(...ownCode());
  return { set, unscoped: asked.unscoped === true || isUnscoped(set, WINDOWS) };
}

/** The directory of hikae's own modules, by the name that they are loaded by and by its real one: a link may lead to it. */
export function ownCode(): string[] {
  const named = fromFileUrl(new URL("..", import.meta.url));
  return [named, Deno.realPathSync(named)];
}

/** Starts the threads of a run: they load their modules while main does something else. */
export function startCrew(asked: ThreadsAsked): EngineThreads {
  const { set, unscoped } = scopeOf(asked);
  if (unscoped) requireAll();
  const permissions = unscoped ? "inherit" as const : { ...set };
  const start = (url: URL, name: string, permissions: ThreadRights): Worker =>
    new Worker(url, { type: "module", name: toldThreadName(name), deno: { permissions } });
  const engine = start(ENGINES[asked.command], asked.command, permissions);
  const lanes = Array.from(
    { length: asked.lanes ?? 0 },
    () => start(laneEntry(asked.command), asked.command, permissions),
  );
  const scoutRights = unscoped ? permissions : { ...permissionSet("scout", asked.roots) };
  const scouts = asked.scouted === true ? [start(laneEntry("scout"), "scout", scoutRights)] : [];
  const all = [engine, ...lanes, ...scouts];
  const loading = all.map(loaded);
  const ready = Promise.all(loading).then(() => {});
  // met by who waits for it, if anybody does
  ready.catch(() => {});
  const first = loading[0]?.catch(() => {}) ?? ready;
  return { engine, lanes, scouts, first, ready, end: () => all.forEach((w) => w.terminate()) };
}

/** The rights of a thread. */
type ThreadRights = "inherit" | { read: string[]; write: string[] };

/** Only the binary for Windows is started with all permissions; `deno task hikae` is not. */
function requireAll(): void {
  if (Deno.permissions.querySync({ name: "ffi" }).state === "granted") return;
  throw new HikaeError(
    "failed",
    text("place.all-permissions"),
    { hint: text("place.checkout-hint") },
  );
}

/** What an engine says. */
type Reply<K extends CommandName> = EngineReply<Commands[K]["answer"], Question>;

/** A question that it sends. */
type EngineQuestion = Extract<Reply<CommandName>, { kind: "ask" }>;

/**
 * A started engine that answers calls of its command, one after another or several at once. It gets its work while
 * other threads still begin; nothing of what any of them says is heard before main has given up its rights.
 */
export class EngineLine<K extends CommandName> {
  readonly #context: Context;
  readonly #run: EngineSetup<K>;
  readonly #crew: EngineThreads;
  readonly #shared = new SharedState();
  readonly #calls = new Map<number, PromiseWithResolvers<Commands[K]["answer"]>>();
  readonly #started: Promise<void>;
  readonly #endings: (() => void)[] = [];
  readonly #stopTelling: () => void;
  /** What was said meanwhile; undefined once main has given up its rights. */
  #unheard: (() => void)[] | undefined = [];
  /** Some of what was found is not told. */
  #cut = false;

  /** Talks to a crew whose rights are those of `run`; it may write below `writable`. */
  constructor(
    context: Context,
    run: EngineSetup<K>,
    crew: EngineThreads,
    writable: readonly string[],
  ) {
    this.#context = context;
    this.#run = run;
    this.#crew = crew;
    this.#stopTelling = tellProgress(context, this.#shared);
    if (context.verbose) this.#tellCalls(writable);
    this.#heedSignal();
    this.#listen();
    start(run, crew, this.#shared, writable);
    this.#started = Promise.all([crew.ready, run.beside]).then(() => {
      // not before: a worker's modules are loaded with the rights of the thread that starts it
      if (context.keepsRights !== true) giveUp(run.keep ?? []);
      const unheard = this.#unheard;
      this.#unheard = undefined;
      unheard?.forEach((hear) => hear());
    });
  }

  /** Has a call answered. Throws what the command threw. */
  async call(request: Commands[K]["request"]): Promise<Commands[K]["answer"]> {
    const id = this.#calls.size + 1;
    const waiting = Promise.withResolvers<Commands[K]["answer"]>();
    this.#calls.set(id, waiting);
    this.#started.catch((error) => {
      // it has begun, and is to end in order
      this.#shared.cancel();
      waiting.reject(error);
    });
    const call: EngineCall<Pick<EngineRun, "command" | "request">> = {
      kind: "call",
      id,
      call: { command: this.#run.command, request },
    };
    this.#crew.engine.postMessage(call);
    return await waiting.promise;
  }

  /** Ends the engine and its helpers. */
  end(): void {
    this.#stopTelling();
    for (const end of this.#endings) end();
    this.#crew.end();
  }

  /** Says at the end what the run has cost the disks: what counts where they are far away. */
  #tellCalls(writable: readonly string[]): void {
    const [root] = writable;
    const shared = this.#shared;
    shared.countCalls();
    this.#endings.push(() => {
      const [below, elsewhere] = [SLOT.callsBelow, SLOT.callsElsewhere].map((s) => shared.total(s));
      if (root === undefined || this.#context.json) return;
      const n = Math.max(1, shared.threads(SLOT.callsBelow, SLOT.callsElsewhere));
      const counts = { n, below: below ?? 0, elsewhere: elsewhere ?? 0, root };
      this.#context.tell(text("disk.calls", counts));
    });
  }

  #heedSignal(): void {
    const { signal } = this.#context;
    const cancel = (): void => this.#shared.cancel();
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();
    this.#endings.push(() => signal.removeEventListener("abort", cancel));
  }

  /** Deals with what a thread says once main has given up its rights. */
  #hear<T>(deal: (said: T) => void): (said: T) => void {
    return (said) => {
      if (this.#unheard === undefined) deal(said);
      else this.#unheard.push(() => deal(said));
    };
  }

  #listen(): void {
    const { engine, lanes } = this.#crew;
    const emit = (message: Message): void => {
      // a disk that is slow to let go must not have a word of progress follow what is the last
      if (message.message_type === "summary" && isLast(message)) this.#stopTelling();
      this.#run.onMessage?.(message);
      // it was found before the engine heard that it is to end, and who reads is slow
      this.#cut ||= this.#context.signal.aborted && isFinding(message);
      const { message_type: type } = message;
      if (!this.#cut || type === "error" || type === "note") this.#context.emit(message);
    };
    const refused = refusalTeller(emit, this.#context);
    engine.onmessage = this.#hear(inTurns(({ data }: MessageEvent<Reply<K>>): void => {
      if (data.kind === "messages") data.messages.forEach(emit);
      else if (data.kind === "refused") refused(data.refusal, data.root);
      else if (data.kind === "data") this.#context.write(data.bytes);
      else if (data.kind === "ask") void this.#answer(engine, data);
      else if (data.kind === "done" && !this.#cut) this.#calls.get(data.call)?.resolve(data.answer);
      else if (data.kind === "done") {
        this.#calls.get(data.call)?.reject(new HikaeError("interrupted", "interrupted"));
      } else if (data.kind === "failed") {
        this.#calls.get(data.call)?.reject(fromPlainError(data.error));
      }
    }));
    for (const lane of lanes) {
      lane.onmessage = this.#hear(({ data }: MessageEvent<Reply<K>>): void => {
        if (data.kind === "ask") void this.#answer(lane, data);
        else if (data.kind === "refused") refused(data.refusal, data.root);
      });
    }
    engine.onerror = (event): void => {
      event.preventDefault();
      const error = new HikaeError("internal", text("failure.engine", { problem: event.message }));
      for (const call of this.#calls.values()) call.reject(error);
    };
  }

  /** Answers a thread; an answer that cannot be given ends the run in the thread, where it can be ended in order. */
  async #answer(worker: Worker, { id, question }: EngineQuestion): Promise<void> {
    const answers = { ...UNASKED, ...this.#run.answers };
    let reply: EngineAnswer<AnswerTo<Question>>;
    try {
      reply = { kind: "answer", id, answer: await answerTo(answers, question) };
    } catch (error) {
      reply = { kind: "answer", id, error: toPlainError(error) };
    }
    worker.postMessage(reply);
  }
}

/** True for one of many that were found, and of which nothing came on a disk. */
function isFinding(message: Message): boolean {
  const { message_type: type } = message;
  if (type === "decision") return "dry_run" in message && message.dry_run === true;
  return ["change", "entry", "version", "snapshot"].includes(type);
}

/** False for the summary of a run that others of the same command follow. */
function isLast(summary: SummaryMessage): boolean {
  return summary.run === summary.runs;
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

/** Connects the helpers with the engine and tells it what it works with. */
function start(
  run: Pick<EngineSetup, "index" | "spare">,
  crew: EngineThreads,
  shared: SharedState,
  writable: readonly string[],
): void {
  const texts = textsToTell();
  const connect = (helper: Worker, index: number, writable: readonly string[]): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    const call: LaneCall = {
      kind: "lane",
      index,
      port: port2,
      shared: shared.buffer,
      writable,
      places: run.index ?? {},
      texts,
    };
    helper.postMessage(call, [port2]);
    return port1;
  };
  const lanes = crew.lanes.map((lane, i) => connect(lane, i + 1, writable));
  const { spare = 0 } = run;
  const [scout] = crew.scouts.map((w) => connect(w, lanes.length + spare + 1, []));
  const start: EngineStart = {
    kind: "start",
    shared: shared.buffer,
    writable,
    index: run.index ?? {},
    texts,
    lanes,
    spare,
    ...defined({ scout }),
  };
  const lines = scout === undefined ? lanes : [...lanes, scout];
  // to say that nothing goes along takes 2 ms the first time
  if (lines.length === 0) crew.engine.postMessage(start);
  else crew.engine.postMessage(start, lines);
}
