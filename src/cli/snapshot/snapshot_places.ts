/** Which files and directories a `snapshot` command is about, as real paths. @module */

import { systemText } from "../../base/system_text.ts";
import { HikaeError, isNotFound } from "../../base/errors.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { join, resolve } from "@std/path";
import type { Context } from "../command.ts";
import { realPlaceAndRest, refuseAddress } from "../places/places.ts";
import { text } from "../../text/text.ts";

/** A place that may not exist yet. */
export interface OutputPlace {
  /** Its real path. */
  path: string;
  /** The real path to give rights for: the first of its components that is missing, or itself. */
  grant: string;
  exists: boolean;
}

/** The value of a flag that the command cannot do without. */
export function required(context: Context, flag: string): string {
  const value = context.parsed.get(flag);
  if (value !== undefined && value !== "") return value;
  const { name } = context.command;
  throw new HikaeError("usage", text("portable.flag-missing", { command: name, flag }), {
    hint: text("usage.help-hint", { command: name === "snapshot" ? name : `snapshot ${name}` }),
  });
}

/** Refuses arguments, of which the `snapshot` commands have none. */
export function noArguments(context: Context): void {
  const [first] = context.parsed.args;
  if (first === undefined) return;
  throw new HikaeError("usage", text("portable.no-command", { word: first }), {
    hint: text("portable.commands"),
  });
}

/** The directory of `--target-directory`. */
export function targetDirectory(context: Context): string {
  const given = required(context, "target-directory");
  try {
    return denoFs.realPath(resolve(context.cwd, given));
  } catch (cause) {
    if (isNotFound(cause)) refuseAddress(given);
    const why = isNotFound(cause) ? text("place.no-directory") : systemText(cause);
    throw new HikaeError("source_missing", text("portable.read-place", { given, why }), {
      path: given,
      hint: text("portable.read-place-hint"),
      cause,
    });
  }
}

/** The directory of the snapshots. */
export function snapshotsDirectory(context: Context): OutputPlace {
  return outputPlace(context, context.parsed.get("snapshots-directory") ?? "snapshots");
}

/** The directory of the snapshots, to look for them: a file in its place is not the same as none. */
export function heldSnapshots(context: Context): OutputPlace {
  const place = snapshotsDirectory(context);
  if (!place.exists || denoFs.lstat(place.path).type === "dir") return place;
  const given = context.parsed.get("snapshots-directory") ?? "snapshots";
  throw new HikaeError("failed", text("portable.open-no-dir", { given }), {
    path: given,
    hint: text("portable.other-place-hint"),
  });
}

/** A directory to write in. */
export function outputPlace(context: Context, given: string): OutputPlace {
  const { real, missing } = realPlaceAndRest(context.cwd, given);
  const grant = missing[0] === undefined ? real : join(real, missing[0]);
  return { path: join(real, ...missing), grant, exists: missing.length === 0 };
}

/** The file of `--snapshot-file`: a bare name is looked for among the snapshots first. */
export function snapshotFile(context: Context): { path: string; name: string } {
  const given = required(context, "snapshot-file");
  const bare = !/[\\/]/.test(given);
  const directory = resolve(context.cwd, context.parsed.get("snapshots-directory") ?? "snapshots");
  const places = bare ? [join(directory, given), join(directory, `${given}.json`)] : [];
  for (const place of [...places, resolve(context.cwd, given)]) {
    try {
      return { path: denoFs.realPath(place), name: given };
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  throw new HikaeError("no_such_snapshot", text("portable.no-such-file", { given }), {
    path: given,
    hint: text("portable.no-file-hint"),
  });
}
