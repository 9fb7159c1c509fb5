/** Texts about configs that may start something. @module */

/** The texts. */
export const trust = {
  "trust.bundle": "an encrypted bundle to {to}",
  "trust.plugin": "plugin {path}",
  "trust.plugin-runs": "plugin {path}, which may start {programs}",
  "trust.plugin-any": "plugin {path}, which may start any program",
  "trust.asked": "read config: {file} was found in this directory and starts plugins or programs",
  "trust.hint":
    "read it; then allow it, as it is now, with: hikae config trust (or name it: --config {file})",
  "trust.one-file": "config trust: more than one FILE given",
  "trust.done": "{file} may start this, until it changes",
  "trust.open": "read config: {file} can be written by others ({place}), and you are root",
  "trust.open-hint": "take the right to write {place} from everybody but root",
} as const;
