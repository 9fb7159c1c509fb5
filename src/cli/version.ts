/** What `--version` tells. @module */

import settings from "../../deno.json" with { type: "json" };
import { BUILD, type BuildInfo } from "./build_info.ts";

/** hikae's version. */
export const VERSION: string = settings.version;

/** Version, commit, Deno and target in one line. */
export function versionText(): string {
  const build: BuildInfo | undefined = BUILD;
  const made = build === undefined
    ? `checkout${withComma(checkoutCommit())}`
    : `commit ${build.commit}`;
  const target = build?.target ?? Deno.build.target;
  return `hikae ${VERSION} (${made}, Deno ${Deno.version.deno}, ${target})`;
}

function withComma(commit: string | undefined): string {
  return commit === undefined ? "" : `, commit ${commit}`;
}

/** The commit of the checkout, as git's own files have it; nothing where there is no git. */
function checkoutCommit(): string | undefined {
  const git = new URL("../../.git/", import.meta.url);
  const read = (name: string): string => Deno.readTextFileSync(new URL(name, git));
  try {
    const head = read("HEAD").trim();
    if (!head.startsWith("ref: ")) return short(head);
    const ref = head.slice("ref: ".length);
    try {
      return short(read(ref));
    } catch {
      const line = read("packed-refs").split("\n").find((l) => l.endsWith(` ${ref}`));
      return line === undefined ? undefined : short(line);
    }
  } catch {
    return undefined; // an unpacked archive, a worktree: the version alone has to do
  }
}

function short(id: string): string {
  return id.slice(0, 12);
}
