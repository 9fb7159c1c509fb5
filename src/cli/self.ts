/** How this program is started again: for children and for schedulers. @module */

import { fromFileUrl } from "@std/path";
import { MEMORY_FLAGS, programFlags } from "../sandbox/program_permissions.ts";

/** A program and the arguments before a command's own. */
export interface SelfCommand {
  program: string;
  args: string[];
}

/** The binary itself, or Deno with the checkout's `main.ts`. */
export function selfCommand(): SelfCommand {
  return startOf(new URL("../../main.ts", import.meta.url), []);
}

/** The process that looks into one vault for the page. */
export function lookCommand(): SelfCommand {
  return startOf(new URL("./serve/look_main.ts", import.meta.url), ["__look"]);
}

/** The binary with these arguments, or Deno with this file of the checkout. */
function startOf(entry: URL, args: string[]): SelfCommand {
  const program = Deno.execPath();
  if (Deno.build.standalone) return { program, args };
  const flags = [...programFlags(Deno.build.os === "windows"), ...MEMORY_FLAGS, "--quiet"];
  return { program, args: ["run", ...flags, fromFileUrl(entry), ...args] };
}
