/**
 * The shape of `hikae.jsonc`, once: it checks a file, and the JSON Schema for editors is made from it
 * (`docs/hikae.schema.json`, `hikae config schema`). Descriptions are what an editor shows. The `error`
 * of each part says what was expected there.
 * @module
 */

import * as z from "zod";
import {
  clearPeriods,
  type Duration,
  isAmbiguousPeriod,
  tryParseDuration,
} from "../base/duration.ts";
import { isBech32 } from "../base/bech32.ts";
import { SHARE_MODES } from "../base/share_mode.ts";
import { tryParseSize } from "../base/size.ts";
import { LANGUAGES } from "../text/languages.ts";
import { text as words } from "../text/text.ts";

const SYS = [
  "cpus",
  "gid",
  "homedir",
  "hostname",
  "loadavg",
  "networkInterfaces",
  "osRelease",
  "osUptime",
  "statfs",
  "systemMemoryInfo",
  "uid",
  "username",
] as const;

const A_DURATION = words("config.a-duration");
const A_SIZE = words("config.a-size");

/** The rules of `keep` that choose snapshots; one of them at least is needed. */
const KEEP_RULES = [
  "last",
  "hourly",
  "daily",
  "weekly",
  "monthly",
  "yearly",
  "within",
] as const;

/** The period of a rule that removes; one that others read as another length is refused. */
const period = z.string({ error: A_DURATION })
  .regex(/^(\d+(mo|y|w|d|h|m|s))+$/, A_DURATION)
  .transform((text, context): Duration => {
    const value = tryParseDuration(text);
    if (value !== undefined && !isAmbiguousPeriod(text)) return value;
    if (value !== undefined) {
      const message = words("point.clear-period", clearPeriods(text));
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    context.addIssue({ code: "custom", message: A_DURATION });
    return z.NEVER;
  });

const A_LIMIT = words("config.a-limit");
const timeout = z.string({ error: A_LIMIT }).regex(/^(\d+[hms])+$/, A_LIMIT)
  .transform((text): number => tryParseDuration(text)?.ms ?? 0)
  .refine((ms) => ms > 0 && ms <= 86_400_000, A_LIMIT);

const size = z.union([
  z.string().regex(/^\d+(\.\d+)?\s*[KMGTPkmgtp]?([iI]?[bB])?$/, A_SIZE),
  z.number({ error: A_SIZE }).min(0, A_SIZE),
], { error: A_SIZE }).transform((given, context): number => {
  const value = tryParseSize(String(given));
  if (value !== undefined) return value;
  context.addIssue({ code: "custom", message: A_SIZE });
  return z.NEVER;
});

const A_SHARE = words("config.a-share");
const share = z.string({ error: A_SHARE }).regex(/^\d{1,3}(\.\d+)?%$/, A_SHARE)
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((n) => n <= 1, A_SHARE);

function count(least: number): z.ZodNumber {
  return z.int({ error: words("config.a-count", { least }) })
    .min(least, words("config.a-count", { least }));
}

/** A text that is not empty; `what` says what was expected there. */
function filled(what: string): z.ZodString {
  return z.string({ error: what }).min(1, what);
}

/** A list of such things, `kind` in the plural. */
function list(kind: string, item: z.ZodString): z.ZodArray<z.ZodString> {
  return z.array(item, { error: words("config.a-list-of", { kind }) });
}

const path = filled(words("config.a-path"));
const paths = z.array(path, { error: words("config.a-list-of-paths") });
const yesNo = z.boolean({ error: words("config.true-or-false") });
const policy = z.enum(["warn", "abort", "ignore"], { error: words("config.a-policy") });

const keep = z.strictObject({
  last: count(1).optional().describe(words("config.doc-keep-last")),
  hourly: count(1).optional().describe(words("config.doc-keep-hourly")),
  daily: count(1).optional().describe(words("config.doc-keep-daily")),
  weekly: count(1).optional().describe(words("config.doc-keep-weekly")),
  monthly: count(1).optional().describe(words("config.doc-keep-monthly")),
  yearly: count(1).optional().describe(words("config.doc-keep-yearly")),
  within: period.optional().describe(words("config.doc-keep-within")),
  minVersions: count(1).optional().describe(words("config.doc-keep-min")),
  deleted: period.optional().describe(words("config.doc-keep-deleted")),
}, { error: words("config.object-of-rules") }).refine(
  (rules) => KEEP_RULES.some((r) => rules[r] !== undefined),
  {
    error: words("config.at-least-one-rule", { rules: KEEP_RULES.join(", ") }),
  },
);

/** What Deno takes: a name, `*.` before it, an address (IPv6 in brackets) or a range of them, and a port. */
const HOST = new RegExp(
  "^(?:\\[[0-9A-Fa-f:.]+\\]|(?:\\*\\.)?[\\w-]{1,63}(?:\\.[\\w-]{1,63})*\\.?(?:/\\d{1,3})?)" +
    "(?::(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5]))?$",
);
const A_HOST = words("config.a-host");
const host = z.string({ error: A_HOST }).regex(HOST, A_HOST);
const A_VARIABLE = words("config.a-variable");
const variable = z.string({ error: A_VARIABLE }).regex(/^[^=\s]+$/, A_VARIABLE);

/** A list of what is granted, or true for all of the kind. */
function grant<T extends z.ZodType>(kind: string, items: T): z.ZodUnion<[T, z.ZodLiteral<true>]> {
  return z.union([items, z.literal(true)], { error: words("config.list-or-true", { kind }) });
}

const [PATHS, NAMES] = [words("config.paths"), words("config.names")];
const [HOSTS, PROGRAMS] = [words("config.hosts"), words("config.programs")];

const allow = z.strictObject({
  read: grant(PATHS, paths).optional().describe(words("config.doc-read")),
  write: grant(PATHS, paths).optional().describe(words("config.doc-write")),
  net: grant(HOSTS, list(HOSTS, host)).optional().describe(words("config.doc-net")),
  env: grant(NAMES, list(NAMES, variable)).optional()
    .describe(words("config.doc-env")),
  run: grant(PROGRAMS, list(PROGRAMS, filled(words("config.a-program")))).optional()
    .describe(words("config.doc-run")),
  sys: grant(
    NAMES,
    z.array(z.enum(SYS, { error: words("config.one-of", { names: SYS.join(", ") }) })),
  )
    .optional().describe(words("config.doc-sys")),
  source: grant(PATHS, paths).optional()
    .describe(words("config.doc-allow-source")),
}, { error: words("config.object-of-grants") });

const plugin = z.strictObject({
  path: path.describe(words("config.doc-plugin-path")),
  allow: allow.optional().describe(words("config.doc-allow")),
  options: z.record(z.string(), z.unknown(), { error: words("config.object") }).optional()
    .describe(words("config.doc-options")),
  timeout: timeout.optional().describe(words("config.doc-timeout")),
  onError: policy.optional().describe(
    words("config.doc-plugin-on-error"),
  ),
}, { error: words("config.object-with-path") });

const A_COMMAND = words("config.a-command");
const commandWords = z.array(z.string({ error: A_COMMAND }), { error: A_COMMAND })
  .refine((list) => list.length > 0 && list[0] !== "", A_COMMAND);
const command = z.union([
  commandWords,
  z.strictObject({
    run: commandWords.describe(words("config.doc-run-words")),
    timeout: timeout.optional().describe(words("config.doc-command-timeout")),
    onError: policy.optional().describe(
      words("config.doc-command-on-error"),
    ),
  }, { error: A_COMMAND }),
], { error: A_COMMAND });
const commandList = z.array(command, { error: words("config.list-of-commands") });

const commands = z.strictObject({
  before: commandList.optional().describe(words("config.doc-before")),
  after: commandList.optional().describe(words("config.doc-after")),
  failed: commandList.optional().describe(words("config.doc-failed")),
}, { error: words("config.object-of-commands") });

const bundle = z.strictObject({
  to: path.describe(words("config.doc-bundle-to")),
  recipients: z.array(
    z.string({ error: words("config.public-key") })
      .regex(/^age1[a-z0-9]+$/, { error: words("config.public-key"), abort: true })
      .refine(isBech32, words("config.whole-key")),
    { error: words("config.list-of-keys") },
  ).min(1, words("config.one-key")).describe(words("config.doc-recipients")),
  full: z.union([
    z.literal("monthly"),
    z.string().regex(/^\d{1,4}(\.\d+)?%$/, words("config.full-rule"))
      .transform((text) => Number(text.slice(0, -1)) / 100),
  ], { error: words("config.full-rule") }).optional().describe(words("config.doc-full")),
  lock: z.strictObject({
    mode: z.enum(["compliance", "governance"], { error: words("config.lock-mode") }),
    days: count(1),
  }, { error: words("config.object-of-lock") }).optional().describe(words("config.doc-lock")),
  volumeSize: size.refine((n) => n >= 1 << 20 && n <= 1 << 30, words("config.volume-size"))
    .optional().describe(words("config.doc-volume-size")),
}, { error: words("config.object-of-bundle") });

const rules = {
  exclude: list(words("config.patterns"), filled(words("config.a-pattern"))).optional()
    .describe(words("config.doc-exclude")),
  excludeFrom: z.union([path, paths], { error: words("config.path-or-paths") }).optional()
    .describe(words("config.doc-exclude-from")),
  excludeIfPresent: list(NAMES, filled(words("config.a-name"))).optional()
    .describe(words("config.doc-exclude-if-present")),
  excludeLargerThan: size.optional().describe(words("config.doc-exclude-larger")),
  oneFileSystem: yesNo.optional().describe(
    words("config.doc-one-file-system"),
  ),
  maxGenerations: count(0).optional().describe(
    words("config.doc-max-generations"),
  ),
  maxRetention: period.optional()
    .describe(words("config.doc-max-retention")),
  checksum: yesNo.optional().describe(
    words("config.doc-checksum"),
  ),
  attributes: yesNo.optional().describe(words("config.doc-attributes")),
  share: z.enum(SHARE_MODES, { error: words("config.share-mode") }).optional()
    .describe(words("config.doc-share")),
  keep: keep.optional().describe(words("config.doc-keep")),
  verifyShare: share.optional().describe(
    words("config.doc-verify-share"),
  ),
  snapshotSource: yesNo.optional()
    .describe(words("config.doc-snapshot-source")),
  bundle: bundle.optional().describe(words("config.doc-bundle")),
  onError: policy.optional().describe(words("config.doc-on-error")),
  commands: commands.optional().describe(words("config.doc-commands")),
  plugins: z.array(plugin, { error: words("config.list-of-plugins") }).optional()
    .describe(words("config.doc-plugins")),
};

const job = z.strictObject({
  source: path.optional().describe(words("config.doc-source")),
  sources: paths.min(1, words("config.one-source")).optional().describe(
    words("config.doc-sources"),
  ),
  vaults: paths.min(1, words("config.one-vault")).describe(
    words("config.doc-vaults", { name: "{name}" }),
  ),
  ...rules,
}, { error: words("config.object-of-job") }).refine(
  (given) => (given.source === undefined) !== (given.sources === undefined),
  { error: words("config.source-or-sources") },
);

const JOB_NAME = words("config.a-job-name");
const jobName = z.string()
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,62}[\p{L}\p{M}\p{N}_-])?$/u, JOB_NAME);

