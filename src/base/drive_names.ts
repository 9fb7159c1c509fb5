/** What a drive keeps in its root for the system's sake: none of it is anybody's file. @module */

const DIRS = new Set([
  "system volume information",
  "$recycle.bin",
  "recycler",
  "lost+found",
  ".trashes",
  ".trash",
  ".spotlight-v100",
  ".fseventsd",
  ".temporaryitems",
  ".documentrevisions-v100",
  ".pkinstallsandboxmanager",
]);

const FILES = new Set([
  ".ds_store",
  "._.trashes",
  ".apdisk",
  ".volumeicon.icns",
  "desktop.ini",
  "thumbs.db",
  "autorun.inf",
]);

/** True for a name that systems give to entries of their own in the root of a drive. */
export function isDriveName(name: string, type: string): boolean {
  const key = name.toLowerCase();
  return type === "dir" ? DIRS.has(key) || /^\.trash-\d+$/.test(key) : FILES.has(key);
}
