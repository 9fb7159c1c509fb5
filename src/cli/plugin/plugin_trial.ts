/** Reads the flags of `plugin test`. @module */

import { parseSeconds } from "../../base/duration.ts";
import { HikaeError } from "../../base/errors.ts";
import type { Permissions } from "../../plugins/api.ts";
import { type HookName, HOOKS, type PluginEntry } from "../../plugins/entry.ts";
import { KINDS, type Refusal } from "../../plugins/grants.ts";
import type { Parsed } from "../command.ts";
import { text } from "../../text/text.ts";

/** The hook that is asked for. */
export function hookOf(parsed: Parsed): HookName {
  const hook = HOOKS.find((h) => h === parsed.get("hook"));
  if (hook !== undefined && parsed.args.length === 1) return hook;
  const why = hook === undefined ? text("plugin.test-hook") : text("plugin.test-file");
  throw new HikaeError("usage", text("plugin.test", { why }), {
    hint: text("plugin.test-hint", { hooks: HOOKS.join("|") }),
  });
}

/** The config entry that the flags make up. */
export function entryOf(parsed: Parsed): PluginEntry {
  const allow: Permissions = {};
  for (const kind of KINDS) {
    const items = parsed.all(`allow-${kind}`).flatMap((given) => given.split(",")).filter(Boolean);
    if (items.length > 0) allow[kind] = kind === "source" && items.includes("all") ? true : items;
  }
  const timeout = parsed.get("timeout");
  return {
    path: parsed.args[0] ?? "",
    allow,
    options: optionsOf(parsed.get("options")),
    onError: "abort",
    ...(timeout === undefined ? {} : { timeout: parseSeconds(timeout, "--timeout") }),
  };
}

function optionsOf(given: string | undefined): Record<string, unknown> {
  if (given === undefined) return {};
  try {
    const value: unknown = JSON.parse(given);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // said below
  }
  throw new HikaeError("usage", text("plugin.test-options", { given }), {
    hint: text("plugin.test-options-hint", {
      example: `--options '{"url": "https://example.com"}'`,
    }),
  });
}

/** The plugin has no such hook. */
export function noHook(name: string, hook: HookName, hooks: readonly HookName[]): HikaeError {
  return new HikaeError("failed", text("plugin.test-no-hook", { plugin: name, hook }), {
    hint: hooks.length === 0
      ? text("plugin.test-none")
      : text("plugin.test-hooks", { hooks: hooks.join(", ") }),
  });
}

/** A refusal in a trial: the flags that grant it here come first. */
export function withFlags(refusal: Refusal): HikaeError {
  const flags = KINDS.flatMap((kind) => {
    const items = refusal.missing[kind];
    if (items === true && kind === "source") return ["--allow-source all"];
    return items === undefined || items === true ? [] : [`--allow-${kind} ${items.join(",")}`];
  });
  return new HikaeError(refusal.id, refusal.message, {
    hint: flags.length === 0
      ? `${refusal.hint}`
      : text("plugin.test-allow", { flags: flags.join(" "), hint: refusal.hint ?? "" }),
    cause: refusal,
  });
}
