/** What the suites of bundles share. @module */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { keyFile, newKeyPair } from "../../src/bundle/keygen.ts";
import { run as hikae, type TempDir } from "../helpers/cli_helper.ts";

/** A source, its vault, its bundles, and a key. */
export interface World {
  dir: TempDir;
  source: string;
  vault: string;
  where: string;
  recipient: string;
  env: Record<string, string>;
}

/** A new world in a directory. */
export async function world(dir: TempDir): Promise<World> {
  const pair = await newKeyPair();
  Deno.writeTextFileSync(dir.at("key.txt"), keyFile(pair, "2026-11-29T00:00:00.000Z"));
  Deno.mkdirSync(dir.at("source"));
  return {
    dir,
    source: dir.at("source"),
    vault: dir.at("vault"),
    where: dir.at("bundles"),
    recipient: pair.recipient,
    env: { HIKAE_STATE_DIR: dir.at("state") },
  };
}

/** A backup, and a bundle of it; gives what the bundle said. */
export async function bundle(w: World, ...flags: string[]): Promise<Record<string, unknown>> {
  const backup = await hikae(["backup", w.source, w.vault, "--allow-mass-change"], { env: w.env });
  assertEquals(backup.code, 0, backup.stderr);
  return await create(w, ...flags);
}

/** A bundle of what the vault has; gives its summary. */
export async function create(w: World, ...flags: string[]): Promise<Record<string, unknown>> {
  const args = ["bundle", "create", w.vault, "--to", w.where, "--recipient", w.recipient];
  const made = await hikae([...args, "--json", ...flags], { env: w.env });
  assertEquals(made.code, 0, made.stderr + made.stdout);
  return JSON.parse(made.stdout.trim().split("\n").at(-1) ?? "{}");
}

/** The id of the vault. */
export const idOf = (w: World): string => [...Deno.readDirSync(w.where)][0]?.name ?? "";

/** The names of the bundles' files. */
export const objects = (w: World): string[] =>
  [...Deno.readDirSync(join(w.where, idOf(w)))].map((e) => e.name)
    .filter((name) => !name.startsWith(".")).sort();

function pathsBelow(root: string, dir: string): string[] {
  const entries = [...Deno.readDirSync(join(root, dir))].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(({ name, isDirectory }) => {
    const path = dir === "" ? name : `${dir}/${name}`;
    return [path, ...(isDirectory ? pathsBelow(root, path) : [])];
  });
}

/** Paths, types, modes, times, contents, and of names of one file the first. */
export function stateOf(root: string): string[] {
  const first = new Map<number | null, string>();
  return ["", ...pathsBelow(root, "")].map((path) => {
    const at = join(root, path);
    const info = Deno.lstatSync(at);
    const what = info.isSymlink
      ? Deno.readLinkSync(at)
      : info.isFile
      ? Deno.readTextFileSync(at)
      : "";
    // a link's own times are set by no tool alike
    const time = info.isSymlink ? "" : info.mtime?.toISOString();
    if (info.isFile && !first.has(info.ino)) first.set(info.ino, path);
    const twin = info.isFile && (info.nlink ?? 1) > 1 ? `= ${first.get(info.ino)}` : "";
    return `${path} ${((info.mode ?? 0) & 0o777).toString(8)} ${time} ${twin} ${what}`;
  });
}

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** True where there is what docs/bundles.md restores with. */
export const hasStock = (): boolean =>
  ["age", "zstd", "tar", "sha256sum", "xargs"].every((program) => has(program));

/** The lines of the page. */
function shellOfPage(): string {
  const page = Deno.readTextFileSync(new URL("../../docs/bundles.md", import.meta.url));
  const part = page.slice(page.indexOf("## Back with stock tools"));
  return /```sh\n([^]*?)```/.exec(part)?.[1] ?? "";
}

/** What is restored by stock tools. */
export interface Stock {
  /** The directory of the manifests. */
  bundles: string;
  /** The file of the secret key. */
  key: string;
  /** Only bundles up to this stamp. */
  until?: string;
  /** More flags of tar. */
  more?: string;
}

/** Brings a state back with the lines of the page alone, into a new directory. */
export async function stockRestoreOf(
  { bundles, key, until, more = "" }: Stock,
  to: string,
): Promise<void> {
  Deno.mkdirSync(to);
  const some = Deno.makeTempDirSync({ prefix: "hikae-stock-" });
  try {
    for (const { name } of Deno.readDirSync(bundles)) {
      if (name.startsWith(".") || until !== undefined && name.slice(0, 15) > until) continue;
      Deno.symlinkSync(join(bundles, name), join(some, name));
    }
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-e", "-c", shellOfPage().replaceAll("tar -xpf", `tar ${more} -xpf`)],
      cwd: to,
      env: { BUNDLES: some, KEY: key },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    Deno.removeSync(some, { recursive: true });
  }
}
