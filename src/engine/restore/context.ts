/** What the parts of a restore share. @module */

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
    const inVault = messageOf(error).includes(this.reader.vault.root);
    const hint = known?.hint ??
      (code in ERRORS
        ? undefined
        : inVault
        ? vaultHint(code)
        : troubleHint(code, this.request.windows));
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

/** What to do about an error of the vault's system. */
function vaultHint(code: string): string | undefined {
  const denied = code === "EACCES" || code === "EPERM";
  return denied ? text("restore.vault-denied") : undefined;
}

/** What to do about an error of the target's system; undefined when only the message can tell. Pure. */
export function troubleHint(code: string, windows: boolean): string | undefined {
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EBUSY":
      // there, to replace a file that is open is not a conflict but denied
      return text(windows ? "restore.busy" : "restore.target-denied");
    case "ENAMETOOLONG":
    case "EINVAL":
    case "EILSEQ":
      return text("restore.name-hint");
    default:
      return undefined;
  }
}
