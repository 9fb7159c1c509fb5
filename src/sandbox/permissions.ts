/**
 * From what a command declares to the permission set of its engine (design, *Process and permissions*). Pure,
 * held by a table test.
 * @module
 */

import { ACCESS, type AccessName, type PlaceKind } from "../base/access.ts";

/** Real paths by kind of place. */
export type Roots = Partial<Record<PlaceKind, readonly string[]>>;

/** The permissions of one engine thread: everything not named is denied. */
export interface PermissionSet {
  read: string[];
  write: string[];
}

/** Computes the set; places without a path grant nothing. */
export function permissionSet(access: AccessName, roots: Roots): PermissionSet {
  const paths = (places: readonly PlaceKind[]): string[] => [
    ...new Set(places.flatMap((p) => roots[p] ?? [])),
  ];
  const { read, write } = ACCESS[access];
  return { read: paths(read), write: paths(write) };
}

/** The kinds of permission that main can hold. */
export const KINDS: readonly RightKind[] = [
  "read",
  "write",
  "net",
  "env",
  "run",
  "sys",
  "ffi",
  "import",
];

/** A kind of right that Deno knows. */
export type RightKind = Deno.PermissionDescriptor["name"];

/** True for a path that Deno opens only for a thread with all permissions (design, *Process and permissions*). */
export function needsAllPermissions(realPath: string, windows: boolean): boolean {
  if (!windows) return false;
  const plain = realPath.replaceAll("/", "\\");
  if (plain.startsWith("\\\\?\\UNC\\") || /^\\\\\?\\GLOBALROOT/i.test(plain)) return true;
  return plain.startsWith("\\\\") && !plain.startsWith("\\\\?\\") && !plain.startsWith("\\\\.\\");
}

/** True when a path of the set can only be opened with all permissions. */
export function isUnscoped(set: PermissionSet, windows: boolean): boolean {
  return [...set.read, ...set.write].some((path) => needsAllPermissions(path, windows));
}

/** The kinds that main keeps: those that it needs; all, when what it needs them for lies on a network path. */
export function keptKinds(
  needed: readonly RightKind[],
  unscoped: boolean,
): readonly RightKind[] {
  return unscoped && needed.length > 0 ? KINDS : needed;
}
