/** Programs that the tools start. @module */

/** How a program is started. */
export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** A program that ended with another code than 0. */
export class ProgramFailed extends Error {
  /** What it wrote on standard error. */
  readonly stderr: string;

  /** With what was started and what it said. */
  constructor(program: string, args: readonly string[], code: number, stderr: string) {
    super(`${program} ${args.slice(0, 2).join(" ")}: ended with code ${code}\n${stderr.trim()}`);
    this.stderr = stderr;
  }
}

/** Runs a program to its end; gives what it printed. Throws {@link ProgramFailed}. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const command = new Deno.Command(program === "deno" ? Deno.execPath() : program, {
    args: [...args],
    stdin: "null",
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new ProgramFailed(program, args, code, decoder.decode(stderr));
  return decoder.decode(stdout);
}
