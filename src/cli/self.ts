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
  if (Deno.build.standalone) return { program: Deno.execPath(), args: [] };
  const main = fromFileUrl(new URL("../../main.ts", import.meta.url));
  return {
    program: Deno.execPath(),
    args: ["run", ...programFlags(Deno.build.os === "windows"), ...MEMORY_FLAGS, "--quiet", main],
  };
}
