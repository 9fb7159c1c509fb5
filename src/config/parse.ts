/** Text → one frozen, validated config, or one error with its place. @module */

import { defined } from "../base/defined.ts";
import { HikaeError } from "../base/errors.ts";
import { remotePlace } from "../base/bundle_place.ts";
import { fold } from "../base/fold_name.ts";
import { nearest } from "../base/nearest.ts";
import { withoutDrive } from "../base/remote_address.ts";
import { type CommandCondition, commandPlugins } from "./commands.ts";
import { expandPath, pathsOf } from "./expand.ts";
import { allFaults, worstFault } from "./explain.ts";
import { misspeltPlugins, withoutJobs } from "./raw_jobs.ts";
import { withLists } from "./one_or_many.ts";
import { configSchema, type RawConfig, type RawPlugin, type RawRules } from "./schema.ts";
import { sourceName } from "./source_name.ts";
import { type ConfigDocument, type ConfigFault, readDocument, type ValuePath } from "./syntax.ts";
import type { Allow, Config, Expansion, Job, JobBundle, JobPlugin, ParsedConfig } from "./types.ts";
import { text } from "../text/text.ts";

/** How many log files of a job stay when the file does not say. */
const DEFAULT_LOG_KEEP = 100;

/** What a text is read with. */
export interface ConfigParseOptions {
  /** The absolute path of the file; relative paths in it start from its directory. */
  file: string;
  expand: Expansion;
  /** The names of the plugins that come with hikae, where a misspelt one is to be reported. */
  shipped?: readonly string[];
}

interface ConfigReader {
  doc: ConfigDocument;
  base: string;
  expand: Expansion;
  /** Takes what is wrong: throws it, or keeps it and goes on. */
  fail(error: HikaeError): void;
}

/** Reads a config; throws a `config` error that names file, line, column and key. */
export function parseConfig(text: string, options: ConfigParseOptions): ParsedConfig {
  const doc = readDocument(text, options.file);
  const checked = configSchema.safeParse(withLists(doc.value), { reportInput: false });
  if (!checked.success) throw doc.error(worstFault(checked.error.issues, doc));
  const fail = (error: HikaeError): never => {
    throw error;
  };
  const config = build(checked.data, readingOf(doc, options, fail));
  return deepFreeze({ config, origins: doc.origins });
}

/** Everything that is wrong with a config, in the order of the file; none for a right one. */
export function configProblems(text: string, options: ConfigParseOptions): HikaeError[] {
  const found = new Map<HikaeError, number>();
  try {
    const read = readDocument(text, options.file);
    const error = (fault: ConfigFault): HikaeError => {
      const told = read.error(fault);
      found.set(told, fault.offset);
      return told;
    };
    findProblems({ ...read, error }, options);
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    if (!found.has(error)) found.set(error, 0);
  }
  return [...found].sort(([, a], [, b]) => a - b).map(([error]) => error);
}

/** Makes an error of the document for each problem; what the shape has is no reason not to look at the jobs beside. */
function findProblems(doc: ConfigDocument, options: ConfigParseOptions): void {
  const value = withLists(doc.value);
  const reading = readingOf(doc, options, () => {});
  const checked = configSchema.safeParse(value, { reportInput: false });
  if (checked.success) {
    build(checked.data, reading);
    return;
  }
  const { issues } = checked.error;
  for (const fault of allFaults(issues, doc)) doc.error(fault);
  refuseMisspelt(value, options.shipped ?? [], reading);
  const wrong = issues.map(({ path: [key, name] }) => key === "jobs" ? String(name) : "");
  const rest = configSchema.safeParse(withoutJobs(value, wrong), { reportInput: false });
  if (rest.success) build(rest.data, reading);
}

function readingOf(
  doc: ConfigDocument,
  options: ConfigParseOptions,
  fail: ConfigReader["fail"],
): ConfigReader {
  const base = pathsOf(options.expand.platform).dirname(options.file);
  return { doc, base, expand: options.expand, fail };
}

function build(raw: RawConfig, reading: ConfigReader): Config {
  const jobs = Object.create(null) as Record<string, Job>;
  const groups = Object.create(null) as Record<string, readonly string[]>;
  for (const [name, given] of Object.entries(raw.jobs)) {
    const from = (key: string): ValuePath =>
      Object.hasOwn(given, key) ? ["jobs", name, key] : ["defaults", key];
    const whole = {
      vaults: vaultsAt(given.vaults, from("vaults"), reading),
      ...rulesOf({ ...raw.defaults, ...given }, from, reading),
    };
    const all: Job[] = given.sources === undefined
      ? [{ name, source: expanded(given.source ?? "", from("source"), reading), ...whole }]
      : partsOf(name, given.sources, whole, reading);
    if (given.sources !== undefined) groups[name] = all.map((job) => job.name);
    for (const job of all) {
      refuseTwice(job, reading);
      refuseInside(job, reading);
      jobs[job.name] = job;
    }
  }
  refuseAlike(Object.keys(raw.jobs), reading);
  refuseShared(jobs, reading);
  return { jobs, groups, log: { keep: raw.log?.keep ?? DEFAULT_LOG_KEEP } };
}

