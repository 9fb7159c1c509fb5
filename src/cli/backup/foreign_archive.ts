/** Repositories of other backup tools, which look like directories of files and are no plain copies. @module */

/** A tool whose archive a directory may be. */
export type ArchiveTool =
  | "rdiff-backup"
  | "restic"
  | "Borg"
  | "Duplicati"
  | "Kopia"
  | "Time Machine";

/** The names that lie in the archive of each tool, all of them; Duplicati's begin as its user likes. */
const SIGNS: readonly (readonly [ArchiveTool, readonly (string | RegExp)[]])[] = [
  ["rdiff-backup", ["rdiff-backup-data"]],
  ["restic", ["config", "data", "index", "keys", "snapshots"]],
  ["Borg", ["README", "config", "data", /^(?:hints|index|integrity)\.\d+$/]],
  ["Duplicati", [/\.dblock\.(?:zip|7z)(?:\.aes|\.gpg)?$/, /\.dlist\.(?:zip|7z)(?:\.aes|\.gpg)?$/]],
  ["Kopia", [/^kopia\.repository(?:\.f)?$/]],
  ["Time Machine", ["Info.plist", "bands", "token"]],
];

/** The tool whose archive a directory with these names is. */
export function archiveOf(names: readonly string[]): ArchiveTool | undefined {
  const has = (sign: string | RegExp): boolean =>
    names.some((name) => typeof sign === "string" ? name === sign : sign.test(name));
  return SIGNS.find(([, signs]) => signs.every(has))?.[0];
}
