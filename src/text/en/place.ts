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
  "place.not-expanded": "{text}: {what} is for another shell, and came here as it is",
  "place.home-hint": "write %USERPROFILE%{path} in cmd, $HOME{path} in PowerShell",
  "place.cmd-hint": "write %{name}%{rest} in cmd",
  "place.powershell-hint": "write $env:{name}{rest} in PowerShell",
  "place.quotes-hint": 'cmd knows double quotation marks alone: write "..."',
  "place.no-drive": "{text} names no drive; it would be {path}",
  "place.no-drive-hint": "write the drive: {path}, or the one that you mean",
} as const;
