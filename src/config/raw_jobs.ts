/** Looks at the jobs of a config whose shape is wrong somewhere. @module */

import type { ValuePath } from "./syntax.ts";

/** The config's value without the jobs of these names. */
export function withoutJobs(value: unknown, names: readonly string[]): unknown {
  if (!isObject(value) || !isObject(value.jobs)) return value;
  const jobs = Object.entries(value.jobs).filter(([name]) => !names.includes(name));
  return { ...value, jobs: Object.fromEntries(jobs) };
}

/** The plugins `hikae:NAME` that no NAME of `shipped` is, with their places. */
export function* misspeltPlugins(
  value: unknown,
  shipped: readonly string[],
): Generator<{ place: ValuePath; name: string }> {
  if (!isObject(value)) return;
  const jobs = isObject(value.jobs) ? Object.entries(value.jobs) : [];
  const rules: [ValuePath, unknown][] = [
    [["defaults"], value.defaults],
    ...jobs.map(([name, job]): [ValuePath, unknown] => [["jobs", name], job]),
  ];
  for (const [from, given] of rules) {
    if (!isObject(given) || !Array.isArray(given.plugins)) continue;
    for (const [i, plugin] of given.plugins.entries()) {
      const path: unknown = isObject(plugin) ? plugin.path : undefined;
      if (typeof path !== "string" || !path.startsWith("hikae:")) continue;
      const name = path.slice("hikae:".length);
      if (!shipped.includes(name)) yield { place: [...from, "plugins", i, "path"], name };
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