/** A job for each of several sources: `JOB/NAME`, in a vault of that name below each of the job's. */
function partsOf(
  group: string,
  sources: readonly string[],
  whole: Omit<Job, "name" | "source">,
  reading: ConfigReader,
): Job[] {
  const { join } = pathsOf(reading.expand.platform);
  const seen = new Map<string, string>();
  return allExpanded(sources, ["jobs", group, "sources"], reading).map((source, i): Job => {
    const name = sourceName(source, reading.expand.platform);
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      reading.fail(fault(
        reading,
        ["jobs", group, "sources", i],
        text("config.same-vault-name", { other, name }),
        text("config.same-vault-name-hint"),
      ));
    }
    seen.set(name.toLowerCase(), source);
    const vaults = whole.vaults.map((vault) =>
      vault.includes("{name}") ? vault.replaceAll("{name}", () => name) : join(vault, name)
    );
    return { ...whole, name: `${group}/${name}`, group, source, vaults };
  });
}

/** A hundred runs look at all of a vault. */
const DEFAULT_SHARE = 0.01;

function rulesOf(
  given: RawRules,
  from: (key: string) => ValuePath,
  reading: ConfigReader,
): Omit<Job, "name" | "source" | "vaults"> {
  const onError = given.onError ?? "warn";
  const lists = given.excludeFrom ?? [];
  const { excludeLargerThan, maxGenerations, maxRetention, keep } = given;
  const { verifyShare = DEFAULT_SHARE } = given;
  return {
    exclude: given.exclude ?? [],
    excludeFrom: typeof lists === "string"
      ? [expanded(lists, from("excludeFrom"), reading)]
      : allExpanded(lists, from("excludeFrom"), reading),
    excludeIfPresent: given.excludeIfPresent ?? [],
    oneFileSystem: given.oneFileSystem ?? false,
    checksum: given.checksum ?? false,
    attributes: given.attributes ?? false,
    share: given.share ?? "auto",
    snapshotSource: given.snapshotSource ?? false,
    ...defined({ bundle: bundleOf(given, from("bundle"), reading) }),
    onError,
    ...defined({ excludeLargerThan, maxGenerations, maxRetention, verifyShare }),
    ...(keep === undefined ? {} : { keep: defined(keep) }),
    plugins: [
      ...commandsOf(given, "before", from, reading),
      ...(given.plugins ?? []).map((plugin, i) =>
        pluginOf(plugin, [...from("plugins"), i], onError, reading)
      ),
      ...commandsOf(given, "after", from, reading),
      ...commandsOf(given, "failed", from, reading),
    ],
  };
}

/** Where bundles go; what only a server of S3 can do is wanted of no other. */
function bundleOf(
  { bundle }: RawRules,
  place: ValuePath,
  reading: ConfigReader,
): JobBundle | undefined {
  if (bundle === undefined) return undefined;
  const { to, full, lock, volumeSize, recipients } = bundle;
  let kind: string | undefined;
  try {
    kind = remotePlace(to)?.kind;
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    reading.fail(fault(reading, [...place, "to"], error.message, error.hint));
    return undefined;
  }
  if (lock !== undefined && kind !== "s3") {
    reading.fail(fault(reading, [...place, "lock"], text("bundle.lock-elsewhere")));
  }
  const at = kind === undefined ? expanded(to, [...place, "to"], reading) : to;
  return { to: at, recipients, ...defined({ full, lock, volumeSize }) };
}

function commandsOf(
  { commands }: RawRules,
  when: CommandCondition,
  from: (key: string) => ValuePath,
  reading: ConfigReader,
): JobPlugin[] {
  // a bare name is looked for in PATH, and is no path
  return commandPlugins(
    commands,
    when,
    (program, i) =>
      /[/\\]/.test(program) ? expanded(program, [...from("commands"), when, i], reading) : program,
  );
}

function pluginOf(
  given: RawPlugin,
  place: ValuePath,
  onError: Job["onError"],
  reading: ConfigReader,
): JobPlugin {
  return {
    path: given.path.startsWith("hikae:")
      ? given.path
      : expanded(given.path, [...place, "path"], reading),
    allow: allowOf(given.allow ?? {}, [...place, "allow"], reading),
    options: given.options ?? {},
    ...defined({ timeout: given.timeout }),
    onError: given.onError ?? onError,
  };
}

