/** A lane in a thread of its own: takes tasks from the engine, sends back what it did. @module */

import { HikaeError, toPlainError } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import type { Message } from "../../base/event.ts";
import type { EnginePorts } from "../ports.ts";
import { type AskFilter, runFiltered } from "./filtered.ts";
import { endedElsewhere } from "./elsewhere.ts";
import { Lane } from "./lane.ts";
import { noFindings, runTasks } from "./lane_runner.ts";
import { laneContext, openRun } from "./lane_setup.ts";
import type { LaneLine, LaneOutput, ToLane, Wishes } from "./lane_wire.ts";
import { loadRules } from "./rules.ts";
import type { VaultRun, VaultSink } from "./vault_run.ts";
import { Flusher } from "./flusher.ts";

/** Characters of record lines that wait before they are sent. */
const OUTPUT = 1 << 18;

class RemoteSink implements VaultSink {
  output: LaneOutput = { record: "", scan: [] };
  readonly flusher: Flusher;

  constructor(ports: EnginePorts, flush: boolean, windows: boolean) {
    this.flusher = new Flusher(ports.fs, flush, windows);
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
  let messages: Message[] = [];
  const ports: EnginePorts = { ...base, emit: (m) => void messages.push(m) };
  let sinks: RemoteSink[] = [];
  let runs: VaultRun[] = [];
  let lane: Lane | undefined;
  let filtered = false;
  const send = (): void => {
    line.send({ kind: "output", outputs: sinks.map((s) => s.take()), messages });
    messages = [];
  };
  const sendSome = (): void => {
    if (
      messages.length > 0 ||
      sinks.some((s) => s.output.record.length > OUTPUT || s.output.scan.length > 500)
    ) send();
  };
  const handle = async (message: ToLane): Promise<void> => {
    if (message.kind === "setup") {
      const { setup } = message;
      filtered = setup.request.filtered;
      sinks = setup.vaults.map(() =>
        new RemoteSink(ports, setup.request.flush, setup.request.windows)
      );
      runs = sinks.map((sink, i) => openRun(ports, setup, i, sink));
      await loadRules(setup.request.rules);
      lane = new Lane(laneContext(ports, setup, runs, wishes));
    } else if (message.kind === "work" && lane !== undefined) {
      for (const i of message.out) {
        const run = runs[i];
        if (run !== undefined) {
          run.failed ??= endedElsewhere();
        }
      }
      const found = noFindings(runs.length);
      const neighbours = {
        takeWish: () => (sendSome(), wishes.take()),
        give: (tasks: Parameters<typeof runTasks>[3]) =>
          line.send({ kind: "give", tasks: [...tasks] }),
      };
      const { phase, tasks } = message;
      const ask = filtered ? base.ask as AskFilter | undefined : undefined;
      if (ask === undefined) await runTasks(lane, runs, phase, tasks, neighbours, found);
      else await runFiltered(lane, tasks, { phase, ask, neighbours, vaults: runs.length }, found);
      send();
      line.send({ kind: "idle", found });
    } else if (message.kind === "end") {
      for (const [i, run] of runs.entries()) {
        try {
          await sinks[i]?.flusher.settle();
        } catch (error) {
          run.failed ??= error;
        }
        run.catalog?.close();
      }
      send();
      const failed = runs.map((r) =>
        r.failed === undefined ? undefined : toPlainError(asFailed(r.failed))
      );
      line.send({
        kind: "ended",
        counts: runs.map((r) => r.counts),
        special: runs.map((r) => r.special),
        failed,
      });
    }
  };
  const drop = (): void => {
    for (const sink of sinks.splice(0)) sink.flusher.drop();
    for (const run of runs.splice(0)) {
      try {
        run.catalog?.close();
      } catch {
        // it was closed before
      }
    }
  };
  // one after the other: work waits for the setup before it
  let last = Promise.resolve();
  line.receive((received) => {
    const message = received as ToLane;
    last = last.then(() => message.kind === "drop" ? drop() : handle(message)).catch((error) => {
      drop();
      line.send({ kind: "broken", error: toPlainError(error) });
    });
  });
}

function asFailed(error: unknown): unknown {
  return error instanceof HikaeError
    ? error
    : new HikaeError("failed", error instanceof Error ? error.message : String(error));
}
