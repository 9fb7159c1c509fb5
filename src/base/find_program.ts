/** Programs by name: where one is, found once, so that what is checked is what is started. Pure but for its port. @module */

/** What is asked of the system. */
export interface ProgramLook {
  /** The directories to look in, as `PATH` has them. */
  path: string;
  /** On Windows the endings that a program may have, as `PATHEXT` has them. */
  endings: string;
  windows: boolean;
  /** True for a file that may be run. */
  isProgram(path: string): boolean;
}

/** The absolute path of a program; a name is looked for in PATH, in order. Undefined when there is none. */
export function findProgram(name: string, look: ProgramLook): string | undefined {
  if (/[/\\]/.test(name)) return isAbsolutePath(name) && look.isProgram(name) ? name : undefined;
  const separator = look.windows ? ";" : ":";
  for (const directory of look.path.split(separator)) {
    // a relative one, the empty one among them, is whatever directory somebody happens to stand in
    if (!isAbsolutePath(directory)) continue;
    for (const file of named(name, look)) {
      const path = `${directory.replace(/[/\\]+$/, "")}${look.windows ? "\\" : "/"}${file}`;
      if (look.isProgram(path)) return path;
    }
  }
  return undefined;
}

function named(name: string, { windows, endings }: ProgramLook): string[] {
  if (!windows) return [name];
  const all = endings.split(";").filter((ending) => ending !== "");
  const has = all.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));
  return has ? [name] : all.map((ending) => name + ending.toLowerCase());
}

function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[/\\]|[/\\]{2})/.test(path);
}
