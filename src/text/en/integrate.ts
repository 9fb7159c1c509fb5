/** The entry in the file manager's right click. */
export const integrate = {
  "integrate.entry": "Versions",
  "integrate.added": 'added "{entry}" to the right click of {title}',
  "integrate.removed": "took the entry away from {title}",
  "integrate.in-explorer": "on Windows 11 it is below “Show more options”",
  "integrate.in-nautilus": "it is below Scripts",
  "integrate.in-finder": "it is below Quick Actions",
  "integrate.unknown": 'integrate: there is no file manager "{name}"',
  "integrate.unknown-hint": "the names are {names}",
  "integrate.elsewhere": "integrate: {title} is not of this system",
  "integrate.elsewhere-hint":
    "hikae integrate --for {name} --print shows the files and commands for it",
  "integrate.none": "integrate: hikae knows no file manager of this system",
  "integrate.waits":
    "no file manager that hikae knows is installed; the entry waits for GNOME Files, Dolphin or Nemo",
  "integrate.odd-program": "integrate: a file manager cannot start {path}",
  "integrate.odd-program-hint": 'keep hikae in a place without "%" in its path',
  "integrate.not-ours": "integrate: this file is not by hikae",
  "integrate.not-ours-hint": "move it away first, or leave its file manager out with --for",
} as const;
