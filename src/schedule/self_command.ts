/** The command line by which a scheduler starts hikae again. @module */

import type { CommandLine } from "./plan.ts";

/** How the program that asks is itself running. */
export interface SelfInput {
  /** True in a compiled binary (`Deno.build.standalone`). */
  standalone: boolean;
  /** The running executable (`Deno.execPath()`). */
  execPath: string;
  /** The path of `main.ts`, for a checkout. */
  mainPath: string;
  job: string;
  /** The config file, absolute. */
  config: string;
  /** The directory of the config file. */
  workingDirectory: string;
  /** Variables to take along (`HIKAE_STATE_DIR`). */
  env: Readonly<Record<string, string>>;
}

/** `hikae backup JOB --config FILE --log`, or the same through Deno from a checkout. */
export function selfCommand(input: SelfInput): CommandLine {
  const run = input.standalone ? [] : ["run", "-A", "--no-prompt", "--quiet", input.mainPath];
  return {
    program: input.execPath,
    args: [...run, "backup", input.job, "--config", input.config, "--log"],
    workingDirectory: input.workingDirectory,
    env: input.env,
  };
}
