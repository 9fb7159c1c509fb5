/** One backup from its plan to its exit code: state, plugins, engine, log. @module */

import { dirname } from "@std/path";
import { defined } from "../../base/defined.ts";
import { ERRORS, EXIT, HikaeError, toPlainError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import { loadModule } from "../../base/load_module.ts";
import { parseStamp } from "../../base/stamp.ts";
import type { PlainOutcome } from "../../engine/backup/command.ts";
import type { BackupCommand } from "../../engine/commands.ts";
import type { BackupRequest } from "../../engine/backup/request.ts";
import { noteOf } from "../../sandbox/last_runs.ts";
import { text } from "../../text/text.ts";
import type { Helper } from "../attributes/port.ts";
import type { BackupPlan } from "./backup_plan.ts";
import type { BackupPlugins } from "./backup_plugins.ts";
import type { Context } from "../command.ts";
import { type EngineThreads, runEngine, startCrew, type ThreadsAsked } from "../engine.ts";
import { explainThread } from "../explain.ts";
import { failuresNote, withFailures } from "../plugin/plugin_failures.ts";
import { indexPlaces } from "../places/index_places.ts";
import { firstRunPlaces } from "./first_runs.ts";
import { type LanesNeeded, lanesNeeded } from "../places/lane_count.ts";
import { wayTo } from "../places/source_way.ts";
import { isWatched } from "../progress.ts";
import { hiderFor } from "./hide_meta.ts";
import { rememberer } from "./remember_vaults.ts";
import { deferSummaries } from "../plugin/defer_summaries.ts";
import { SNAPSHOT_SOURCE } from "../snapshot/snapshot_source.ts";
import { type StateDir, vaultKey } from "../state.ts";
import type { KnownVaults } from "../../sandbox/state_wire.ts";

const PLUGINS = new URL("../plugin/plugin_start.ts", import.meta.url);
const BACKUP_PLUGINS = new URL("./backup_plugins.ts", import.meta.url);
const ATTRIBUTES = new URL("../attributes/programs.ts", import.meta.url);

/** Runs one source into its vaults. */
export async function runBackup(
  context: Context,
  plan: BackupPlan,
  state: StateDir,
): Promise<number> {
  const { request } = plan;
  const writes = !request.dryRun && !explains(context);
  const logged = writes && plan.job !== undefined && context.parsed.has("log");
  const ready = plan.problem === undefined ? prepared(plan, writes) : plan;
  const roots = ready.request.vaults.map((v) => v.root);
  const { places, foreign } = writes
    ? firstRunPlaces(context.env, roots)
    : indexPlaces(context.env, roots, { make: false, fresh: true });
  ready.request = { ...ready.request, index: places };
  if (foreign && writes) {
    plan.notes.push({ message: text("index.not-yours"), path: state.directory ?? "" });
  }
  const keys = new Map(ready.given.map((vault) => [vault, vaultKey(context.cwd, vault)]));
  // before main gives up its rights; main waits while a thread begins, and the engine's has most to load, after plugins
  const crew = ready.plugins.length === 0 ? startEarly(context, ready) : undefined;
  // a log is written from the beginning, what else there is to write later: then the engine's begins first
  const stateReady = writes ? state.start(logged ? undefined : crew?.first) : Promise.resolve();
  const own: StateOf = { state, stateReady, keys, pluginsFailed: 0 };
  const emit = (told: Message): void => {
    const message = "plugins_failed" in told ? told : withFailures(told, 0);
    context.emit(message);
    if (logged) state.log(message);
  };
  try {
    if (logged) await openLog(context, plan, own);
    for (const note of plan.notes) emit({ message_type: "note", ...note });
    const code = await runWithPlugins({ ...context, emit }, ready, own, crew);
    if (logged) await warnOfLog(context, await state.finishLog(code));
    return code;
  } catch (error) {
    const failed = toPlainError(error);
    await noteEnded(context, own, ready.given.map((vault) => ({ vault, failed })));
    if (logged && error instanceof HikaeError) await state.finishLog(error.exit, error.message);
    throw error;
  } finally {
    crew?.end();
    state.close();
  }
}

/** Opens the log that a job's run is told in. */
async function openLog(
  { parsed }: Context,
  { job = "", logJob = job, keepLogs }: BackupPlan,
  { state, stateReady }: StateOf,
): Promise<void> {
  await stateReady;
  await state.openLog(logJob, keepLogs, parseStamp(parsed.get("log-as") ?? ""));
}

/** The plan for the vaults that have a place; without any, one with a problem. */
function prepared(plan: BackupPlan, writes: boolean): BackupPlan {
  const lost = [...plan.lost, ...plan.prepare(writes)];
  const vaults = plan.request.vaults.filter((v) => lost.every((l) => l.given !== v.given));
  const first = plan.given.map((g) => lost.find((l) => l.given === g)).find((l) => l !== undefined);
  return {
    ...plan,
    lost,
    request: { ...plan.request, vaults },
    ...(vaults.length > 0 || first === undefined ? {} : { problem: first.error }),
  };
}

function warnOfLog(context: Context, problem: string | undefined): void {
  if (problem !== undefined) context.tell(text("log.not-written", { problem }));
}

/** What writes the state directory, and when it can. */
interface StateOf {
  state: StateDir;
  stateReady: Promise<void>;
  /** Where each vault is, or would be: found out while main has the right to look. */
  keys: ReadonlyMap<string, string>;
  /** How many plugins had failed when the run was thrown out of its way. */
  pluginsFailed: number;
}

/**
 * Notes the vaults whose run failed: it may have left no record there. Not where another run held the vault, which is
 * the one that counts; nor of a moving in, whose refusal says nothing about the backups of a vault.
 */
async function noteEnded(
  { clock, command, parsed }: Context,
  { state, stateReady, keys, pluginsFailed }: StateOf,
  outcomes: readonly Pick<PlainOutcome, "vault" | "failed">[],
): Promise<void> {
  if (parsed.has("dry-run") || parsed.has("explain-permissions")) return;
  if (command.name === "import" || command.name === "adopt") return;
  const plugins = pluginsFailed === 0 ? {} : { plugins_failed: pluginsFailed };
  const notes = outcomes.flatMap(({ vault, failed }) =>
    failed === undefined || failed.id === "locked" || failed.id === "usage"
      ? []
      : [[keys.get(vault) ?? vault, { ...noteOf(failed, clock.now()), ...plugins }] as const]
  );
  if (notes.length === 0) return;
  await stateReady;
  await state.noteEnded(Object.fromEntries(notes));
}

async function runWithPlugins(
  context: Context,
  plan: BackupPlan,
  own: StateOf,
  crew: EngineThreads | undefined,
): Promise<number> {
  const explaining = explains(context);
  if (plan.plugins.length === 0 || explaining) {
    if (plan.problem !== undefined) throw plan.problem;
    const code = await runOnce(context, plan, plan.request, { ...own, crew });
    if (!explaining) return code;
    const { grantsOf } = await loadModule<typeof import("../plugin/plugin_start.ts")>(PLUGINS);
    const { source, vaults } = plan.request;
    const run = { source, vaults: vaults.map((v) => v.root) };
    const baseDir = plan.configFile === undefined ? context.cwd : dirname(plan.configFile);
    for (const p of plan.plugins) {
      const grants = grantsOf(p, { run, baseDir });
      explainThread(context, `plugin ${p.path}`, { source: [], ...grants });
    }
    return code;
  }
  const { openBackupPlugins } = await loadModule<typeof import("./backup_plugins.ts")>(
    BACKUP_PLUGINS,
  );
  const opening = openBackupPlugins(context, plan, own.state);
  const early = startEarly(context, plan);
  const plugins = await opening.catch((error) => {
    early?.end();
    throw error;
  });
  const held = deferSummaries(context, () => plugins.failures.length);
  try {
    if (plan.problem !== undefined) throw plan.problem;
    const request = await plugins.before();
    if (request === undefined) return await ended(context, plan, own, plugins, EXIT.ok);
    const watched: Context = {
      ...held.context,
      emit: (m) => {
        plugins.watch(m);
        held.context.emit(m);
      },
    };
    const crew = request.source === plan.request.source ? early : undefined;
    const code = await runOnce(watched, plan, request, { ...own, plugins, crew });
    await plugins.after(code);
    return await ended(context, plan, own, plugins, code);
  } catch (error) {
    await plugins.failed(error);
    own.pluginsFailed = plugins.failures.length;
    throw error;
  } finally {
    held.release();
    early?.end();
    await plugins.close();
    await own.state.settled();
  }
}

/** The exit code of a run, and a note for `status` of the plugins that failed in it. */
async function ended(
  { clock, parsed }: Context,
  plan: BackupPlan,
  { state, stateReady, keys }: StateOf,
  plugins: BackupPlugins,
  code: number,
): Promise<number> {
  const exit = plugins.exitWith(code);
  if (plugins.failures.length === 0 || parsed.has("dry-run")) return exit;
  const note = failuresNote(plugins.failures, exit, clock.now());
  await stateReady;
  // a vault whose run failed has a note of its own, which counts for more
  const fine = plan.given.filter((vault) => !plugins.hasFailed(vault));
  await state.noteEnded(Object.fromEntries(fine.map((v) => [keys.get(v) ?? v, note])));
  return exit;
}

/** What a run has besides its request. */
interface RunHelpers extends StateOf {
  plugins?: BackupPlugins;
  crew: EngineThreads | undefined;
}

async function runOnce(
  context: Context,
  plan: BackupPlan,
  request: BackupRequest,
  { plugins, crew, ...own }: RunHelpers,
): Promise<number> {
  for (const { given, error } of plan.lost) context.emit(lostMessage(given, error));
  const remember = rememberer(context, own.state, plan.request.source);
  // before main gives up the right to start a program
  const { helper, without } = await attributesFor(context, request);
  const hider = request.dryRun || explains(context)
    ? undefined
    : hiderFor(request.vaults, context.env);
  const outcomes = await runEngine(context, {
    ...crewOf(context, request),
    beside: own.stateReady,
    ...(hider === undefined ? {} : { onMessage: hider.watch }),
    request: {
      ...request,
      ...defined({ way: wayTo(request.source) }),
      attributes: helper !== undefined,
      watched: isWatched(context),
    },
    answers: {
      met: remember,
      ...(helper === undefined ? {} : { attributes: (call) => helper.answer(call) }),
      ...(plugins === undefined ? {} : { filter: (q) => plugins.filter(q) }),
    },
  }, crew).finally(async () => {
    helper?.close();
    await hider?.end();
  });
  if (outcomes === undefined) return EXIT.ok;
  if (!request.dryRun) await own.state.remember(goodRuns(context, request, outcomes));
  plugins?.made(outcomes);
  const all = plan.given.map((given): PlainOutcome => {
    const error = plan.lost.find((l) => l.given === given)?.error;
    const failed = error === undefined ? undefined : toPlainError(error);
    return outcomes.find((o) => o.vault === given) ??
      { vault: given, stamp: undefined, errors: 0, failed };
  });
  await noteEnded(context, own, all);
  const code = exitOf(all);
  return code === EXIT.ok && without ? EXIT.incomplete : code;
}

/** What is to be known of the vaults when they are not there. */
function goodRuns(
  { clock }: Context,
  request: BackupRequest,
  outcomes: readonly PlainOutcome[],
): KnownVaults {
  const time = new Date(clock.now()).toISOString();
  const known: KnownVaults = {};
  for (const { vault, stamp, id, failed } of outcomes) {
    const asked = request.vaults.find((v) => v.given === vault);
    if (asked === undefined || stamp === undefined || failed !== undefined) continue;
    const { volume } = asked;
    known[asked.root] = {
      source: request.originalSource ?? request.source,
      seen: time,
      ...defined({ id, volume }),
      good: { stamp, time },
    };
  }
  return known;
}

function explains({ parsed }: Context): boolean {
  return parsed.has("explain-permissions");
}

/** What reads attributes, where those are asked for; `without` where it is missing, which is said. */
async function attributesFor(
  context: Context,
  request: BackupRequest,
): Promise<{ helper?: Helper; without: boolean }> {
  if (request.attributes !== true || request.dryRun) return { without: false };
  const { attributePrograms, readingHelper } = await loadModule<
    typeof import("../attributes/programs.ts")
  >(ATTRIBUTES);
  const programs = attributePrograms("keep");
  if ("missing" in programs) {
    context.emit({ message_type: "note", message: programs.missing });
    return { without: true };
  }
  if (explains(context)) {
    const run = [...programs.starts];
    explainThread(context, "attributes", { read: [request.source], run });
    return { without: false };
  }
  return { helper: readingHelper(programs, request.source, request.vaults.length), without: false };
}

function lostMessage(vault: string, error: HikaeError): Message {
  const { id, message, path = vault, hint } = toPlainError(error);
  return {
    message_type: "error",
    path,
    during: "backup",
    code: id,
    message,
    vault,
    ...defined({ hint }),
  };
}

/**
 * Starts the threads of a run while other threads or its plugins start. Not where a plugin will have another place read,
 * nor for a run with a scout, which a filter leaves no use for; who needs threads that cannot be started meets why.
 */
function startEarly(
  context: Context,
  { plugins, problem, request }: BackupPlan,
): EngineThreads | undefined {
  const isElsewhere = plugins.some((p) => p.path === SNAPSHOT_SOURCE.path);
  if (problem !== undefined || explains(context) || isElsewhere) return undefined;
  const asked = crewOf(context, request);
  if (asked.scouted === true) return undefined;
  try {
    return startCrew(asked);
  } catch {
    return undefined;
  }
}

/** What is read: the source, or all copies of a series. */
function sourcesOf({ source, series }: BackupRequest): string[] {
  return series === undefined ? [source] : series.map((item) => item.source);
}

/** True for copies that become a vault, or go into one. */
function isMovingIn({ adopt, series }: BackupRequest): boolean {
  return adopt === true || series !== undefined;
}

/** What the engine is asked for: its thread has the code of this alone. */
function commandOf({ adopt, series, dryRun }: BackupRequest): BackupCommand {
  if (adopt === true) return "adopt";
  if (series !== undefined) return "import";
  return dryRun ? "backupPlan" : "backup";
}

/** The threads of a run. */
function crewOf(context: Context, request: BackupRequest): ThreadsAsked<BackupCommand> {
  return {
    command: commandOf(request),
    // a copy that is looked at is not written to; the vaults of a backup may be no further than to be made
    access: isMovingIn(request) && request.dryRun ? "lookSource" : "backup",
    roots: { source: sourcesOf(request), vault: request.vaults.map((v) => v.root) },
    index: request.index ?? {},
    ...(request.unscoped ? { unscoped: true } : {}),
    ...lanesOf(request),
    scouted: isWatched(context) && !request.dryRun && !request.filtered &&
      request.series === undefined &&
      (request.checksum || request.vaults.some((v) => !v.known)),
  };
}

/** The threads that share a run, and those that may. */
function lanesOf(request: BackupRequest): LanesNeeded {
  if (request.dryRun || request.series !== undefined) return { lanes: 0, spare: 0 };
  return lanesNeeded({
    vaults: request.vaults.map((v) => v.root),
    places: request.index ?? {},
    far: request.vaults.some((v) => v.far === true),
    filtered: request.filtered === true,
  });
}

/** The exit code of a run: the first vault's when all failed, 3 when some did or something was left out. */
function exitOf(outcomes: readonly PlainOutcome[]): number {
  const failed = outcomes.filter((o) => o.failed !== undefined);
  const first = failed[0]?.failed;
  if (first !== undefined && failed.length === outcomes.length) return ERRORS[first.id];
  return failed.length > 0 || outcomes.some((o) => o.errors > 0) ? EXIT.incomplete : EXIT.ok;
}
