/** The engine's commands, each loaded when it is called. @module */

import type { EnginePorts } from "../engine/ports.ts";

/** Runs an engine command. */
export type EngineCommand = (ports: EnginePorts, request: never) => unknown;

/** By the name that main calls it with. */
export const COMMANDS: Readonly<
  Record<string, (() => Promise<(ports: EnginePorts, request: unknown) => unknown>) | undefined>
> = {
  backup: async () => as((await import("../engine/backup/backup.ts")).backupCommand),
  cleanup: async () => as((await import("../engine/maintain/cleanup.ts")).cleanup),
  prune: async () => as((await import("../engine/maintain/prune.ts")).prune),
  delete: async () => as((await import("../engine/maintain/prune.ts")).deleteSnapshots),
  verify: async () => as((await import("../engine/verify/verify.ts")).verify),
  reindex: async () => as((await import("../engine/maintain/reindex.ts")).reindex),
  list: async () => as((await import("../engine/look/list.ts")).list),
  ls: async () => as((await import("../engine/look/ls.ts")).ls),
  cat: async () => as((await import("../engine/look/cat.ts")).cat),
  diff: async () => as((await import("../engine/look/diff.ts")).diff),
  history: async () => as((await import("../engine/look/history.ts")).history),
  find: async () => as((await import("../engine/look/find.ts")).find),
  status: async () => as((await import("../engine/look/status.ts")).status),
  report: async () => as((await import("../engine/look/report.ts")).report),
  restore: async () => as((await import("../engine/restore/restore.ts")).restoreCommand),
};

/** A request arrives as plain data; main made it of the type that the command takes. */
function as(command: EngineCommand): (ports: EnginePorts, request: unknown) => unknown {
  return command as (ports: EnginePorts, request: unknown) => unknown;
}
