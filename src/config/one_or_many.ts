/** One string where a list of strings is wanted is a list of one. Pure. @module */

const IN_RULES = ["exclude", "excludeFrom", "excludeIfPresent"];
const IN_JOB = ["sources", "vaults", ...IN_RULES];
const IN_ALLOW = ["read", "write", "net", "env", "run", "sys", "source"];

type Keys = Record<string, unknown>;

/** A config's value with every such string in a list; anything that is not as expected is left as it is. */
export function withLists(value: unknown): unknown {
  if (!isObject(value)) return value;
  const jobs = value.jobs;
  return {
    ...value,
    ...(isObject(value.defaults) ? { defaults: ofRules(value.defaults, IN_RULES) } : {}),
    ...(isObject(jobs)
      ? { jobs: mapped(jobs, (job) => isObject(job) ? ofRules(job, IN_JOB) : job) }
      : {}),
  };
}

function ofRules(rules: Keys, keys: readonly string[]): Keys {
  const { plugins, bundle } = rules;
  return {
    ...listed(rules, keys),
    ...(isObject(bundle) ? { bundle: listed(bundle, ["recipients"]) } : {}),
    ...(Array.isArray(plugins) ? { plugins: plugins.map(ofPlugin) } : {}),
  };
}

function ofPlugin(plugin: unknown): unknown {
  if (!isObject(plugin) || !isObject(plugin.allow)) return plugin;
  return { ...plugin, allow: listed(plugin.allow, IN_ALLOW) };
}

function listed(object: Keys, keys: readonly string[]): Keys {
  return mapped(
    object,
    (value, key) => typeof value === "string" && keys.includes(key) ? [value] : value,
  );
}

function mapped(object: Keys, of: (value: unknown, key: string) => unknown): Keys {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, of(value, key)]));
}

function isObject(value: unknown): value is Keys {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
