/** Makes symbolic links, follows none. Main does so: it answers the engine's question for them. @module */

import { errorCode, HikaeError, messageOf, toPlainError } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { moveOver } from "../../base/io.ts";
import type { LinksAsked, LinksMade, LinkToMake } from "../../base/links.ts";
import { nextStep } from "../../base/next_step.ts";
import { nameOfOther, PlacedNames } from "../../base/placed_names.ts";
import { dirOf } from "../../base/relpath.ts";
import { TEMPORARY } from "../../base/restore_names.ts";
import { systemText } from "../../base/system_text.ts";
import { text } from "../../text/text.ts";
import { setLinkAttrs } from "./attrs.ts";
import { discard } from "./copy.ts";
import type { RestoreTarget } from "./target.ts";

/** What links are made with. */
export interface LinkPorts {
  fs: FileSystem;
  target: RestoreTarget;
  /** A random part of the names of temporary links. */
  id: string;
}

/** Makes links. */
export async function makeLinks(
  ports: LinkPorts,
  { owner, links }: LinksAsked,
): Promise<LinksMade> {
  const failed: LinksMade["failed"][number][] = [];
  const fail = (path: string, error: unknown): void =>
    void failed.push({ path, error: toPlainError(error) });
  const names = new PlacedNames(ports.fs, {
    native: (path) => ports.target.path(path),
    altered: (path, _, error) => fail(path, error),
    failed: (dir, error) => fail(dir, withHint(error, ports.target.separator === "\\")),
  });
  let refused = 0;
  for (const [i, link] of links.entries()) {
    try {
      makeLink({ ...ports, names, owner }, link, i);
    } catch (error) {
      if (refusesLinks(ports, error)) {
        refused = links.length - i;
        break;
      }
      fail(link.path, withHint(error, ports.target.separator === "\\"));
    }
  }
  await names.close();
  return { failed, refused };
}

/** Codes by which systems say that a disk takes no links. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** True when the target takes no link at all, asked with one that leads nowhere; on Windows links are a user's right. */
function refusesLinks({ fs, target, id }: LinkPorts, error: unknown): boolean {
  if (target.separator === "\\" || !NO_LINKS.has(errorCode(error))) return false;
  const probe = target.below(target.root, `${TEMPORARY}${id}-l0`);
  try {
    fs.symlink("nowhere", probe);
    return false;
  } catch (again) {
    return NO_LINKS.has(errorCode(again));
  } finally {
    discard(fs, probe);
  }
}

function makeLink(
  { fs, target, id, names, owner }: LinkPorts & { names: PlacedNames; owner: boolean },
  link: LinkToMake,
  serial: number,
): void {
  const dir = dirOf(link.path);
  target.assertReal(dir);
  // what was made before and is kept as this one goes
  if (target.look(link.path) !== undefined) names.assertOwn(link.path);
  const there = target.look(link.path);
  if (there?.type === "dir") {
    throw new HikaeError("unstorable", text("restore.dir-for-link"), {
      hint: text("restore.move-away-hint"),
    });
  }
  if (there !== undefined && link.careful) throw nameOfOther();
  // made beside and renamed: whoever looks finds the old entry or the new link
  const temporary = target.below(target.path(dir), `${TEMPORARY}${id}-l${serial}`);
  try {
    makeAt(fs, link.target, temporary);
    setLinkAttrs(fs, temporary, link, owner);
    moveOver(fs, temporary, target.path(link.path));
    names.add(link.path, 0);
  } catch (error) {
    discard(fs, temporary);
    throw error;
  }
}

/** The name is nobody else's. A share whose answer was lost says of the link that it made that it is taken. */
function makeAt(fs: FileSystem, target: string, path: string): void {
  try {
    fs.symlink(target, path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST" || targetOf(fs, path) !== target) throw error;
  }
}

function targetOf(fs: FileSystem, path: string): string | undefined {
  try {
    return fs.readLink(path);
  } catch {
    return undefined;
  }
}

function withHint(error: unknown, windows: boolean): unknown {
  const code = errorCode(error);
  if (error instanceof HikaeError || code === "") return error;
  const hint = windows && (code === "EPERM" || code === "EACCES")
    ? text("restore.link-hint-windows")
    : code === "EPERM"
    ? text("restore.link-hint-disk")
    : nextStep(code, "target", messageOf(error));
  return new HikaeError("unstorable", text("restore.failed", { problem: systemText(error) }), {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