function allowOf(
  given: NonNullable<RawPlugin["allow"]>,
  place: ValuePath,
  reading: ConfigReader,
): Allow {
  const { read, write, run, net, env, sys, source } = given;
  return defined({
    read: read && (read === true || allGranted(read, [...place, "read"], reading)),
    write: write && (write === true || allGranted(write, [...place, "write"], reading)),
    // A bare name is looked for in PATH, and is no path.
    run: run &&
      (run === true ||
        run.map((program, i) =>
          /[/\\]/.test(program) ? expanded(program, [...place, "run", i], reading) : program
        )),
    net,
    env,
    sys,
    source: source &&
      (source === true || allGranted(source, [...place, "source"], reading)),
  });
}

function allExpanded(texts: readonly string[], place: ValuePath, reading: ConfigReader): string[] {
  return texts.map((text, i) => expanded(text, [...place, i], reading));
}

/** Vaults: on Windows each with its drive. */
function vaultsAt(texts: readonly string[], place: ValuePath, reading: ConfigReader): string[] {
  if (reading.expand.platform === "windows") {
    texts.forEach((text, i) => {
      const no = withoutDrive(text, reading.base.slice(0, 2));
      if (no !== undefined) throw fault(reading, [...place, i], no.problem, no.hint);
    });
  }
  return allExpanded(texts, place, reading);
}

/** What a plugin may read or write; what stands for the job's directories is no path yet. */
function allGranted(texts: readonly string[], place: ValuePath, reading: ConfigReader): string[] {
  return texts.map((text, i) =>
    /^\{(source|vaults)\}/.test(text) ? text : expanded(text, [...place, i], reading)
  );
}

function expanded(text: string, place: ValuePath, reading: ConfigReader): string {
  const result = expandPath(text, reading.base, reading.expand);
  if ("path" in result) return result.path;
  reading.fail(fault(reading, place, result.problem, result.hint));
  return text;
}

function refuseTwice(job: Job, reading: ConfigReader): void {
  const seen = new Set<string>();
  job.vaults.forEach((vault, i) => {
    const key = folded(vault, reading);
    if (seen.has(key)) {
      const place = ["jobs", job.group ?? job.name, "vaults", i];
      reading.fail(fault(reading, place, text("config.vault-twice")));
    }
    seen.add(key);
  });
}

function refuseInside(job: Job, reading: ConfigReader): void {
  const { SEPARATOR: sep } = pathsOf(reading.expand.platform);
  const source = folded(job.source, reading);
  job.vaults.forEach((vault, i) => {
    const key = folded(vault, reading);
    if (source !== key && !source.startsWith(key.endsWith(sep) ? key : key + sep)) return;
    reading.fail(fault(
      reading,
      ["jobs", job.group ?? job.name, "vaults", i],
      source === key ? text("config.vault-is-source") : text("config.source-in-vault"),
      text("config.source-in-vault-hint"),
    ));
  });
}

/** Where disks tell no upper from lower case, two such jobs would have one log, one note of their runs and one schedule. */
function refuseAlike(names: readonly string[], reading: ConfigReader): void {
  if (reading.expand.platform === "linux") return;
  const seen = new Map<string, string>();
  for (const name of names) {
    const key = fold(name);
    const other = seen.get(key);
    if (other !== undefined) {
      reading.fail(fault(
        reading,
        ["jobs", name],
        text("config.jobs-alike", { other: JSON.stringify(other) }),
        text("config.jobs-alike-hint"),
      ));
    }
    seen.set(key, name);
  }
}

/** A vault holds one source: a second one would see every file of the first as deleted. */
function refuseShared(jobs: Readonly<Record<string, Job>>, reading: ConfigReader): void {
  const owners = new Map<string, Job>();
  for (const job of Object.values(jobs)) {
    job.vaults.forEach((vault, i) => {
      const owner = owners.get(folded(vault, reading)) ?? job;
      if (folded(owner.source, reading) !== folded(job.source, reading)) {
        reading.fail(fault(
          reading,
          ["jobs", job.group ?? job.name, "vaults", i],
          text("config.vault-of-other", { job: owner.name }),
          text("config.vault-of-other-hint"),
        ));
      }
      owners.set(folded(vault, reading), owner);
    });
  }
}

/** A plugin that would come with hikae and does not. */
function refuseMisspelt(value: unknown, shipped: readonly string[], reading: ConfigReader): void {
  if (shipped.length === 0) return;
  for (const { place, name } of misspeltPlugins(value, shipped)) {
    const near = nearest(name, shipped) ?? shipped[0] ?? "";
    reading.fail(fault(reading, place, text("config.near-plugin", { near })));
  }
}

function folded(path: string, reading: ConfigReader): string {
  return reading.expand.platform === "windows" ? path.toLowerCase() : path;
}

function fault(
  reading: ConfigReader,
  place: ValuePath,
  problem: string,
  hint?: string,
): HikaeError {
  const { doc } = reading;
  // one string stands where the list is, and has no place of its own
  const offset = doc.offsetOf(place) ?? doc.offsetOf(place.slice(0, -1)) ?? 0;
  return doc.error({ offset, place, problem, ...defined({ hint }) });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
