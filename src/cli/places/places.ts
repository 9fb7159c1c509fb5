/** From paths as people write them to the real paths that permissions are made of. @module */

import { systemText } from "../../base/system_text.ts";
import { basename, dirname, join, resolve } from "@std/path";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import { notAPath, notExpanded } from "../../base/remote_address.ts";
import { windowsReason } from "../../base/windows_name.ts";
import { pathsOf } from "../../config/expand.ts";
import { text } from "../../text/text.ts";

/** The absolute form of a path given on the command line. */
export function absolute(cwd: string, path: string): string {
  return resolve(cwd, path);
}

/** The real path of something that must be there; throws `id` when it is not. */
export function realPlace(
  cwd: string,
  path: string,
  id: "source_missing" | "no_vault",
  what: string,
): string {
  try {
    return Deno.realPathSync(absolute(cwd, path));
  } catch (cause) {
    if (errorCode(cause) === "ENOTCAPABLE") throw unscopedOnly(path, cause);
    if (isNotFound(cause)) refuseAddress(path);
    throw new HikaeError(
      id,
      text("place.open", {
        what,
        problem: isNotFound(cause) ? text("place.no-directory") : systemText(cause),
      }),
      {
        path,
        hint: text(
          what === "bundles"
            ? "bundle.none-there-hint"
            : id === "no_vault"
            ? "vault.no-vault-hint"
            : "place.source-hint",
        ),
        cause,
      },
    );
  }
}

/** Refuses what is no path of this system (a remote address, a path of another system, what no shell has expanded). */
export function refuseAddress(given: string): void {
  const windows = Deno.build.os === "windows";
  const no = notExpanded(given, windows) ?? notAPath(given, windows);
  if (no !== undefined) throw new HikaeError("usage", no.problem, { hint: no.hint });
}

/** What Deno opens for nobody who lacks any permission: network paths of Windows, and the system's own on Linux. */
function unscopedOnly(path: string, cause: unknown): HikaeError {
  if (Deno.build.os !== "windows") {
    return new HikaeError("failed", text("place.kept-out"), {
      path,
      hint: text("place.kept-out-hint"),
      cause,
    });
  }
  return new HikaeError("failed", text("place.all-permissions"), {
    path,
    hint: text("place.all-permissions-hint"),
    cause,
  });
}

/** The real path of a place that may still have to be made: that of what is there, and the rest. */
export function realPlaceToMake(cwd: string, path: string): string {
  const { real, missing } = realPlaceAndRest(cwd, path);
  return join(real, ...missing);
}

/** The same in two parts: the real path of what is there, and the names that are missing below it. */
export function realPlaceAndRest(cwd: string, path: string): { real: string; missing: string[] } {
  refuseAddress(path);
  const abs = absolute(cwd, path);
  const missing: string[] = [];
  for (let at = abs;; at = dirname(at)) {
    try {
      return { real: Deno.realPathSync(at), missing };
    } catch (error) {
      if (errorCode(error) === "ENOTCAPABLE") throw unscopedOnly(path, error);
      const problem = placeProblem(at, Deno.build.os === "windows", error);
      if (problem !== undefined) {
        throw new HikaeError("failed", problem.message, { path, hint: problem.hint, cause: error });
      }
      // another process made it meanwhile
      if (kindOf(at) === "other") return { real: Deno.realPathSync(at), missing };
      // a link that leads nowhere is not a free place
      if (kindOf(at) === "link") {
        throw new HikaeError("failed", text("place.dead-link"), {
          path: at,
          hint: text("place.dead-link-hint"),
        });
      }
      missing.unshift(basename(at));
    }
  }
}

/** Why nothing can be made at `at`, which has no real path; undefined when it is only not there. Pure. */
export function placeProblem(
  at: string,
  windows: boolean,
  error: unknown,
): { message: string; hint: string } | undefined {
  const { basename, dirname } = pathsOf(windows ? "windows" : "linux");
  // Windows takes `new.` for `new`, `aux` for a device, what follows a colon for a stream
  const odd = windows && dirname(at) !== at ? windowsReason(basename(at)) : undefined;
  if (odd !== undefined) {
    const message = text("place.odd-name", { problem: odd, name: basename(at) });
    return { message, hint: text("place.other-hint") };
  }
  if (!isNotFound(error)) {
    const denied = ["EACCES", "EPERM"].includes(errorCode(error));
    return {
      message: text("place.resolve", { problem: systemText(error) }),
      hint: text(denied ? "place.denied-hint" : "place.other-hint"),
    };
  }
  if (dirname(at) !== at) return undefined;
  return at.startsWith("\\\\")
    ? { message: text("place.no-share", { path: at }), hint: text("place.no-share-hint") }
    : {
      message: text("place.drive-missing", { path: at }),
      hint: text("place.drive-missing-hint"),
    };
}

/** True when something is there, whatever it is. */
export function isThere(path: string): boolean {
  return kindOf(path) !== undefined;
}

function kindOf(path: string): "link" | "other" | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? "link" : "other";
  } catch {
    return undefined;
  }
}

/** True when `path` is `dir` or lies in it; both are real paths. */
export function isInside(path: string, dir: string, windows: boolean): boolean {
  const fold = (s: string): string => windows ? s.toLowerCase() : s;
  const sep = windows ? "\\" : "/";
  const [p, d] = [fold(path), fold(dir)];
  return p === d || p.startsWith(d.endsWith(sep) ? d : d + sep);
}

/** Makes the directories above a place that is to be made. */
export function makeParents(real: string): void {
  try {
    Deno.mkdirSync(dirname(real), { recursive: true });
  } catch (cause) {
    // the system says of a file in the way that it "exists", and this is a call that does not mind that
    const isBlocked = ["EEXIST", "ENOTDIR"].includes(errorCode(cause));
    throw notMade(real, isBlocked ? text("place.file-in-the-way") : `${systemText(cause)}`, cause);
  }
}

/** Throws as `makeParents` does where a file is in the way; what only the making shows is left to it. */
export function checkParents(real: string): void {
  for (let at = dirname(real);; at = dirname(at)) {
    try {
      if (Deno.statSync(at).isDirectory) return;
    } catch (error) {
      const isBelow = isNotFound(error) || errorCode(error) === "ENOTDIR";
      if (isBelow && dirname(at) !== at) continue;
      return;
    }
    throw notMade(real, text("place.file-in-the-way"));
  }
}

function notMade(real: string, problem: string, cause?: unknown): HikaeError {
  return new HikaeError("failed", text("place.make", { path: dirname(real), problem }), {
    path: real,
    hint: text("place.make-hint"),
    cause,
  });
}
