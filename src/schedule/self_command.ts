/** The command line by which a scheduler starts hikae again. @module */

import type { CommandLine } from "./plan.ts";

/** How the program is started, and what it is to run. */
export interface SelfInput {
  /** The program, and its arguments before a command's own. */
  self: { program: string; args: readonly string[] };
  job: string;
  /** The config file, absolute. */
  config: string;
  /** The directory of the config file. */
  workingDirectory: string;
  /** Variables to take along (`HIKAE_STATE_DIR`). */
  env: Readonly<Record<string, string>>;
}

/** `hikae backup JOB --config FILE --log`. */
export function selfCommand(input: SelfInput): CommandLine {
  const { self, job, config } = input;
  return {
    program: self.program,
    args: [...self.args, "backup", job, "--config", config, "--log"],
    workingDirectory: input.workingDirectory,
    env: input.env,
  };
}
