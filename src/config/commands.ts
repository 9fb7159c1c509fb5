/** The commands of a job (`commands`) as entries of the plugin that runs them, one for each. Pure. @module */

import type { FailurePolicy, JobPlugin } from "./types.ts";

/** A command as it stands in the file. */
export type RawCommand = string[] | {
  run: string[];
  timeout?: number | undefined;
  onError?: FailurePolicy | undefined;
};

/** All commands of a job as they stand in the file. */
export interface RawCommands {
  before?: RawCommand[] | undefined;
  after?: RawCommand[] | undefined;
  failed?: RawCommand[] | undefined;
}

/** A dump of a database takes longer than a message. */
const TIMEOUT_MS = 3_600_000;

/** What a command that fails means where it does not say: without its dump a run is of no use. */
const POLICY = { before: "abort", after: "warn", failed: "warn" } as const;

/** When commands run. */
export type CommandCondition = keyof typeof POLICY;

/**
 * The entries; `program` makes a path in the file absolute. Each may start its own program and nothing else, and has the
 * environment that hikae has: it is the user's own command.
 */
export function commandPlugins(
  commands: RawCommands | undefined,
  when: CommandCondition,
  program: (text: string, index: number) => string,
): JobPlugin[] {
  return (commands?.[when] ?? []).map((command, i): JobPlugin => {
    const { run, timeout, onError } = Array.isArray(command)
      ? { run: command, timeout: undefined, onError: undefined }
      : command;
    const [first = "", ...args] = run;
    const path = program(first, i);
    return {
      path: "hikae:command",
      allow: { run: [path], env: true },
      options: { when, run: [path, ...args] },
      timeout: timeout ?? TIMEOUT_MS,
      onError: onError ?? POLICY[when],
    };
  });
}
