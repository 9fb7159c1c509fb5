/** GNOME Files: a script of the user, which gets the names as arguments. Its file's name is what the menu shows. Pure. @module */

import { quoteSh } from "../../schedule/quote.ts";
import { type Manager, MARK, written } from "./manager.ts";

/** Where the scripts lie. */
export function scriptsDir(data: string): string {
  return `${data}/nautilus/scripts`;
}

/** GNOME Files. */
export const nautilus: Manager = {
  name: "nautilus",
  title: "GNOME Files (Nautilus)",
  os: "linux",
  program: "nautilus",
  where: "integrate.in-nautilus",
  add: ({ label, command, data }) => [
    written(
      `${scriptsDir(data)}/${label}`,
      // the name goes on as one argument: the shell reads nothing of it
      `#!/bin/sh\n# ${MARK}\nexec ${command.map(quoteSh).join(" ")} "$1"\n`,
      true,
    ),
  ],
  remove: ({ label, data }) => [{ kind: "remove", path: `${scriptsDir(data)}/${label}` }],
};
