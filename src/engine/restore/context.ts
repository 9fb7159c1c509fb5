/** What the parts of a restore share. @module */

import type { During } from "../../base/event.ts";
import type { EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";
import { noCounts } from "./counts.ts";
import type { RestoreRequest } from "./request.ts";
import type { RestoreTarget } from "./target.ts";
import { restoreTrouble } from "./trouble.ts";

/** One restore. */
export class RestoreContext {
  readonly counts = noCounts();
  errors = 0;
  /** False once a snapshot was found not to be what its seal says. */
  proven = true;
  readonly ports: EnginePorts;
  readonly reader: Reader;
  readonly request: RestoreRequest;
  readonly target: RestoreTarget;

  /** A restore that has done nothing yet. */
  constructor(ports: EnginePorts, reader: Reader, request: RestoreRequest, target: RestoreTarget) {
    this.ports = ports;
    this.reader = reader;
    this.request = request;
    this.target = target;
  }

  /** Remembers that a snapshot is not what its seal says, which was told. */
  unproven(): void {
    this.errors++;
    this.proven = false;
    this.ports.progress.error();
  }

  /** Reports what could not be restored; the restore goes on. */
  trouble(path: string, during: During, error: unknown): void {
    this.errors++;
    this.ports.progress.error();
    const { vault } = this.reader;
    const at = { vault: vault.root, target: this.request.target, windows: this.request.windows };
    this.ports.emit(restoreTrouble(path, during, error, at));
  }
}
