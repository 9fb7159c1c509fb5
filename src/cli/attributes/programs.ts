/** The system's own programs for attributes: found once, by absolute path, and never one that others may write. @module */

import { text } from "../../text/text.ts";
import { AttributeHelper } from "./linux.ts";
import type { Helper, LinuxPrograms, WindowsPrograms } from "./port.ts";
import { WindowsHelper } from "./windows.ts";
import { openToOthers, programPath } from "../plugin/programs.ts";

/** What is to be done with attributes. */
export type Purpose = "keep" | "restore";

/** What a system has. */
export type Programs =
  & { starts: readonly string[] }
  & ({ system: "linux"; linux: LinuxPrograms } | { system: "windows"; windows: WindowsPrograms });

/** Packages that bring the programs, as most systems call them. */
const PACKAGE: Readonly<Record<keyof LinuxPrograms, string>> = {
  xargs: "package findutils",
  getfattr: "package attr",
  setfattr: "package attr",
};

/** The programs, or why there is one too few. */
export function attributePrograms(purpose: Purpose): Programs | { missing: string } {
  const done = text(purpose === "keep" ? "attributes.kept" : "attributes.restored");
  if (Deno.build.os === "windows") return windowsPrograms(done);
  if (Deno.build.os !== "linux") return { missing: text("attributes.no-system", { done }) };
  const found: Record<string, string> = {};
  for (const program of Object.keys(PACKAGE) as (keyof LinuxPrograms)[]) {
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
  const linux = found as unknown as LinuxPrograms;
  const { xargs, getfattr, setfattr } = linux;
  const starts = purpose === "keep" ? [xargs, getfattr] : [xargs, getfattr, setfattr];
  return { system: "linux", linux, starts };
}

/** They lie in the system's own directory, and nowhere else. */
function windowsPrograms(done: string): Programs | { missing: string } {
  const system = `${Deno.env.get("SystemRoot") ?? "C:\\Windows"}\\System32`;
  const windows = { cmd: `${system}\\cmd.exe`, attrib: `${system}\\attrib.exe` };
  for (const program of Object.values(windows)) {
    if (programPath(program) !== undefined) continue;
    return {
      missing: text("attributes.program-missing", { done, program, package: "Windows" }),
    };
  }
  return { system: "windows", windows, starts: Object.values(windows) };
}

/** Starts what reads a source, for each of so many vaults. */
export function readingHelper(programs: Programs, source: string, vaults: number): Helper {
  return programs.system === "linux"
    ? AttributeHelper.reading(programs.linux, source, vaults)
    : new WindowsHelper(programs.windows, source);
}

/** Starts what reads and writes a target. */
export function writingHelper(programs: Programs, target: string): Helper {
  return programs.system === "linux"
    ? AttributeHelper.writing(programs.linux, target)
    : new WindowsHelper(programs.windows, target, true);
}
