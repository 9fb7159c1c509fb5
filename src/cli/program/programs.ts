/** Programs of the system, found once and looked at before they are trusted. @module */

import { HikaeError, isNotFound } from "../../base/errors.ts";
import { findProgram, type ProgramLook } from "../../base/find_program.ts";
import { isTrustedGroup, type OwnerLook, writableByOthers } from "../../base/others_write.ts";
import { variable } from "../platform.ts";
import { text } from "../../text/text.ts";

const WINDOWS = Deno.build.os === "windows";

/** How programs are looked for; in `path`, or where this process looks. */
function programLook(path?: string): ProgramLook {
  return {
    path: path ?? variable("PATH") ?? "",
    endings: variable("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD",
    windows: WINDOWS,
    isProgram: (file) => {
      try {
        const { isFile, mode } = Deno.statSync(file);
        return isFile && (WINDOWS || ((mode ?? 0) & 0o111) !== 0);
      } catch {
        return false;
      }
    },
  };
}

/** The absolute path of a program; undefined where it is not installed. */
export function programPath(name: string, path?: string): string | undefined {
  return findProgram(name, programLook(path));
}

/** The first of a path and the directories above it that others may write; undefined where none is, and on Windows. */
export function openToOthers(path: string): string | undefined {
  if (WINDOWS) return undefined;
  try {
    return writableByOthers(path, OWNERS);
  } catch (error) {
    if (isNotFound(error)) return undefined; // there is nothing to be started
    throw error;
  }
}

const OWNERS: OwnerLook = {
  stat: Deno.statSync,
  realPath: Deno.realPathSync,
  get uid() {
    return Deno.uid();
  },
  get sudoUid() {
    const uid = Number(variable("SUDO_UID") ?? NaN);
    return Deno.uid() === 0 && Number.isInteger(uid) ? uid : undefined;
  },
  isTrustedGroup: (gid) =>
    isTrustedGroup(gid, {
      user: Deno.uid() ?? NaN,
      group: textOf("/etc/group"),
      passwd: textOf("/etc/passwd"),
    }),
};

function textOf(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return "";
  }
}

/** Granted programs by the name that the config has for them, and where each was found. */
export type FoundPrograms = Readonly<Record<string, string>>;

/**
 * Finds the programs that a plugin is granted. Throws `plugin_refused` for one that others may write, or put another in
 * the place of. What is not installed is not among them: the plugin hears of that when it starts it.
 */
export function grantedPrograms(
  plugin: string,
  names: readonly string[],
  path?: string,
): FoundPrograms {
  const found: Record<string, string> = {};
  for (const name of names) {
    const program = programPath(name, path);
    if (program === undefined) continue;
    const place = openToOthers(program);
    if (place !== undefined) throw refusal(plugin, program, place);
    found[name] = program;
  }
  return found;
}

function refusal(plugin: string, program: string, place: string): HikaeError {
  return new HikaeError("plugin_refused", text("plugin.program-open", { plugin, program, place }), {
    hint: text("plugin.program-open-hint", { place }),
  });
}
