/** Questions to Windows' own programs, whose answers are in the code page of a console and not in UTF-8. @module */

import { HikaeError } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import { text } from "../text/text.ts";

/** Runs the program in `HIKAE_PROGRAM`; its answer, read as the console's, goes out as Base64 of UTF-8. */
const IN_BASE64 = [
  "$said = & $env:HIKAE_PROGRAM $env:HIKAE_ARGS.Split('|') | Out-String -Width 32000",
  "[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($said))",
].join("\n");

/**
 * What a program prints. Where letters of it are none of UTF-8, PowerShell is asked, which knows the code page
 * (switching it would last in the user's console). An answer with lost letters is refused: a path in it would lead
 * somewhere else.
 */
export async function askWindows(
  run: RunProgram,
  program: string,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  if (code !== 0) throw new HikaeError("failed", `${program}: ${stderr.trim().slice(-300)}`);
  if (!stdout.includes("\ufffd")) return stdout;
  const env = { HIKAE_PROGRAM: program, HIKAE_ARGS: args.join("|") };
  const powershell = ["-NoProfile", "-NonInteractive", "-Command", IN_BASE64];
  const asked = await run("powershell", powershell, { env }).catch(() => undefined);
  const read = asked?.code === 0 ? fromBase64(asked.stdout.trim()) : undefined;
  if (read !== undefined && read !== "" && !read.includes("\ufffd")) return read;
  throw new HikaeError("failed", text("windows.lost-letters", { program }), {
    hint: text("windows.lost-letters-hint"),
  });
}

function fromBase64(said: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(said), (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
