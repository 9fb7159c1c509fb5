/**
 * Runs the program in a console of its own and presses Ctrl-C in it: `deno run -A windows_console.ts OUT WORD
 * COMMAND ARGS…` does so once the program has printed WORD, and leaves what came of it as JSON in the file OUT. By
 * itself, because every process of a console gets the key.
 * @module
 */

const CONSOLE = {
  FreeConsole: { parameters: [], result: "i32" },
  AllocConsole: { parameters: [], result: "i32" },
  GenerateConsoleCtrlEvent: { parameters: ["u32", "u32"], result: "i32" },
} as const;

const CTRL_C = 0;

/** What the program left. */
export interface Pressed {
  code: number;
  stdout: string;
  /** False when the program ended before the key was pressed, or there is no console to press it in. */
  pressed: boolean;
}

async function main([out, word, command, ...args]: readonly string[]): Promise<void> {
  const { symbols } = Deno.dlopen("kernel32.dll", CONSOLE);
  symbols.FreeConsole();
  const there = symbols.AllocConsole() !== 0;
  // this process is in the console too
  Deno.addSignalListener("SIGINT", () => {});
  const child = new Deno.Command(command ?? "", {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const result: Pressed = { code: -1, stdout: "", pressed: false };
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    result.stdout += text;
    if (result.pressed || !there || !result.stdout.includes(word ?? "")) continue;
    result.pressed = symbols.GenerateConsoleCtrlEvent(CTRL_C, 0) !== 0;
  }
  result.code = (await child.status).code;
  Deno.writeTextFileSync(out ?? "", JSON.stringify(result));
  Deno.exit(0);
}

if (import.meta.main) await main(Deno.args);
