/**
 * Paths relative to the source, with `/` between components; the root is "". Pure: the same on every system.
 * @module
 */

/** Joins a directory's path and a name. */
export function joinRel(dir: string, name: string): string {
  return dir === "" ? name : `${dir}/${name}`;
}

/** The directory that a path lies in ("" for a path in the root). */
export function dirOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** True when `path` is `dir` or lies below it. */
export function isWithin(path: string, dir: string): boolean {
  return dir === "" || path === dir || path.startsWith(`${dir}/`);
}

/** True when one of two absolute paths is the other or holds it; with drive letters in either case. */
export function overlap(a: string, b: string): boolean {
  const plain = (path: string): string => {
    const slashed = path.replaceAll("\\", "/").replace(/\/+$/, "");
    return /^(?:[A-Za-z]:|\/\/)/.test(slashed) ? slashed.toLowerCase() : slashed;
  };
  const [x, y] = [plain(a), plain(b)];
  return isWithin(x, y) || isWithin(y, x);
}

/** What of `path` lies below `dir`: "" for `dir` itself; undefined when it lies elsewhere. On Windows in either case. */
export function belowDir(path: string, dir: string, windows: boolean): string | undefined {
  const fold = (text: string): string => windows ? text.toLowerCase() : text;
  if (dir === "") return path;
  if (fold(path.slice(0, dir.length)) !== fold(dir)) return undefined;
  const rest = path.slice(dir.length);
  return rest === "" || rest.startsWith("/") ? rest.slice(1) : undefined;
}

/**
 * Brings what a person typed into the form of a path relative to the source: `/` as separator, no `.` and no
 * empty components; undefined when it leads out of the source (`..`, a drive).
 */
export function normalizeRel(text: string, windows: boolean): string | undefined {
  const parts = (windows ? text.replaceAll("\\", "/") : text).split("/");
  const out: string[] = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (out.pop() === undefined) return undefined;
    } else out.push(part);
  }
  return out.join("/");
}
