/** Programs of the operating system as a port. @module */

/** How a program ended. */
export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Starts a program, waits for its end, gives what it printed; throws when it cannot be started, and when it has not
 * ended after `limitMs` (two minutes): it is ended then, for a run may not hang on what the system starts.
 */
export type RunProgram = (
  command: string,
  args: readonly string[],
  options?: { input?: string; env?: Readonly<Record<string, string>>; limitMs?: number },
) => Promise<RunResult>;
