/** Texts about plugins. @module */

/** The texts. */
export const plugin = {
  "plugin.no-file": "there is no such file",
  "plugin.start-interrupted": "interrupted while it started",
  "plugin.goes-on": "{failure}; the run goes on without it",
  "plugin.failed": { one: "{n} plugin failed", other: "{n} plugins failed" },
  "plugin.failed-list": "{count}: {names}",
  "plugin.logs-cut": "it logs more than {n} lines or 256 KiB; the rest is left out",
  "plugin.filter-slow": "its filter took more than {s} s in this run",
} as const;
