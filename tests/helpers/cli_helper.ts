/** Drives the program as a child process, and makes the trees that it works on. */

import { dirname, fromFileUrl, join } from "@std/path";
import { programFlags } from "../../src/sandbox/program_permissions.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

/** How a child starts. */
export interface RunOptions {
  cwd?: string;
  /** Added to the environment that the child gets; HIKAE_STATE_DIR is one temporary directory per suite. */
  env?: Record<string, string>;
  stdin?: string;
  /** Words before `deno` (`setpriv …`). */
  before?: readonly string[];
}

/** What a child left. */
export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
  /** The lines of standard output that are JSON objects. */
  json: Record<string, unknown>[];
}

let state: string | undefined;

/** The state directory that all children of this suite share unless they are given their own. */
export function stateDirectory(): string {
  if (state === undefined) {
    const made = state = Deno.makeTempDirSync({ prefix: "hikae-state-" });
    globalThis.addEventListener("unload", () => removeTree(made));
  }
  return state;
}

/** Starts the program; `kill` and `status` are the caller's. */
export function spawn(args: readonly string[], options: RunOptions = {}): Deno.ChildProcess {
  const words = [
    ...options.before ?? [],
    Deno.execPath(),
    // as `deno task hikae` starts it
    ...["run", ...programFlags(Deno.build.os === "windows"), "--quiet", MAIN],
    ...args,
  ];
  const env: Record<string, string> = {
    ...Deno.env.toObject(),
    NO_COLOR: "1",
    // what is said is compared in English, whatever the machine speaks
    LC_ALL: "C",
    HIKAE_STATE_DIR: options.env?.HIKAE_STATE_DIR ?? stateDirectory(),
  };
  // the tests themselves run under `deno task`, which says where its caller stood
  delete env.INIT_CWD;
  Object.assign(env, options.env);
  return new Deno.Command(words[0] ?? "deno", {
    args: words.slice(1),
    env,
    clearEnv: true,
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).spawn();
}

/** Runs the program to its end. */
export async function run(
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(args, options);
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  return result(await child.output());
}

/** The result of a child's output. */
export function result(output: Deno.CommandOutput): RunResult {
  const stdout = new TextDecoder().decode(output.stdout);
  const json = stdout.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null ? [value as Record<string, unknown>] : [];
    } catch {
      return [];
    }
  });
  return { code: output.code, stdout, stderr: new TextDecoder().decode(output.stderr), json };
}

/** A temporary directory that goes at the end of its scope (`using`). */
export interface TempDir extends Disposable {
  path: string;
  /** A path below it. */
  at(...names: string[]): string;
}

/** Makes a temporary directory. */
export function tempDir(parent?: string): TempDir {
  const path = Deno.realPathSync(
    Deno.makeTempDirSync(
      parent === undefined ? { prefix: "hikae-" } : { prefix: "hikae-", dir: parent },
    ),
  );
  return {
    path,
    at: (...names) => join(path, ...names),
    [Symbol.dispose]: () => removeTree(path),
  };
}

/** Removes a tree whatever its modes are, and however deep it is. */
export function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    removeBelow(path);
    Deno.removeSync(path);
  }
}

/** Without a directory held open for each level, of which a process may have too few. */
function removeBelow(path: string): void {
  const { isDirectory } = Deno.lstatSync(path);
  if (!isDirectory) return;
  Deno.chmodSync(path, 0o700);
  for (const e of [...Deno.readDirSync(path)]) {
    removeBelow(join(path, e.name));
    Deno.removeSync(join(path, e.name));
  }
}

/** A tree: a text is a file, an object a directory, `{ link }` a symbolic link. */
export type TreeSpec = { [name: string]: string | Uint8Array | Link | TreeSpec };

/** A link in a {@link TreeSpec}. */
export class Link {
  /** A link that says `target`. */
  constructor(readonly target: string) {}
}

/** Makes (or adds to) a tree. */
export function makeTree(root: string, tree: TreeSpec): void {
  Deno.mkdirSync(root, { recursive: true });
  for (const [name, what] of Object.entries(tree)) {
    const path = join(root, name);
    if (typeof what === "string") Deno.writeTextFileSync(path, what);
    else if (what instanceof Uint8Array) Deno.writeFileSync(path, what);
    else if (what instanceof Link) makeLink(what.target, path);
    else makeTree(path, what);
  }
}

/** Whether links can be made here: Wine makes none, Windows only for those who have the right. */
export const LINKS = Deno.build.os !== "windows" || canLink();

function canLink(): boolean {
  using dir = tempDir();
  try {
    Deno.symlinkSync("nothing", dir.at("link"), { type: "file" });
    return Deno.lstatSync(dir.at("link")).isSymlink;
  } catch {
    return false;
  }
}

/** Makes a symbolic link, on Windows of the kind of what it leads to. */
export function makeLink(target: string, path: string): void {
  if (Deno.build.os !== "windows") return Deno.symlinkSync(target, path);
  const leadsTo = join(dirname(path), target);
  const dir = isThere(leadsTo) && Deno.statSync(leadsTo).isDirectory;
  Deno.symlinkSync(target, path, { type: dir ? "dir" : "file" });
}

/** Writes a file, making the directories above it. */
export function write(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

/** What lies below a directory: paths with `/`; directories end in `/`, links say ` -> target`. Sorted. */
export function listTree(root: string, below = ""): string[] {
  const found: string[] = [];
  for (const e of Deno.readDirSync(join(root, below))) {
    const path = below === "" ? e.name : `${below}/${e.name}`;
    if (e.isDirectory) found.push(`${path}/`, ...listTree(root, path));
    else if (e.isSymlink) found.push(`${path} -> ${Deno.readLinkSync(join(root, path))}`);
    else found.push(path);
  }
  return found.sort();
}

/** The names in a directory, sorted; [] when it is not there. */
export function names(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((e) => e.name).sort();
  } catch {
    return [];
  }
}

/** True when something is at a path (a link counts). */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The text of a file. */
export function read(...path: string[]): string {
  return Deno.readTextFileSync(join(...path));
}

/** The stamps of a vault's records, oldest first. */
export function stamps(vault: string): string[] {
  return names(join(vault, ".$META$", "runs")).map((n) => n.replace(/\.jsonl$/, ""));
}

/** The lines of a run record; the newest when no stamp is given. */
export function record(vault: string, stamp?: string): Record<string, unknown>[] {
  const which = stamp ?? stamps(vault).at(-1) ?? "";
  return read(vault, ".$META$", "runs", `${which}.jsonl`).trimEnd().split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The stamp of the newest record. */
export function newest(vault: string): string {
  return stamps(vault).at(-1) ?? "";
}

/** The summary line among a result's messages. */
export function summary(result: RunResult): Record<string, unknown> {
  return result.json.findLast((m) => m.message_type === "summary") ?? {};
}

/** The errors among a result's messages. */
export function errors(result: RunResult): Record<string, unknown>[] {
  return result.json.filter((m) => m.message_type === "error");
}
