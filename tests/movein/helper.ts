/** Copies that other tools made, and what became of them. */

import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import type { PlainOutcome } from "../../src/engine/backup/command.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import {
  type BackupOptions,
  backupRequest,
  enginePorts,
  performBackup,
} from "../helpers/engine_helper.ts";

/** What a command came to. */
export interface Done {
  outcomes: PlainOutcome[];
  messages: Message[];
  summaries: Record<string, unknown>[];
  errors: string[];
  /** What was thrown instead of outcomes. */
  thrown: unknown;
}

/** Runs `adopt` in this process, some hours from now. */
export async function adoptHere(
  source: string,
  copy: string,
  options: BackupOptions = {},
  on: { fs?: FileSystem; hours?: number; ports?: Partial<EnginePorts> } = {},
): Promise<Done> {
  return await runHere(
    backupRequest(source, [copy], {
      adopt: true,
      checksum: true,
      command: "adopt",
      reflink: false,
      ...options,
    }),
    on,
  );
}

/** Runs a request of `backup` in this process. */
export async function runHere(
  request: ReturnType<typeof backupRequest>,
  { fs, hours = 1, ports = {} }: { fs?: FileSystem; hours?: number; ports?: Partial<EnginePorts> },
): Promise<Done> {
  const messages: Message[] = [];
  const clock = { now: (): number => Date.now() + hours * 3_600_000 };
  let outcomes: PlainOutcome[] = [];
  let thrown: unknown;
  try {
    const all = { ...enginePorts(messages, fs), clock, sleep: () => {}, ...ports };
    outcomes = await performBackup(all, request);
  } catch (error) {
    thrown = error;
  }
  const summaries = messages.filter((m) => m.message_type === "summary");
  const errors = messages.flatMap((m) =>
    m.message_type === "error" ? [`${m.path}: ${m.code}`] : []
  );
  return { outcomes, messages, summaries, errors, thrown };
}

/** What `verify` has against a vault; nothing for a sound one. */
export async function unsound(vault: string): Promise<string[]> {
  const messages: Message[] = [];
  await verify(enginePorts(messages), {
    root: vault,
    given: vault,
    repair: false,
    host: "test",
    pid: Deno.pid,
    windows: Deno.build.os === "windows",
  });
  return messages.flatMap((m) =>
    m.message_type === "error" || m.message_type === "note" ? [`${m.path}: ${m.message}`] : []
  );
}
