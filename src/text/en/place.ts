/** What is said about places: addresses that are no directories, vaults whose drive is missing. */
export const place = {
  "place.remote": "{text} looks like a remote address, and hikae works on directories",
  "place.remote-url": "{text} is a URL, and hikae works on directories",
  "place.remote-hint":
    "mount it (rclone mount, sshfs, or your system's network drives) and name the mount, or back up to a local vault and let the plugin hikae:replicate or hikae:restic copy it there; for a directory of this name write {plain}",
  "place.file-url-hint": "write the path alone: {path}",
  "place.windows-path": "{text} is a Windows path, and this is not Windows",
  "place.windows-path-hint":
    "write the path as this system has it; for a directory of this name write {plain}",
  "place.parents-missing": "make vault: {parent} does not exist; is the drive there?",
  "place.parents-missing-hint":
    "plug in the drive or connect to the share, and run it again; if the vault belongs on this disk, add --init",
  "place.first-backup-makes-it": "vault {vault} does not exist yet; the first backup makes it",
} as const;
