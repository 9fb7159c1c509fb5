/** What the parts of a restore share. @module */

import { nextStep, type Place } from "../../base/next_step.ts";
import { systemText } from "../../base/system_text.ts";
import { text } from "../../text/text.ts";
import { errorCode, ERRORS, HikaeError, messageOf } from "../../base/errors.ts";
import type { EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";
import { noCounts } from "./counts.ts";
import type { RestoreRequest } from "./request.ts";
import type { RestoreTarget } from "./target.ts";

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
  trouble(path: string, during: string, error: unknown): void {
    this.errors++;
    this.ports.progress.error();
    const known = error instanceof HikaeError ? error : undefined;
    const code = known?.id ?? errorCode(error);
    const said = messageOf(error);
    const place = said.includes(this.reader.vault.root)
      ? "stored"
      : said.includes(this.request.target)
      ? "target"
      : "either";
    const hint = known?.hint ??
      (code in ERRORS ? undefined : troubleHint(code, place, this.request.windows));
    this.ports.emit({
      message_type: "error",
      path,
      during,
      code: code === "" ? "internal" : code,
      message: known?.message ?? text("restore.failed", { problem: systemText(error) }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** What to do about an error that a restore meets in the system; undefined when only the message can tell. Pure. */
export function troubleHint(code: string, place: Place, windows: boolean): string | undefined {
  // there, to replace a file that is open is not a conflict but denied
  const open = windows && place !== "stored" && /^E(ACCES|PERM|BUSY)$/.test(code);
  return open ? text("restore.busy") : nextStep(code, place);
}
