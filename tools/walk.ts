/**
 * The walk of one changed file: how many files and functions of hikae a backup meets that finds one of two files changed,
 * in main and in the engine's thread, and how often its way turns back. `deno task walk [--files | --functions]`
 * @module
 */

import { fromFileUrl, join } from "@std/path";

/** A function that was called. */
interface Called {
  file: string;
  /** Empty for a function without a name. */
  name: string;
  /** Where it begins in its file. */
  at: number;
  calls: number;
}

/** What a walk comes to. */
export interface Walk {
  main: Called[];
  engine: Called[];
}

const CHILD = fromFileUrl(new URL("lib/walk_child.ts", import.meta.url));
const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Backs up two files; then once more with one of them changed, as main sees it and as its engine does. */
export function walkOneChange(): Walk {
  const place = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "hikae-walk-" }));
  try {
    const [source, vault] = [join(place, "source"), join(place, "vault")];
    Deno.mkdirSync(source);
    for (const name of ["a", "b"]) Deno.writeTextFileSync(join(source, name), name);
    const at = (name: string): string => join(place, name);
    const run = (who: string, ...words: string[]): Called[] => {
      hikae(place, [who, at("calls"), at("sent"), ...words]);
      return JSON.parse(Deno.readTextFileSync(at("calls")));
    };
    run("main", "backup", source, vault, "--init", "--quiet");
    Deno.writeTextFileSync(join(source, "a"), "changed");
    const main = run("main", "backup", source, vault, "--quiet");
    Deno.writeTextFileSync(join(source, "a"), "changed again");
    return { main, engine: run("engine") };
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
}

function hikae(place: string, words: readonly string[]): void {
  const { code } = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", CHILD, ...words],
    cwd: ROOT,
    env: { HIKAE_STATE_DIR: join(place, "state"), INIT_CWD: place },
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync();
  if (code !== 0) throw new Error(`a backup ended with ${code}`);
}

/** The files of a walk, with how many of their functions it calls, and how often. */
export function filesOf(
  called: readonly Called[],
): Map<string, { functions: number; calls: number }> {
  const files = new Map<string, { functions: number; calls: number }>();
  for (const { file, calls } of called) {
    const sum = files.get(file) ?? { functions: 0, calls: 0 };
    files.set(file, { functions: sum.functions + 1, calls: sum.calls + calls });
  }
  return files;
}

/** How often the engine called a function. */
export function callsOf({ engine }: Walk, name: string): number {
  return engine.filter((c) => c.name === name).reduce((sum, c) => sum + c.calls, 0);
}

/**
 * Where the way goes back to what it had before: a function that does a step once on a straight way, and how often it is
 * called beyond that. The tree is one directory.
 */
export function turnsOf(walk: Walk): Map<string, number> {
  const more = (name: string, once: number): number => Math.max(0, callsOf(walk, name) - once);
  return new Map([
    ["the vault is opened again, under its lock", more("openVault", 1)],
    ["a look, then the writing", more("lookedTasks", 0)],
    ["the record is read back into the index", more("recordLines", 0)],
    ["a directory is listed again", more("readSourceDir", 1)],
    ["a directory is compared again", more("compareDirectory", 1)],
    ["main is asked", walk.engine.filter((c) => c.file === "src/workers/questions.ts").length],
  ]);
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function tell(name: string, called: readonly Called[]): void {
  const files = filesOf(called);
  const calls = called.reduce((sum, c) => sum + c.calls, 0);
  print(`${name}: ${files.size} files, ${called.length} functions, ${calls} calls`);
  if (Deno.args.includes("--files")) {
    for (const [file, sum] of [...files].sort()) print(`  ${file}: ${sum.functions}, ${sum.calls}`);
  }
  if (Deno.args.includes("--functions")) {
    for (const { file, name, calls } of called) print(`  ${file}: ${name || "(none)"}, ${calls}`);
  }
}

if (import.meta.main) {
  const walk = walkOneChange();
  const { main, engine } = walk;
  tell("main", main);
  tell("the engine's thread", engine);
  tell("of it src/engine", engine.filter((c) => c.file.startsWith("src/engine/")));
  for (const [turn, times] of turnsOf(walk)) print(`${times} × ${turn}`);
}
