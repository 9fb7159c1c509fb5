/** The system's own programs for attributes: found once, by absolute path, and never one that others may write. @module */

import { text } from "../../text/text.ts";
import { openToOthers, programPath } from "../programs.ts";

/** What is to be done with attributes. */
export type Purpose = "keep" | "restore";

/** Absolute paths of what this system has. */
export interface Programs {
  /** Hands many names from a pipe on to a program. */
  xargs: string;
  getfattr: string;
  setfattr: string;
}

/** Packages that bring the programs, as most systems call them. */
const PACKAGE: Readonly<Record<keyof Programs, string>> = {
  xargs: "package findutils",
  getfattr: "package attr",
  setfattr: "package attr",
};

/** The programs, or why there is one too few. */
export function attributePrograms(purpose: Purpose): Programs | { missing: string } {
  const done = text(purpose === "keep" ? "attributes.kept" : "attributes.restored");
  if (Deno.build.os !== "linux") return { missing: text("attributes.no-system", { done }) };
  const found: Record<string, string> = {};
  for (const program of Object.keys(PACKAGE) as (keyof Programs)[]) {
    const path = programPath(program);
    if (path === undefined) {
      return {
        missing: text("attributes.program-missing", { done, program, package: PACKAGE[program] }),
      };
    }
    const place = openToOthers(path);
    if (place !== undefined) {
      return { missing: text("attributes.program-open", { done, place, program }) };
    }
    found[program] = path;
  }
  return found as unknown as Programs;
}
