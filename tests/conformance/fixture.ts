/** A source, a vault and what the conformance suites ask of them. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  makeTree,
  newest,
  removeTree,
  run,
  type RunOptions,
  type RunResult,
  summary,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";

export {
  errors,
  Link,
  listTree,
  makeTree,
  names,
  read,
  record,
  stamps,
} from "../helpers/cli_helper.ts";
export type { TreeSpec } from "../helpers/cli_helper.ts";
export { isThere, newest, removeTree, run, summary, write } from "../helpers/cli_helper.ts";

/** The name of the meta directory. */
export const META = ".$META$";

/** A backup's result with its summary and stamp at hand. */
export interface Backup extends RunResult {
  summary: Record<string, unknown>;
  stamp: string;
}

/** A source and a vault in a temporary directory that goes at the end of the scope. */
export class Place implements Disposable {
  readonly path: string;
  readonly source: string;
  readonly vault: string;
  readonly #dir: ReturnType<typeof tempDir>;

  /** A place whose source holds `tree`. */
  constructor(tree: TreeSpec = {}) {
    this.#dir = tempDir();
    this.path = this.#dir.path;
    this.source = join(this.path, "source");
    this.vault = join(this.path, "vault");
    makeTree(this.source, tree);
  }

  /** A path in the source. */
  src(...names: string[]): string {
    return join(this.source, ...names);
  }

  /** A path in the vault. */
  in(...names: string[]): string {
    return join(this.vault, ...names);
  }

  /** A path in the root's meta directory. */
  meta(...names: string[]): string {
    return join(this.vault, META, ...names);
  }

  /** Adds to the source. */
  put(tree: TreeSpec): void {
    makeTree(this.source, tree);
  }

  /** Removes something of the source. */
  drop(...names: string[]): void {
    removeTree(this.src(...names));
  }

  /** Backs the source up and demands the exit code 0. */
  async backup(...flags: string[]): Promise<Backup> {
    const b = await this.try(flags);
    assertEquals(b.code, 0, b.stdout + b.stderr);
    return b;
  }

  /** Backs the source up, whatever comes of it. */
  async try(flags: readonly string[] = [], options: RunOptions = {}): Promise<Backup> {
    const r = await run(["backup", this.source, this.vault, "--json", ...flags], options);
    const s = summary(r);
    return { ...r, summary: s, stamp: String(s.stamp ?? "") };
  }

  /** The stamp of the vault's newest record. */
  get newest(): string {
    return newest(this.vault);
  }

  [Symbol.dispose](): void {
    this.#dir[Symbol.dispose]();
  }
}

/** Those of a summary's counts that are not zero; durations, bytes and totals left out. */
export function counts(b: Pick<Backup, "summary">): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [key, value] of Object.entries(b.summary)) {
    if (/^(files|dirs)_|^errors$/.test(key) && typeof value === "number" && value !== 0) {
      found[key] = value;
    }
  }
  return found;
}

/** The lines of a metadata file: the directory hash, and names with their hash fields. */
export function metadata(dir: string): { hash: string; files: Record<string, string> } {
  const [hash = "", ...lines] = Deno.readTextFileSync(join(dir, META, "metadata.txt"))
    .trimEnd().split("\n");
  const files: Record<string, string> = {};
  for (const line of lines) {
    const tab = line.lastIndexOf("\t");
    files[line.slice(0, tab)] = line.slice(tab + 1);
  }
  return { hash, files };
}

/** Runs a command of the system; its standard output. */
export async function system(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** SHA-256 of a text in hex, by the stock command; Windows has none that reads its input. */
export async function sha256sum(text: string): Promise<string> {
  if (!POSIX) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return new Uint8Array(hash).toHex();
  }
  const child = new Deno.Command("sha256sum", { stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout).slice(0, 64);
}

/**
 * Words that make a child obey file modes even where the suite runs as root; undefined where that cannot be had.
 */
export function obeysModes(): string[] | undefined {
  if (Deno.uid() !== 0) return [];
  const drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];
  try {
    const { success } = new Deno.Command("setpriv", { args: [...drop.slice(1), "true"] })
      .outputSync();
    return success ? drop : undefined;
  } catch {
    return undefined;
  }
}

/** True on the systems whose names, links and special files these suites make. */
export const POSIX = Deno.build.os !== "windows";

/** A state directory of its own, and the environment that names it. */
export function tempState(): Disposable & { path: string; env: Record<string, string> } {
  const dir = tempDir();
  return {
    path: dir.path,
    env: { HIKAE_STATE_DIR: dir.path },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}
