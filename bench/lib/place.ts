/** Where measuring is done: a tmpfs of the bench's own (processor cost), and a directory on the disk. @module */

/** A directory that goes when the bench ends. */
export interface Place {
  path: string;
  kind: "tmpfs" | "disk";
  /** The name of the file system. */
  system: string;
}

const places: { path: string; mounted: boolean }[] = [];

/** A directory on tmpfs where this user may mount one; on the disk otherwise. Not below /dev, which workers may not open. */
export function memoryPlace(): Place {
  const path = Deno.makeTempDirSync({ prefix: "hikae-bench-" });
  const mounted = Deno.build.os === "linux" && Deno.uid() === 0 &&
    quietly("mount", ["-t", "tmpfs", "-o", "size=90%,nr_inodes=0", "tmpfs", path]) !== undefined;
  places.push({ path, mounted });
  const system = systemOf(path);
  return { path, kind: system === "tmpfs" ? "tmpfs" : "disk", system };
}

/** A directory below the directory for temporary files. */
export function diskPlace(): Place {
  const path = Deno.makeTempDirSync({ prefix: "hikae-bench-" });
  places.push({ path, mounted: false });
  return { path, kind: "disk", system: systemOf(path) };
}

/** Removes every place. */
export function leavePlaces(): void {
  for (const { path, mounted } of places.splice(0)) {
    if (mounted) quietly("umount", ["-l", path]);
    removeAll(path);
  }
}

/** Removes a directory with all it holds, if it is there. */
export function removeAll(path: string): void {
  // on Windows there is no rm, and Deno's own way is as fast
  if (Deno.build.os !== "windows" && quietly("rm", ["-rf", "--", path]) !== undefined) return;
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Free bytes at a path; infinity where nobody can tell. */
export function freeBytes(path: string): number {
  const text = quietly("df", ["-Pk", path]);
  const field = text?.trim().split("\n").at(-1)?.split(/\s+/).at(3);
  return field === undefined ? Infinity : Number(field) * 1024;
}

/** The memory that programs may still take, in bytes. */
export function freeMemory(): number {
  return Deno.systemMemoryInfo().available;
}

function systemOf(path: string): string {
  return quietly("df", ["--output=fstype", path])?.trim().split("\n").at(-1) ?? "unknown";
}

/** Runs a program; gives what it printed, undefined when it failed or is not there. */
export function quietly(program: string, args: readonly string[]): string | undefined {
  try {
    const { success, stdout, stderr } = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).outputSync();
    if (!success) return undefined;
    const decoder = new TextDecoder();
    return decoder.decode(stdout) || decoder.decode(stderr);
  } catch {
    return undefined;
  }
}
