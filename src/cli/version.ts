/** What `--version` tells. @module */

import { toFileUrl } from "@std/path";
import settings from "../../deno.json" with { type: "json" };
import { BUILD, type BuildInfo } from "./build_info.ts";

/** hikae's version. */
export const VERSION: string = settings.version;

/** Version, commit, Deno and target in one line. */
export function versionText(): string {
  const build: BuildInfo | undefined = BUILD;
  const made = build === undefined
    ? `checkout${withComma(checkoutCommit(new URL("../../", import.meta.url)))}`
    : `commit ${build.commit}`;
  const target = build?.target ?? Deno.build.target;
  return `hikae ${VERSION} (${made}, Deno ${Deno.version.deno}, ${target})`;
}

function withComma(commit: string | undefined): string {
  return commit === undefined ? "" : `, commit ${commit}`;
}

/** The commit of the checkout at `root`, as git's own files have it; nothing where there is no git. */
export function checkoutCommit(root: URL): string | undefined {
  try {
    const own = gitDirectory(new URL(".git", root));
    const head = read(own, "HEAD").trim();
    if (!head.startsWith("ref: ")) return short(head);
    const ref = head.slice("ref: ".length);
    // a worktree has a HEAD of its own; branches are with the repository
    const shared = attempt(() => directory(read(own, "commondir").trim(), own)) ?? own;
    const loose = attempt(() => read(shared, ref));
    if (loose !== undefined) return short(loose);
    const line = read(shared, "packed-refs").split("\n").find((l) => l.endsWith(` ${ref}`));
    return line === undefined ? undefined : short(line);
  } catch {
    return undefined; // an unpacked archive: the version alone has to do
  }
}

/** `.git` is a directory, or in a worktree a file that names one. */
function gitDirectory(git: URL): URL {
  const named = attempt(() => /^gitdir: (.+)/.exec(Deno.readTextFileSync(git))?.[1]);
  return named === undefined ? new URL(`${git.href}/`) : directory(named.trim(), git);
}

/** The directory at `path`, which may start from another. */
function directory(path: string, from: URL): URL {
  return new URL(`${/^[A-Za-z]:|^\//.test(path) ? toFileUrl(path).href : path}/`, from);
}

function read(dir: URL, name: string): string {
  return Deno.readTextFileSync(new URL(name, dir));
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function short(id: string): string {
  return id.slice(0, 12);
}
