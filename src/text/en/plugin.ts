/** Texts about plugins. @module */

/** The texts. */
export const plugin = {
  "plugin.no-file": "there is no such file",
  "plugin.start-interrupted": "interrupted while it started",
  "plugin.source-not-granted":
    'it points the run to {source}, which it is not granted; if you trust it with that, add "source": true to its "allow"',
  "plugin.source-elsewhere": 'source: {source} is in none of the directories of its "allow.source"',
  "plugin.source-no-view":
    "source: {source} is no view of {original}: fewer than half of the names in it are the same",
  "plugin.program-open":
    "plugin {plugin}: others may write {place}, so that {program} may be anybody's program",
  "plugin.program-open-hint":
    "take the right to write {place} from everybody but you and root, or grant a program from another directory",
  "plugin.not-installed": "{program} is granted, and is not installed (not found in PATH)",
  "plugin.code-open": "plugin {plugin}: others may write {place}, and you are root",
  "plugin.keeps-too-much": "it keeps more than {n} things, or more than 64 MiB, from run to run",
  "plugin.goes-on": "{failure}; the run goes on without it",
  "plugin.failed": { one: "{n} plugin failed", other: "{n} plugins failed" },
  "plugin.failed-list": "{count}: {names}",
  "plugin.logs-cut": "it logs more than {n} lines or 256 KiB; the rest is left out",
  "plugin.filter-slow": "its filter took more than {s} s in this run",
  "plugin.odd-option": 'note: {name} does not know the option "{option}"; it knows {known}',
  "plugin.odd-option-near":
    'note: {name} does not know the option "{option}", did you mean "{near}"?',
} as const;