/** The schema of a whole file. */
export const configSchema = z.strictObject({
  $schema: z.string({ error: words("config.a-schema-place") }).optional()
    .describe(words("config.doc-schema")),
  defaults: z.strictObject(rules, { error: words("config.object-of-rules") }).optional()
    .describe(words("config.doc-defaults")),
  lang: z.enum(LANGUAGES, { error: words("config.one-of", { names: LANGUAGES.join(", ") }) })
    .optional()
    .describe(words("config.doc-lang")),
  log: z.strictObject({
    keep: count(1).optional().describe(words("config.doc-logs")),
  }, { error: words("config.object") }).optional(),
  jobs: z.record(jobName, job, { error: words("config.object-of-jobs") }).describe(
    words("config.doc-jobs"),
  ),
}, { error: words("config.object-with-jobs") });

/** What a checked file holds, before defaults and paths. */
export type RawConfig = z.output<typeof configSchema>;

/** The rules of a job, or of `defaults`, before paths are expanded. */
export type RawRules = NonNullable<RawConfig["defaults"]>;

/** A plugin entry before paths are expanded. */
export type RawPlugin = NonNullable<RawRules["plugins"]>[number];

/** The JSON Schema of the file, as text with a line end. */
export function jsonSchema(): string {
  const made = z.toJSONSchema(configSchema, { io: "input", target: "draft-7" });
  const { $schema, ...rest } = orOne(made) as typeof made;
  return JSON.stringify({ $schema, title: "hikae.jsonc", ...rest }, null, 2) + "\n";
}

/** Wherever a list of strings may stand, one string may (`one_or_many.ts`), but for the words of a command. */
function orOne(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(orOne);
  if (typeof node !== "object" || node === null) return node;
  const { description, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === "commands" ? value : orOne(value)]),
  ) as { description?: string; type?: string; items?: { type?: string }; anyOf?: unknown[] };
  const said = description === undefined ? {} : { description };
  if (rest.type === "array" && rest.items?.type === "string") {
    return { ...said, anyOf: [rest.items, rest] };
  }
  return { ...said, ...rest };
}

/** The keys that may stand at a place of the file, undefined where any may. */
export function keysAt(place: readonly PropertyKey[]): readonly string[] | undefined {
  // made once: it takes longer than the rest of a fault
  let schema = keySchema ??= z.toJSONSchema(configSchema, { io: "input" }) as SchemaNode;
  for (const step of place) {
    const next = typeof step === "number"
      ? schema.items
      : schema.properties?.[String(step)] ?? schema.additionalProperties;
    if (typeof next !== "object") return undefined;
    schema = next;
  }
  return schema.properties === undefined ? undefined : Object.keys(schema.properties);
}

let keySchema: SchemaNode | undefined;

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
}
