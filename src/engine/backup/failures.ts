/** What goes wrong while a lane works: what is told, what goes on, and what ends a vault's part. @module */

import {
  errorCode,
  fromPlainError,
  HikaeError,
  isFull,
  messageOf,
  type PlainError,
  toPlainError,
} from "../../base/errors.ts";
import { lstatIfAny } from "../../base/io.ts";
import { nextStep } from "../../base/next_step.ts";
import { systemText } from "../../base/system_text.ts";
import type { LaneContext } from "./lane_context.ts";
import { refusesName } from "../source/refused_name.ts";
import { type SourceTrouble, troubleOf } from "../source/source_dir.ts";
import type { LaneVault } from "./lane_vault.ts";
import { text } from "../../text/text.ts";

/** Takes what goes wrong in one lane. */
export class Failures {
  readonly #c: Pick<LaneContext, "runs" | "trouble">;
  /** For a lane with this context. */
  constructor(context: Pick<LaneContext, "runs" | "trouble">) {
    this.#c = context;
  }

  /** The vaults that still take part. */
  active(): LaneVault[] {
    return this.#c.runs.filter((run) => run.failed === undefined);
  }

  /** Runs a write into one vault; trouble is reported, and ends the vault's part when it is the vault itself. */
  guard(run: LaneVault, path: string, work: () => void, otherwise?: () => void): void {
    const trouble = troubleIn(run, path, work, otherwise);
    if (trouble !== undefined) this.vault(run, trouble);
  }

  /** Trouble with the source: every vault has it. */
  source(t: SourceTrouble): void {
    for (const run of this.active()) noteTrouble(run, t);
    this.#c.trouble(t);
  }

  /** Trouble that these vaults have, told once. */
  reportFor(runs: Iterable<LaneVault>, t: SourceTrouble): void {
    for (const run of runs) noteTrouble(run, t);
    this.#c.trouble(t);
  }

  /** Trouble with one vault. */
  vault(run: LaneVault, t: SourceTrouble): void {
    noteTrouble(run, t);
    this.#c.trouble(t);
  }
}

/**
 * Works with one vault, and gives the trouble to report; what is wrong with the vault itself ends its part,
 * and is told when the run ends.
 */
export function troubleIn(
  run: LaneVault,
  path: string,
  work: () => void,
  otherwise?: () => void,
): SourceTrouble | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    if (isVaultGone(run, error)) {
      run.failed = vaultFailure(run, path, error);
      return undefined;
    }
    if (otherwise !== undefined) noteIn(run, path, otherwise);
    const trouble = troubleOf(path, "store", error);
    const code = errorCode(error) || "unstorable";
    if (!refusesName(run.vault, path, code)) return { ...trouble, code };
    const message = code === "ENOENT"
      ? text("system.behind", { ours: text("system.name-unfit"), said: messageOf(error) })
      : trouble.message + text("failure.name-unfit");
    return { ...trouble, code, message, hint: text("next.vault-name") };
  }
}

function noteTrouble(run: LaneVault, t: SourceTrouble): void {
  noteIn(run, t.path, () => run.trouble(t));
}

/** Notes something down in a vault: no room even for that is the end of its part, not of the run. */
function noteIn(run: LaneVault, path: string, note: () => void): void {
  try {
    note();
  } catch (error) {
    run.failed ??= vaultFailure(run, path, error);
  }
}

/** Codes that say that the whole vault is in trouble, not one entry of it. */
const VAULT_CODES = new Set([
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EIO",
  "ENODEV",
  "ENXIO",
  "ESTALE",
  "ENOTCONN",
  "EMFILE",
  "ENFILE",
]);

function isVaultGone(run: LaneVault, error: unknown): boolean {
  const code = errorCode(error);
  return VAULT_CODES.has(code) || code.startsWith("ERR_SQLITE") || isGone(run);
}

function isGone(run: LaneVault): boolean {
  try {
    return lstatIfAny(run.vault.fs, run.vault.tree.rootFile("vault")) === undefined;
  } catch {
    return true;
  }
}

/** The error that ends a vault's part. */
export function vaultFailure(run: LaneVault, path: string, cause: unknown): HikaeError {
  const what = text("failure.store", { what: path === "" ? text("failure.root") : path });
  return storeFailure(what, run.vault.tree.mirror(path), cause, !isFull(cause) && isGone(run));
}

/** The error to report when a new vault could not be made: there is no vault yet that could be valid. */
export function unmade(path: string, cause: unknown): unknown {
  if (cause instanceof HikaeError) return cause;
  const [message, hint] = isFull(cause)
    ? [text("system.full"), text("failure.new-full")]
    : [systemText(cause), newRemedy(errorCode(cause))];
  return new HikaeError("failed", text("failure.make-vault", { problem: message }), {
    path,
    hint,
    cause,
  });
}

/** What an error of a vault's disk comes to: what to say of it, and what to do. */
export function storeFailure(
  what: string,
  path: string,
  cause: unknown,
  gone = false,
): HikaeError {
  const [message, hint] = isFull(cause)
    ? [
      text("failure.vault-full"),
      text("failure.vault-full-hint"),
    ]
    : gone
    ? [
      text("failure.vault-gone"),
      text("failure.vault-gone-hint"),
    ]
    : [
      systemText(cause),
      vaultRemedy(errorCode(cause)),
    ];
  return new HikaeError("failed", `${what}: ${message}`, { path, hint, cause });
}

/** Why a vault takes no part in a lane in which nothing went wrong: another lane gave it up, and says why. */
export class EndedElsewhere extends HikaeError {
  constructor() {
    super("failed", "another lane ended its part");
  }
}

/** True of a failure that tells nothing, and of none: the lane that met the trouble says what it was. */
export function isSecondary(failed: unknown): boolean {
  return failed === undefined || failed instanceof EndedElsewhere;
}

/** A failure as it passes between threads. */
export type PlainFailure = PlainError | "elsewhere";

/** Packs a failure for another thread. */
export function packFailure(failed: HikaeError): PlainFailure {
  return failed instanceof EndedElsewhere ? "elsewhere" : toPlainError(failed);
}

/** A failure that another thread packed. */
export function unpackFailure(failed: PlainFailure): HikaeError {
  return failed === "elsewhere" ? new EndedElsewhere() : fromPlainError(failed);
}

/**
 * Waits, after each file of the directory `path`, while too many flushes are under way: one directory alone may have
 * more files than a process may hold open. A flush that failed ends its vault's part.
 */
export async function waitForFlushes(runs: readonly LaneVault[], path: string): Promise<void> {
  for (const run of runs) {
    try {
      if (run.sink.full) await run.sink.keepUp();
    } catch (error) {
      run.failed ??= vaultFailure(run, path, error);
    }
  }
}

function vaultRemedy(code: string): string {
  if (code === "EROFS") return text("failure.vault-read-only");
  const mount = mountStep(code);
  if (mount !== undefined) return mount;
  const step = code === "EIO" ? undefined : nextStep(code, "vault");
  return step === undefined
    ? text("failure.vault-disk")
    : text("failure.vault-valid", { hint: step });
}

function newRemedy(code: string): string {
  const mount = mountStep(code);
  if (mount !== undefined) return mount;
  const isOther = code === "EIO" || code === "EROFS";
  return isOther ? text("failure.new-disk") : text("failure.new-denied");
}

/** What a view of a share needs that does not let a file be written on, as desktops make them (gvfs). */
function mountStep(code: string): string | undefined {
  return code === "EOPNOTSUPP" || code === "ENOTSUP" ? nextStep(code, "vault") : undefined;
}
