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
import { tryParseSize } from "../base/size.ts";
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

const A_DURATION = "a duration such as 30s, 10m, 36h, 90d, 8w, 6mo or 1y";
const A_SIZE = "a number of bytes, or a size such as 10K, 10M or 1.5G";

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

const A_LIMIT = "a time limit such as 30s or 5m, more than nothing and at most a day";
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

const A_SHARE = 'a share such as "1%", at most 100%';
const share = z.string({ error: A_SHARE }).regex(/^\d{1,3}(\.\d+)?%$/, A_SHARE)
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((n) => n <= 1, A_SHARE);

function count(least: number): z.ZodNumber {
  return z.int({ error: `a whole number, ${least} or more` })
    .min(least, `a whole number, ${least} or more`);
}

function list(what: string, item: z.ZodString = z.string()): z.ZodArray<z.ZodString> {
  return z.array(item.min(1, `${what}, not empty`), { error: `a list of ${what}s` });
}

const path = z.string({ error: "a path" }).min(1, "a path");
const paths = z.array(path, { error: "a list of paths" });
const yesNo = z.boolean({ error: "true or false" });
const policy = z.enum(["warn", "abort", "ignore"], { error: '"warn", "abort" or "ignore"' });

const keep = z.strictObject({
  last: count(1).optional().describe("Keep the newest N snapshots."),
  hourly: count(1).optional().describe("Keep the newest snapshot of each of the last N hours."),
  daily: count(1).optional().describe("Keep the newest snapshot of each of the last N days."),
  weekly: count(1).optional().describe("Keep the newest snapshot of each of the last N weeks."),
  monthly: count(1).optional().describe("Keep the newest snapshot of each of the last N months."),
  yearly: count(1).optional().describe("Keep the newest snapshot of each of the last N years."),
  within: period.optional().describe("Keep everything this young, measured from the newest."),
  minVersions: count(1).optional().describe("Keep at least N versions of each file."),
  deleted: period.optional().describe("Keep a deleted file at least this long."),
}, { error: "an object of rules" }).refine(
  (rules) => KEEP_RULES.some((r) => rules[r] !== undefined),
  {
    error: `at least one rule of ${KEEP_RULES.join(", ")}`,
  },
);

const host = z.string({ error: "a host" }).regex(
  /^(?!.*:\/\/)\S+$/,
  "a host such as hooks.example.com, no URL",
);
const variable = z.string({ error: "a name" }).regex(
  /^[^=\s]+$/,
  "the name of an environment variable",
);

/** A list of what is granted, or true for all of the kind. */
function grant<T extends z.ZodType>(what: string, items: T): z.ZodUnion<[T, z.ZodLiteral<true>]> {
  return z.union([items, z.literal(true)], { error: `a list of ${what}, or true for all` });
}

const allow = z.strictObject({
  read: grant("paths", paths).optional().describe("Files and directories that it may read."),
  write: grant("paths", paths).optional().describe("Files and directories that it may write."),
  net: grant("hosts", list("host", host)).optional().describe("Hosts that it may connect to."),
  env: grant("names", list("name", variable)).optional()
    .describe("Environment variables that it may read."),
  run: grant("programs", list("program", z.string({ error: "a program" }))).optional()
    .describe("Programs that it may start, which no sandbox holds."),
  sys: grant("names", z.array(z.enum(SYS, { error: `one of ${SYS.join(", ")}` })))
    .optional().describe("Facts about this machine that it may ask for."),
  source: grant("paths", paths).optional()
    .describe("Directories that it may have read in the source's place, such as snapshots."),
}, { error: "an object of grants" });

const plugin = z.strictObject({
  path: path.describe('A TypeScript file, or "hikae:NAME" for a plugin that comes with hikae.'),
  allow: allow.optional().describe("What it may do beyond computing; nothing by default."),
  options: z.record(z.string(), z.unknown(), { error: "an object" }).optional()
    .describe("Handed to the plugin as they are."),
  timeout: timeout.optional().describe("Time limit of one call."),
  onError: policy.optional().describe(
    "What happens when it fails: exit code 3, stop the run, or a note.",
  ),
}, { error: "an object with a path" });

const A_COMMAND = "a command: a list of a program and its arguments";
const commandWords = z.array(z.string({ error: A_COMMAND }), { error: A_COMMAND })
  .refine((list) => list.length > 0 && list[0] !== "", A_COMMAND);
