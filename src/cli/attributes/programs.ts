/** The system's own programs for attributes: found once, by absolute path, and never one that others may write. @module */

import { text } from "../../text/text.ts";
import { AttributeHelper } from "./linux.ts";
import { MacosHelper } from "./macos.ts";
import type { Helper, LinuxPrograms, MacosPrograms, WindowsPrograms } from "./port.ts";
import { WindowsHelper } from "./windows.ts";
import { openToOthers, programPath } from "../program/programs.ts";

/** What is to be done with attributes. */
export type Purpose = "keep" | "restore";

/** What a system has. */
export type Programs =
  & { starts: readonly string[] }
  & (
    | { system: "linux"; linux: LinuxPrograms }
    | { system: "macos"; macos: MacosPrograms }
    | { system: "windows"; windows: WindowsPrograms }
  );

/** Packages that bring the programs, as most systems call them. */
const PACKAGE: Readonly<Record<keyof LinuxPrograms, string>> = {
  xargs: "package findutils",
  getfattr: "package attr",
  setfattr: "package attr",
};

/** Where macOS has its own: what else is called so elsewhere is another program. */
const MACOS: MacosPrograms = {
  xargs: "/usr/bin/xargs",
  ls: "/bin/ls",
  xattr: "/usr/bin/xattr",
  chmod: "/bin/chmod",
  chflags: "/usr/bin/chflags",
};

/** The programs, or why there is one too few. */
export function attributePrograms(purpose: Purpose): Programs | { missing: string } {
  const done = text(purpose === "keep" ? "attributes.kept" : "attributes.restored");
  const keep = purpose === "keep";
  if (Deno.build.os === "windows") return windowsPrograms(done);
  if (Deno.build.os === "darwin") {
    for (const path of Object.values(MACOS)) {
      const found = look(path, done, path, "macOS");
      if ("missing" in found) return found;
    }
    const { xargs, ls, xattr } = MACOS;
    return {
      system: "macos",
      macos: MACOS,
      starts: keep ? [xargs, ls, xattr] : Object.values(MACOS),
    };
  }
  if (Deno.build.os !== "linux") return { missing: text("attributes.no-system", { done }) };
  const linux = { xargs: "", getfattr: "", setfattr: "" };
  for (const program of ["xargs", "getfattr", "setfattr"] as const) {
    const found = look(program, done, program, PACKAGE[program]);
    if ("missing" in found) return found;
    linux[program] = found.path;
  }
  const { xargs, getfattr, setfattr } = linux;
  return { system: "linux", linux, starts: keep ? [xargs, getfattr] : [xargs, getfattr, setfattr] };
}

/** The absolute path of a program that nobody else may write, or why it is not started. */
function look(
  name: string,
  done: string,
  program: string,
  from: string,
): { path: string } | { missing: string } {
  const path = programPath(name);
  if (path === undefined) {
    return { missing: text("attributes.program-missing", { done, program, package: from }) };
  }
  const place = openToOthers(path);
  return place === undefined
    ? { path }
    : { missing: text("attributes.program-open", { done, place, program }) };
}

/** They lie in the system's own directory, and nowhere else. */
function windowsPrograms(done: string): Programs | { missing: string } {
  const system = `${Deno.env.get("SystemRoot") ?? "C:\\Windows"}\\System32`;
  const windows = {
    cmd: `${system}\\cmd.exe`,
    attrib: `${system}\\attrib.exe`,
    powershell: `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`,
  };
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
  switch (programs.system) {
    case "linux":
      return AttributeHelper.reading(programs.linux, source, vaults);
    case "macos":
      return MacosHelper.reading(programs.macos, source, vaults);
    case "windows":
      return WindowsHelper.reading(programs.windows, source, vaults);
  }
}

/** Starts what reads and writes a target. */
export function writingHelper(programs: Programs, target: string): Helper {
  switch (programs.system) {
    case "linux":
      return AttributeHelper.writing(programs.linux, target);
    case "macos":
      return MacosHelper.writing(programs.macos, target);
    case "windows":
      return WindowsHelper.writing(programs.windows, target);
  }
}
