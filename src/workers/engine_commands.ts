/** The engine's commands, each loaded when it is called. @module */

import type { EnginePorts } from "../engine/ports.ts";

/** Runs an engine command. */
export type EngineCommand = (ports: EnginePorts, request: never) => unknown;

/** By the name that main calls it with. */
export const COMMANDS: Readonly<
  Record<string, (() => Promise<(ports: EnginePorts, request: unknown) => unknown>) | undefined>
> = {
  backup: async () => as((await import("../engine/backup/backup.ts")).backupCommand),
};

/** A request arrives as plain data; main made it of the type that the command takes. */
function as(command: EngineCommand): (ports: EnginePorts, request: unknown) => unknown {
  return command as (ports: EnginePorts, request: unknown) => unknown;
}