const command = z.union([
  commandWords,
  z.strictObject({
    run: commandWords.describe("The program and its arguments; no shell reads it."),
    timeout: timeout.optional().describe("How long it may take (default 1h)."),
    onError: policy.optional().describe(
      'What happens when it fails (default "abort" before a run, else "warn").',
    ),
  }, { error: A_COMMAND }),
], { error: A_COMMAND });
const commandList = z.array(command, { error: "a list of commands" });

const commands = z.strictObject({
  before: commandList.optional().describe("Before each run; one that fails: no run."),
  after: commandList.optional().describe("After each run that ended well or incomplete."),
  failed: commandList.optional().describe("After each run that failed or was held back."),
}, { error: "an object with before, after or failed" });

const rules = {
  exclude: list("glob").optional().describe("What to leave out, in gitignore syntax."),
  excludeFrom: z.union([path, paths], { error: "a path or a list of paths" }).optional()
    .describe("Files that hold more of the same, a pattern a line."),
  excludeIfPresent: list("name").optional()
    .describe("Leave out a directory that has an entry of this name."),
  excludeLargerThan: size.optional().describe("Leave out files larger than this."),
  oneFileSystem: yesNo.optional().describe(
    "Stay on the file system of the source (default false).",
  ),
  maxGenerations: count(0).optional().describe(
    "Past generations of a file that stay; all by default.",
  ),
  maxRetention: period.optional()
    .describe("After a good run, clean up what was deleted longer ago than this."),
  checksum: yesNo.optional().describe(
    "Hash every file, not just those whose time or size changed.",
  ),
  keep: keep.optional().describe("After a good run, forget the snapshots that no rule keeps."),
  verifyShare: share.optional().describe(
    "After a run, hash this share of the vault again (default 1%, 0% for none).",
  ),
  snapshotSource: yesNo.optional()
    .describe("Read from a snapshot of the file system, where the system can make one."),
  onError: policy.optional().describe('Policy of the plugins that state none (default "warn").'),
  commands: commands.optional().describe("Commands to run before and after a run."),
  plugins: z.array(plugin, { error: "a list of plugins" }).optional()
    .describe("Run in this order, each in a sandbox of its own."),
};

const job = z.strictObject({
  source: path.optional().describe("The directory to back up."),
  sources: paths.min(1, "at least one source").optional().describe(
    "Several directories, each in a vault of its own below each of the vaults.",
  ),
  vaults: paths.min(1, "at least one vault").describe(
    "The backup directories, one or more; {name} stands for the name of each of several sources.",
  ),
  ...rules,
}, { error: "an object with source and vaults" }).refine(
  (given) => (given.source === undefined) !== (given.sources === undefined),
  { error: "a source (one path) or sources (a list), and not both" },
);

const JOB_NAME =
  "a job name of letters, digits, spaces and . _ - that begins with a letter or digit";
const jobName = z.string()
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,62}[\p{L}\p{M}\p{N}_-])?$/u, JOB_NAME);

/** The schema of a whole file. */
export const configSchema = z.strictObject({
  $schema: z.string({ error: "the place of the JSON Schema" }).optional()
    .describe("Where editors find the schema of this file."),
  defaults: z.strictObject(rules, { error: "an object of rules" }).optional()
    .describe("Rules for every job that does not have the same key itself."),
  log: z.strictObject({
    keep: count(1).optional().describe("Log files of each job that stay (default 100)."),
  }, { error: "an object" }).optional(),
  jobs: z.record(jobName, job, { error: "an object of jobs" }).describe("The jobs, by name."),
}, { error: "an object with jobs" });

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

/** Wherever a list of strings may stand, one string may (`one_or_many.ts`). */
function orOne(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(orOne);
  if (typeof node !== "object" || node === null) return node;
  const { description, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, orOne(value)]),
  ) as { description?: string; type?: string; items?: { type?: string }; anyOf?: unknown[] };
  const said = description === undefined ? {} : { description };
  if (rest.type === "array" && rest.items?.type === "string") {
    return { ...said, anyOf: [rest.items, rest] };
  }
  return { ...said, ...rest };
}

/** The keys that may stand at a place of the file, undefined where any may. */
export function keysAt(place: readonly PropertyKey[]): readonly string[] | undefined {
  let schema = z.toJSONSchema(configSchema, { io: "input" }) as SchemaNode;
  for (const step of place) {
    const next = typeof step === "number"
      ? schema.items
      : schema.properties?.[String(step)] ?? schema.additionalProperties;
    if (typeof next !== "object") return undefined;
    schema = next;
  }
  return schema.properties === undefined ? undefined : Object.keys(schema.properties);
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
}
