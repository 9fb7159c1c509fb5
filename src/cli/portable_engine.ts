/** Starts the worker for portable snapshots with the rights that a command declares, and talks to it. @module */

import { ACCESS, type AccessName, type Place } from "../base/access.ts";
import { fromPlainError, HikaeError } from "../base/errors.ts";
import { denoFs } from "../platform/deno_fs.ts";
import { makeLinks } from "../portable/links.ts";
import { lenientFs } from "../base/lenient_fs.ts";
import { refusalTeller } from "../sandbox/refusals.ts";
import { text } from "../text/text.ts";
import { RealDirs, under } from "../portable/paths.ts";
import { CELL, type Operation, type Operations, SHARED_BYTES } from "../portable/protocol.ts";
import type { Reply, Request, Start } from "../portable/protocol.ts";
import { SEPARATOR } from "@std/path";
import { isUnscoped, keptKinds } from "../sandbox/permissions.ts";
import type { Context } from "./command.ts";
import { giveUp, requireAll } from "./engine.ts";
import { Explained, explainSets } from "./explain.ts";
import { threadName } from "../text/speak.ts";

/** The real paths of each place that a command touches. */
export type Places = Partial<Record<Place, readonly string[]>>;

/** What main goes on needing: its own modules and the environment, and to make the links of a restore. */
function keptBy(access: AccessName, unscoped: boolean): readonly Deno.PermissionName[] {
  const kept = keptKinds(access === "portableRestore" ? ["read", "write"] : [], unscoped);
  return [...new Set<Deno.PermissionName>([...kept, "read", "env"])];
}

/** A running worker; one operation at a time. */
export class PortableEngine {
  #worker: Worker;
  #cells: Int32Array;
  #dirs: RealDirs | undefined;
  /** Links that the disk of the output refused, for it takes none. */
  readonly #refused: string[] = [];
  #context: Context;
  #cancel = (): void => void Atomics.store(this.#cells, CELL.cancel, 1);

  /** Starts it with the rights of `access` on `places`. */
  constructor(access: AccessName, places: Places, context: Context) {
    const roots = (kinds: readonly Place[]): string[] => kinds.flatMap((k) => places[k] ?? []);
    const [read, write] = [roots(ACCESS[access].read), roots(ACCESS[access].write)];
    const unscoped = isUnscoped({ read, write }, SEPARATOR === "\\");
    const keep = keptBy(access, unscoped);
    if (context.parsed.has("explain-permissions")) {
      explainSets(context, { engine: { read, write }, unscoped, keep });
      throw new Explained();
    }
    if (unscoped) requireAll();
    const shared = new SharedArrayBuffer(SHARED_BYTES);
    this.#cells = new Int32Array(shared);
    this.#context = context;
    this.#worker = new Worker(new URL("../workers/portable.ts", import.meta.url), {
      type: "module",
      name: threadName("portable"),
      deno: { permissions: unscoped ? "inherit" : { read, write } },
    });
    if (context.keepsRights !== true) giveUp(keep);
    const start: Start = { shared, writable: write, separator: SEPARATOR };
    this.#worker.postMessage(start);
    if (context.signal.aborted) this.#cancel();
    context.signal.addEventListener("abort", this.#cancel, { once: true });
  }

  /** Has an operation done; its messages go to the context. */
  ask<K extends Operation>(op: K, ask: Operations[K]["ask"]): Promise<Operations[K]["answer"]> {
    const tell = refusalTeller(this.#context.emit, this.#context);
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = (event: MessageEvent<Reply>): void => {
        const reply = event.data;
        if (reply.type === "message") this.#context.emit(reply.message);
        else if (reply.type === "refused") tell(reply.refusal, reply.root);
        else if (reply.type === "links") this.#link(reply.root, reply.jobs);
        else if (reply.type === "done") {
          this.#tellRefused();
          resolve(reply.answer as Operations[K]["answer"]);
        } else reject(fromPlainError(reply.error));
      };
      this.#worker.onerror = (event): void => {
        event.preventDefault();
        reject(
          new HikaeError("internal", text("portable.worker-ended", { problem: event.message })),
        );
      };
      this.#worker.postMessage({ op, ask } as Request);
    });
  }

  #tellRefused(): void {
    const [first] = this.#refused;
    if (first === undefined) return;
    const message = text("disk.no-links", { n: this.#refused.length, first });
    this.#context.emit({ message_type: "note", message });
  }

  /** Ends the worker. */
  close(): void {
    this.#context.signal.removeEventListener("abort", this.#cancel);
    this.#worker.terminate();
  }

  #link(path: string, jobs: Parameters<typeof makeLinks>[2]): void {
    let failures = jobs.length;
    try {
      const root = { path, separator: SEPARATOR };
      // a worker restores one snapshot, into one directory
      const dirs = this.#dirs ??= new RealDirs(denoFs, root);
      const tell = refusalTeller(this.#context.emit, this.#context);
      const probe = (): string => under(root, `.hikae-tmp-${crypto.randomUUID().slice(0, 8)}-0`);
      const fs = lenientFs(denoFs, [{ path, probe }], SEPARATOR, tell);
      const before = this.#refused.length;
      const failed = makeLinks(fs, root, jobs, dirs, this.#refused);
      failures = failed.length;
      Atomics.store(this.#cells, CELL.refused, this.#refused.length - before);
      for (const one of failed) {
        this.#context.emit({ message_type: "error", during: "restore", ...one });
      }
    } finally {
      Atomics.store(this.#cells, CELL.failures, failures);
      Atomics.add(this.#cells, CELL.linked, 1);
      Atomics.notify(this.#cells, CELL.linked);
    }
  }
}
