/**
 * The names of a bundle's objects. Each ends in a part of the object's own hash, so that no two contents have one name and
 * nothing is ever written over. @module
 */

import { parseStamp, type Stamp } from "../base/stamp.ts";

/** How many hex digits of its hash an object's name has. */
export const DIGITS = 16;

/** The most volumes of a bundle: their numbers have four digits, and 0000 is the one that tells of the others. */
export const MAX_VOLUMES = 9999;

/** An object of a bundle, by its name. */
export type BundleName =
  | { kind: "volume"; stamp: Stamp; number: number; digits: string }
  | { kind: "manifest"; stamp: Stamp; digits: string };

/** The name of a volume with this SHA-256 in hex. */
export function volumeName(stamp: Stamp, number: number, hash: string): string {
  return `${stamp}.${String(number).padStart(4, "0")}.${hash.slice(0, DIGITS)}.tar.zst.age`;
}

/** The name of a manifest with this SHA-256 in hex. */
export function manifestName(stamp: Stamp, hash: string): string {
  return `${stamp}.${hash.slice(0, DIGITS)}.sha256`;
}

/** What a name says; undefined when no bundle has such a name. */
export function parseName(name: string): BundleName | undefined {
  const volume = /^(\d{8}_\d{6})\.(\d{4})\.([0-9a-f]{16})\.tar\.zst\.age$/.exec(name);
  const manifest = /^(\d{8}_\d{6})\.([0-9a-f]{16})\.sha256$/.exec(name);
  const stamp = parseStamp((volume ?? manifest)?.[1] ?? "");
  if (stamp === undefined) return undefined;
  if (volume !== null) {
    return { kind: "volume", stamp, number: Number(volume[2]), digits: volume[3] ?? "" };
  }
  return { kind: "manifest", stamp, digits: manifest?.[2] ?? "" };
}
