/** How the engine's commands open a vault by `vault/open.ts`: who holds it, and what is told on the way. @module */

import { systemText } from "../base/system_text.ts";
import { errorCode, HikaeError } from "../base/errors.ts";
import { nextStep } from "../base/next_step.ts";
import { text } from "../text/text.ts";
import type { LookOptions } from "../vault/catalog_state.ts";
import { contentHash } from "../vault/content.ts";
import { DiskSight, DiskUnseen } from "../vault/disk_sight.ts";
import type { LockHolder } from "../vault/lock.ts";
import { type HeldVault, type Hold, holdVault, type OpenVault } from "../vault/open.ts";
import { checkCancelled, type EnginePorts, vaultPorts } from "./ports.ts";

/** What is needed to hold a vault. */
export interface HoldRequest {
  /** The real path of the vault. */
  root: string;
  host: string;
  pid: number;
}

/** How the disk is looked at while an index is opened; what cannot be read is an error message, with its own code. */
export function lookOptions(ports: EnginePorts): LookOptions {
  return looking(ports, (error) => errorCode(error) || "unreadable");
}

/** The same for who only asks: whatever it is, it could not be read. */
export function readOptions(ports: EnginePorts): LookOptions {
  return looking(ports, () => "unreadable");
}

function looking(ports: EnginePorts, codeOf: (error: unknown) => string): LookOptions {
  return {
    hashOf: (content) => contentHash(ports, content),
    failed: (path, error) => {
      const hint = error instanceof HikaeError ? error.hint : nextStep(errorCode(error), "vault");
      ports.emit({
        message_type: "error",
        path,
        during: "index",
        code: codeOf(error),
        message: systemText(error),
        ...(hint === undefined ? {} : { hint }),
      });
    },
    check: () => checkCancelled(ports),
    note: (message) => ports.emit({ message_type: "note", message }),
    sight: ports.sight,
  };
}

/**
 * Opens a vault by `open`. Where that has to ask the whole disk, its directories are listed first in the way that tells what
 * it cannot list, and then it is opened once more. `giveUp` is called where it is not.
 */
export async function openWhole<T>(
  ports: EnginePorts,
  open: (ports: EnginePorts) => T,
  giveUp: () => void = () => {},
): Promise<T> {
  const sight = ports.sight ?? new DiskSight();
  const seeing = { ...ports, sight };
  sight.begin();
  try {
    for (let left = MOST_SEEN;; left--) {
      try {
        return open(seeing);
      } catch (error) {
        if (!(error instanceof DiskUnseen)) throw error;
        // nobody waits any more: then it lists by itself, and mends nothing by what is doubtful
        if (left === 0) sight.over();
        else await sight.see(error, () => checkCancelled(ports)).catch(ended(giveUp));
      }
    }
  } finally {
    sight.over();
  }
}

/** An index that had trouble while the disk was mended is made again, of the disk as it is then: so often it is seen. */
const MOST_SEEN = 3;

function ended(giveUp: () => void): (why: unknown) => never {
  return (why) => {
    giveUp();
    throw why;
  };
}

/** Takes the lock of a vault for a command; throws `locked` with the holder's name. */
export function hold(
  ports: EnginePorts,
  { root, host, pid }: HoldRequest,
  command: string,
): HeldVault {
  const held = holdVault(vaultPorts(ports), root, holding(ports, { pid, host, command }));
  tellLock(ports, held, root);
  return held;
}

/** How a command holds a vault from now on. */
export function holding(ports: EnginePorts, who: Omit<LockHolder, "since">): Hold {
  const since = new Date(ports.clock.now()).toISOString();
  return { holder: { ...who, since }, sleep: ports.sleep };
}

/** Says where a vault's disk has no locks, so that others are kept out less. */
export function tellLock(ports: EnginePorts, { lock }: HeldVault, path: string): void {
  if (lock.note === undefined) return;
  ports.emit({ message_type: "note", message: text(lock.note), path });
}

/** Opens a vault that is held by `open`, as {@link openWhole} does; lets go of it when it is not opened. */
export function openHeld(
  ports: EnginePorts,
  { held: { lock }, sight }: { held: HeldVault; sight?: DiskSight },
  open: (sight: DiskSight | undefined) => OpenVault,
): Promise<OpenVault> {
  const seeing = sight === undefined ? ports : { ...ports, sight };
  return openWhole(seeing, (own) => open(own.sight), () => lock.release());
}
