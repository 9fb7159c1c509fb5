/**
 * Paths as a file manager gives them: `ls /v/sub`, `restore /v /v/sub/a.txt`, a mark inside of `.$META$`. They become
 * the vault and the path in it that they are a copy of.
 * @module
 */

import { isAbsolute, join, relative } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { type Stamp, stampOf, stampToInstant } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { copyOf, type MirrorCopy } from "../../vault/mirror_path.ts";
import type { Context } from "../command.ts";
import { enclosingVault } from "../places/enclosing_vault.ts";
import { isInside, realPlaceAndRest } from "../places/places.ts";

const WINDOWS = Deno.build.os === "windows";

/**
 * The context of a command that takes a vault and paths in it, with arguments of that form. A mark stands for its
 * path as of just before it ended: with `--at` where the command has it, as PATH@POINT where `points` says so.
 */
export function withVaultPaths(context: Context, { points }: { points: boolean }): Context {
  const [given, ...rest] = context.parsed.args;
  // a bare word may be a job
  const place = given === undefined || !/[/\\]|^\.+$/.test(given)
    ? undefined
    : placeIn(context.cwd, given);
  if (given === undefined || place === undefined) return context;
  const { vault } = place;
  const copies = rest.map((word) => copyIn(context.cwd, vault, word) ?? word);
  const inside = place.copy.path === "" ? [] : [place.copy];
  const all: (MirrorCopy | string)[] = [...inside, ...copies];
  if (all.every((one) => typeof one === "string")) return context;
  const at = all.map((one) => typeof one === "string" ? undefined : pointOf(one))
    .find((point) => point !== undefined);
  const words = all.map((one) => typeof one === "string" ? one : wordOf(one, points));
  return asked(context, [inside.length === 0 ? given : vault, ...words], points ? undefined : at);
}

/** The vault that a path lies in or is, and what it is a copy of there; undefined outside of any vault. */
function placeIn(cwd: string, given: string): { vault: string; copy: MirrorCopy } | undefined {
  let real: string;
  try {
    const place = realPlaceAndRest(cwd, given);
    real = join(place.real, ...place.missing);
  } catch {
    // what cannot be a place is told by who opens it
    return undefined;
  }
  const vault = enclosingVault(real);
  return vault === undefined ? undefined : { vault, copy: ofCopy(vault, real, given) };
}

/** What an absolute path below a vault is a copy of; undefined for any other word, which is a path of the source. */
function copyIn(cwd: string, vault: string, word: string): MirrorCopy | undefined {
  if (!isAbsolute(word)) return undefined;
  const place = placeIn(cwd, word);
  return place !== undefined && isInside(place.vault, vault, WINDOWS) &&
      isInside(vault, place.vault, WINDOWS)
    ? place.copy
    : undefined;
}

function ofCopy(vault: string, real: string, given: string): MirrorCopy {
  const copy = copyOf(relative(vault, real).replaceAll("\\", WINDOWS ? "/" : "\\"));
  if (copy !== undefined) return copy;
  throw new HikaeError("usage", text("vault.own-file"), {
    path: given,
    hint: text("vault.own-file-hint", { vault }),
  });
}

/** The last second before a version ended, as a point in time. */
function pointOf({ endedBy }: MirrorCopy): string | undefined {
  return endedBy === undefined ? undefined : secondBefore(endedBy);
}

function secondBefore(stamp: Stamp): string {
  const s = stampOf(stampToInstant(stamp) - 1000);
  const date = `${s.slice(0, 4)}-${s.slice(4, 6)}-${s.slice(6, 8)}`;
  return `${date} ${s.slice(9, 11)}:${s.slice(11, 13)}:${s.slice(13)}`;
}

function wordOf(copy: MirrorCopy, points: boolean): string {
  const point = points ? pointOf(copy) : undefined;
  // the root of a vault is all of it
  const path = copy.path === "" ? "/" : copy.path;
  return point === undefined ? path : `${path}@${point}`;
}

function asked(context: Context, args: readonly string[], at: string | undefined): Context {
  const { parsed } = context;
  return {
    ...context,
    parsed: {
      args,
      has: (name) => parsed.has(name),
      get: (name) => parsed.get(name) ?? (name === "at" ? at : undefined),
      all: (name) => parsed.all(name),
    },
  };
}
