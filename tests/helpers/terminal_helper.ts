/** Lines of a shell on a terminal. */

import { fromFileUrl } from "@std/path";
import { programFlags } from "../../src/sandbox/program_permissions.ts";
import { stateDirectory, type TempDir } from "./cli_helper.ts";

/** Runs lines on a terminal, by util-linux `script`, and types `typed`; what the terminal got. */
export async function onTerminal(
  dir: TempDir,
  lines: readonly string[],
  env: Record<string, string> = {},
  typed?: string,
): Promise<string> {
  const main = fromFileUrl(new URL("../../main.ts", import.meta.url));
  const program = [Deno.execPath(), "run", ...programFlags(false), "--quiet", main];
  const shell = [`hikae() { ${program.map((w) => `'${w}'`).join(" ")} "$@"; }`, ...lines];
  Deno.writeTextFileSync(dir.at("lines.sh"), shell.join("\n"));
  const inherited = Deno.env.toObject();
  for (const name of ["INIT_CWD", "NO_COLOR", "TERM"]) delete inherited[name];
  const child = new Deno.Command("script", {
    args: ["-qec", "sh lines.sh", "/dev/null"],
    cwd: dir.path,
    clearEnv: true,
    env: { ...inherited, HIKAE_STATE_DIR: stateDirectory(), TERM: "xterm", ...env },
    stdin: typed === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  if (typed !== undefined) await new Blob([typed]).stream().pipeTo(child.stdin);
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).replaceAll("\r\n", "\n");
}

/** True where no terminal can be had. */
export const NO_TERMINAL = Deno.build.os !== "linux" || !hasScript();

function hasScript(): boolean {
  try {
    return new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
