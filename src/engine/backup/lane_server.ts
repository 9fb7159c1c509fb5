/** A lane in a thread of its own: takes tasks from the engine, sends back what it did. @module */

import { HikaeError, toPlainError } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import type { Message } from "../../base/event.ts";
import type { EnginePorts } from "../ports.ts";
import { askFilter, runFiltered } from "../source/filtered.ts";
import { EndedElsewhere, packFailure } from "./lane_failure.ts";
import { Lane } from "./lane.ts";
import { noFindings, runTasks } from "./lane_loop.ts";
import type { WorkSharing } from "./work_sharing.ts";
import { laneContext, type LaneSetup, openRun } from "./make_lane.ts";
import type { BatchAnswer } from "./copy/file_batch.ts";
import type { LaneLine, LaneOutput, ToLane, Wishes } from "./lane_messages.ts";
import type { LaneVault, VaultSink } from "./lane_vault.ts";
import { Flusher, openFiles } from "./copy/flusher.ts";

/** Characters of record lines that wait before they are sent. */
const OUTPUT = 1 << 18;

class RemoteSink implements VaultSink {
  output: LaneOutput = { record: "", scan: [] };
  readonly flusher: Flusher;

  constructor(ports: EnginePorts, flush: boolean, windows: boolean, room: number) {
    this.flusher = new Flusher(ports, flush, windows, room);
  }
  record(text: string): void {
    this.output.record += text;
  }
  scan(dir: string, row: Uint8Array | undefined): void {
    this.output.scan.push({ dir, row });
  }
  flush(path: string): void {
    this.flusher.add(path);
  }
  flushFile(file: FileHandle): void {
    this.flusher.addFile(file);
  }
  get full(): boolean {
    return this.flusher.full;
  }
  keepUp(): Promise<void> {
    return this.flusher.keepUp();
  }
  take(): LaneOutput {
    const output = this.output;
    this.output = { record: "", scan: [] };
    return output;
  }
}

/** Serves one backup over `line`, until the engine says that it is over. */
export function serveLane(base: EnginePorts, line: LaneLine, wishes: Wishes): void {
  const server = new LaneServer(base, line, wishes);
  // one after the other: work waits for the setup before it
  let last = Promise.resolve();
  line.receive((received) => {
    const message = received as ToLane;
    // the work under way waits for it
    if (message.kind === "fetched") return server.fetched(message);
    last = last.then(() => server.handle(message)).catch((error) => {
      server.drop();
      line.send({ kind: "broken", error: toPlainError(error) });
    });
  });
}

class LaneServer {
  readonly #base: EnginePorts;
  readonly #ports: EnginePorts;
  readonly #line: LaneLine;
  readonly #wishes: Wishes;
  #messages: Message[] = [];
  #sinks: RemoteSink[] = [];
  #runs: LaneVault[] = [];
  #lane: Lane | undefined;
  /** Who waits for the parts that this lane shared, by their number. */
  readonly #shared = new Map<number, (answer: BatchAnswer | undefined) => void>();
  #nextShared = 0;
  #filtered = false;

  constructor(base: EnginePorts, line: LaneLine, wishes: Wishes) {
    this.#base = base;
    this.#ports = { ...base, emit: (m) => void this.#messages.push(m) };
    this.#line = line;
    this.#wishes = wishes;
  }

  async handle(message: Exclude<ToLane, { kind: "fetched" }>): Promise<void> {
    if (message.kind === "setup") this.#setUp(message.setup);
    else if (message.kind === "work") await this.#work(message);
    else if (message.kind === "part") await this.#fetch(message);
    else if (message.kind === "end") await this.#end();
    else this.drop();
  }

  #setUp(setup: LaneSetup): void {
    const { filtered, flush, windows } = setup.request;
    const room = openFiles(setup.lanes, setup.vaults.length);
    this.#filtered = filtered;
    this.#sinks = setup.vaults.map(() => new RemoteSink(this.#ports, flush, windows, room));
    this.#runs = this.#sinks.map((sink, i) => openRun(this.#ports, setup, i, sink));
    this.#lane = new Lane(laneContext(this.#ports, setup, this.#runs, this.#wishes));
  }

  async #work({ phase, tasks, out }: Extract<ToLane, { kind: "work" }>): Promise<void> {
    const lane = this.#lane;
    const runs = this.#runs;
    if (lane === undefined) return;
    this.#takeOut(out);
    const found = noFindings(runs.length);
    const neighbours: WorkSharing = {
      takeWish: () => (this.#sendSome(), this.#wishes.claimIdle()),
      give: (given) => this.#line.send({ kind: "give", tasks: [...given] }),
      share: (part) => {
        const { promise, resolve } = Promise.withResolvers<BatchAnswer | undefined>();
        const id = this.#nextShared++;
        this.#shared.set(id, resolve);
        this.#line.send({ kind: "share", id, part });
        return promise;
      },
      yieldToMessages: () => this.#line.yieldToMessages(),
      monotonic: this.#base.monotonic,
    };
    const ask = this.#filtered ? askFilter(this.#base) : undefined;
    if (ask === undefined) await runTasks(lane, phase, tasks, neighbours, found);
    else await runFiltered(lane, tasks, { phase, ask, neighbours }, found);
    this.#send();
    this.#line.send({ kind: "idle", found });
  }

  /** Reads a part of a directory that another lane has. */
  async #fetch({ id, part, out }: Extract<ToLane, { kind: "part" }>): Promise<void> {
    this.#takeOut(out);
    const answer = await this.#lane?.fetch(part) ?? [];
    this.#line.send({ kind: "fetched", id, answer });
  }

  /** A part that this lane shared is done. */
  fetched({ id, answer }: Extract<ToLane, { kind: "fetched" }>): void {
    this.#shared.get(id)?.(answer);
    // one that is kept would keep the answer
    this.#shared.delete(id);
  }

  /** Vaults into which nothing more is written. */
  #takeOut(out: readonly number[]): void {
    for (const i of out) {
      const run = this.#runs[i];
      if (run !== undefined) run.failed ??= new EndedElsewhere();
    }
  }

  async #end(): Promise<void> {
    const runs = this.#runs;
    for (const [i, run] of runs.entries()) {
      try {
        await this.#sinks[i]?.flusher.settle();
      } catch (error) {
        run.failed ??= error;
      }
      run.catalog?.close();
    }
    this.#send();
    this.#line.send({
      kind: "ended",
      counts: runs.map((r) => r.counts),
      special: runs.map((r) => r.special),
      failed: runs.map((r) => r.failed === undefined ? undefined : packFailure(asFailed(r.failed))),
    });
  }

  /** Lets everything go: the run broke off. */
  drop(): void {
    for (const sink of this.#sinks.splice(0)) sink.flusher.drop();
    for (const run of this.#runs.splice(0)) {
      try {
        run.catalog?.close();
      } catch {
        // it was closed before
      }
    }
  }

  #send(): void {
    const outputs = this.#sinks.map((s) => s.take());
    this.#line.send({ kind: "output", outputs, messages: this.#messages });
    this.#messages = [];
  }

  #sendSome(): void {
    const much = this.#sinks.some(({ output: { record, scan } }) =>
      record.length > OUTPUT || scan.length > 500
    );
    if (this.#messages.length > 0 || much) this.#send();
  }
}

function asFailed(error: unknown): HikaeError {
  return error instanceof HikaeError
    ? error
    : new HikaeError("failed", error instanceof Error ? error.message : String(error));
}
