/** From the command line, or a job, to the request of a backup. @module */

import { defined } from "../../base/defined.ts";
import { join, parse } from "@std/path";
import { SHARE_MODES, type ShareMode } from "../../base/share_mode.ts";
import { withoutDrive } from "../../base/remote_address.ts";
import { HikaeError, isNotFound } from "../../base/errors.ts";
import { oddPattern, oddTag } from "../../engine/source/patterns.ts";
import type { BackupRequest } from "../../engine/backup/request.ts";
import type { JobPlugin, Keep } from "../../config/types.ts";
import { ownDirs } from "../places/index_places.ts";
import type { AfterRun } from "./follow_up.ts";
import type { Context } from "../command.ts";
import { hostName } from "../host.ts";
import { isFar } from "../places/lane_count.ts";
import { missingParent, parentsMissing } from "../places/missing_parents.ts";
import {
  absolute,
  checkParents,
  isInside,
  isThere,
  makeParents,
  realPlace,
  realPlaceAndRest,
  refuseAddress,
} from "../places/places.ts";
import { placeToday, volumeOf } from "../places/moved_drive.ts";
import { parsePercentOrNone } from "../parse_percent.ts";
import { withSnapshotSource } from "../snapshot/snapshot_source.ts";
import { isAmong, type KnownVaults } from "../../sandbox/state_wire.ts";
import { text } from "../../text/text.ts";
import type { StateDir } from "../state.ts";
import { isInsideMount, refuseNested } from "../places/enclosing_vault.ts";
import { refuseStateInVault } from "../places/state_in_vault.ts";

/** A backup that is ready to run. */
export interface BackupPlan {
  request: BackupRequest;
  /** The job that it comes from. */
  job?: string;
  /** The job whose log it is told in: that of the file, where it has several sources. */
  logJob?: string;
  notes: { message: string; path: string }[];
  plugins: readonly JobPlugin[];
  /** The config file that the job stands in. */
  configFile?: string;
  /** How many logs of the job stay. */
  keepLogs: number;
  /** The job's rules for snapshots, for plugins to know. */
  keep?: Keep;
  /** What is done after a good run. */
  after?: AfterRun[];
  /** Why there can be no run; kept, not thrown, so that the log and the plugins hear of it. */
  problem?: HikaeError;
  /** All vaults that are asked for, as they were given, in their order. */
  given: readonly string[];
  /** Those whose place cannot be had (a drive that is not plugged in); the others go on without them. */
  lost: readonly LostVault[];
  /** Makes what the engine may not make itself: directories above a new vault; without `make` it only looks whether they can be. Gives where that failed. */
  prepare(make: boolean): LostVault[];
}

/** A vault that has no place to be in. */
export interface LostVault {
  given: string;
  error: HikaeError;
}

/** A job that a child of hikae runs; the child makes its own plan, so that one that cannot be stops no other. */
export interface JobRun {
  job: string;
  dryRun: boolean;
  /** What follows a good run. */
  after: AfterRun[];
}

/** What a line asks for: one run in this process, or children. */
export type BackupPlans = { plan: BackupPlan } | { jobs: JobRun[] } | { each: SourceRun[] };

/** A source of several, and the vault that a child of hikae puts it into. */
export interface SourceRun {
  source: string;
  vault: string;
}

const WINDOWS = Deno.build.os === "windows";

/** What a plan is made of. */
export interface PlanOptions {
  source: string;
  vaults: readonly string[];
  exclude: readonly string[];
  excludeIfPresent: readonly string[];
  excludeLargerThan?: number;
  oneFileSystem: boolean;
  checksum: boolean;
  attributes: boolean;
  maxGenerations?: number;
  /** The job's; the flag goes before it. */
  share?: ShareMode;
  /** Likewise. */
  verifyShare?: number;
  job?: string;
  /** The job of the file, where that has several sources. */
  group?: string;
  configFile?: string;
  keepLogs?: number;
  keep?: Keep;
  plugins?: readonly JobPlugin[];
  after?: AfterRun[];
}

/** Resolves paths, refuses what cannot be, and makes the request. */
export function makePlan(context: Context, state: StateDir, o: PlanOptions): BackupPlan {
  const { source, problem } = sourceOf(context.cwd, o.source);
  const notes: BackupPlan["notes"] = [];
  const lost: LostVault[] = [];
  const vaults = vaultsOf(context, o.vaults, { source, known: state.knownVaults(), lost, notes });
  const own = ownDirs(context.env, source);
  notes.push(...oddPatterns(context.cwd, source, o), ...ownInside(own, source));
  const request = requestOf(context, o, { source, vaults, ownDirs: own });
  return {
    request,
    notes,
    plugins: pluginsOf(context, o),
    keepLogs: o.keepLogs ?? 100,
    ...defined({
      keep: o.keep,
      job: o.job,
      logJob: o.group ?? o.job,
      configFile: o.configFile,
    }),
    ...(o.after === undefined || o.after.length === 0 ? {} : { after: o.after }),
    ...defined({ problem }),
    given: o.vaults,
    lost,
    prepare: (make) => parentsOfAll(request, make ? makeParents : checkParents),
  };
}

/** What the plan says of the run, without the places that are looked up for it. */
function requestOf(
  context: Context,
  o: PlanOptions,
  places: Pick<BackupRequest, "source" | "vaults" | "ownDirs">,
): BackupRequest {
  const { parsed } = context;
  return {
    ...places,
    rules: {
      exclude: o.exclude,
      excludeIfPresent: o.excludeIfPresent,
      oneFileSystem: o.oneFileSystem,
      ...defined({ excludeLargerThan: o.excludeLargerThan }),
    },
    ...defined({ maxGenerations: o.maxGenerations, job: o.job }),
    checksum: o.checksum,
    ...(parsed.has("check-mirror") ? { checkMirror: true } : {}),
    ...(o.attributes && !parsed.has("dry-run") ? { attributes: true } : {}),
    share: SHARE_MODES.find((mode) => mode === parsed.get("share")) ?? o.share ?? "auto",
    ...shareOf(o.verifyShare, parsed.get("verify-share")),
    allowMassChange: parsed.has("allow-mass-change"),
    init: parsed.has("init"),
    dryRun: parsed.has("dry-run"),
    flush: context.env("HIKAE_FLUSH") !== "off",
    host: hostName(),
    command: "backup",
    pid: Deno.pid,
    windows: WINDOWS,
    filtered: false,
  };
}

/** The vaults whose places can be had; what is odd of one is noted, what has no place is lost. */
function vaultsOf(
  context: Context,
  all: readonly string[],
  { notes, ...beside }: Omit<RequestedVault, "given" | "note"> & { notes: BackupPlan["notes"] },
): BackupRequest["vaults"] {
  const { source, known } = beside;
  const vaults = all.flatMap((given) => {
    const note = (message: string): void => void notes.push({ message, path: given });
    const root = placeOf(context, { ...beside, given, note });
    if (root === undefined) return [];
    checkPlaces(source, root, given, notes);
    const volume = volumeOf(root);
    const far = isFar(root) ? { far: true as const } : {};
    const isKnown = isAmong(known, root, WINDOWS);
    return [{ root, given, known: isKnown, ...far, ...defined({ volume }) }];
  });
  checkTwice(vaults);
  return vaults;
}

function oddPatterns(cwd: string, source: string, o: PlanOptions): BackupPlan["notes"] {
  const sources = [absolute(cwd, o.source), source];
  const noted = (path: string, message: string | undefined): BackupPlan["notes"] =>
    message === undefined ? [] : [{ message, path }];
  return [
    ...o.exclude.flatMap((path) => noted(path, oddPattern(path, sources, WINDOWS))),
    ...o.excludeIfPresent.flatMap((name) => noted(name, oddTag(name, WINDOWS))),
  ];
}

function ownInside(own: readonly string[], source: string): BackupPlan["notes"] {
  const path = own.find((dir) => isInside(dir, source, WINDOWS));
  if (path === undefined) return [];
  const isSource = isInside(source, path, WINDOWS);
  return [{ message: text(isSource ? "index.state-is-source" : "index.state-in-source"), path }];
}

/** Does `each` for the directories above new vaults; gives the vaults where that failed. */
function parentsOfAll(
  { vaults, init }: BackupRequest,
  each: (root: string) => void,
): LostVault[] {
  const failed: LostVault[] = [];
  for (const v of vaults) {
    if (!v.known || init) keep(failed, v.given, () => each(v.root));
  }
  return failed;
}

/** The real path of the source; where it is not to be had, the path as it was given, and why. */
function sourceOf(cwd: string, given: string): { source: string; problem?: HikaeError } {
  try {
    const source = realPlace(cwd, given, "source_missing", "source");
    if (!Deno.lstatSync(source).isDirectory) {
      throw new HikaeError("source_missing", text("backup.source-no-dir"), {
        path: given,
        hint: text("backup.source-no-dir-hint"),
      });
    }
    refuseSpecial(source, given, "source_missing");
    return { source };
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    return { source: absolute(cwd, given), problem: error };
  }
}

/** A vault that is asked for, and what is known beside it. */
interface RequestedVault {
  given: string;
  /** The real path of the source. */
  source: string;
  known: KnownVaults;
  lost: LostVault[];
  note: (message: string) => void;
}

/** The real place of a vault; where it cannot be had, that is kept for this vault alone. */
function placeOf(
  { cwd, env, parsed }: Context,
  { given, source, known, lost, note }: RequestedVault,
): string | undefined {
  // what is no path at all is mended on the line, before anything runs
  refuseAddress(given);
  const no = WINDOWS ? withoutDrive(given, parse(cwd).root.replace(/[\\/]$/, "")) : undefined;
  if (no !== undefined) throw new HikaeError("usage", no.problem, { path: given, hint: no.hint });
  const init = parsed.has("init");
  const root = keep(lost, given, () => {
    const seen = isAmong(known, absolute(cwd, given), WINDOWS);
    const today = seen && !init ? placeToday({ cwd, known, note }, given) : undefined;
    try {
      const place = realPlaceAndRest(cwd, today ?? given);
      const root = join(place.real, ...place.missing);
      refuseSpecial(root, given, "failed");
      refuseNested(root, given);
      const parent = init || isAmong(known, root, WINDOWS)
        ? undefined
        : missingParent(place, source, env);
      if (parent !== undefined) throw parentsMissing(given, parent);
      return root;
    } catch (error) {
      throw seen ? driveGone(given, error) : init ? error : driveMissing(given, error);
    }
  });
  // before what is known of runs is written there
  if (root !== undefined) refuseStateInVault(env, root, given);
  return root;
}

/** A drive of Windows that is not plugged in, for a vault that was never seen; an odd name is no missing drive. */
function driveMissing(given: string, error: unknown): unknown {
  if (!WINDOWS || !(error instanceof HikaeError) || !isNotFound(error.cause)) return error;
  const { root } = parse(absolute("", given));
  return isThere(root) ? error : parentsMissing(given, root);
}

/** The guard against a drive that is not plugged in: on Windows its letter is gone, and no directory is left to be empty. */
function driveGone(given: string, error: unknown): unknown {
  if (!(error instanceof HikaeError) || !isNotFound(error.cause)) return error;
  return new HikaeError(
    "guard_empty_vault",
    text("vault.drive-gone"),
    {
      path: given,
      hint: text("vault.drive-gone-hint"),
      cause: error,
    },
  );
}

/** Does `work` for a vault; what hikae says against it is kept for that vault alone. */
function keep<T>(lost: LostVault[], given: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    lost.push({ given, error });
    return undefined;
  }
}

function shareOf(
  job: number | undefined,
  flag: string | undefined,
): Pick<BackupRequest, "verifyShare"> {
  const share = flag === undefined ? job : parsePercentOrNone(flag, "backup: --verify-share");
  return share === undefined || share === 0 ? {} : { verifyShare: share };
}

/** Deno opens what lies there only for a program that has every right, and hikae has not. */
function refuseSpecial(real: string, given: string, id: "source_missing" | "failed"): void {
  if (Deno.build.os !== "linux" || !/^\/(dev|proc|sys)(\/|$)/.test(real)) return;
  throw new HikaeError(id, text("place.outside-sandbox"), {
    path: given,
    hint: text("place.outside-sandbox-hint"),
  });
}

/** A source is taken from a file-system snapshot through the door that every plugin has. */
function pluginsOf(context: Context, o: PlanOptions): readonly JobPlugin[] {
  const plugins = o.plugins ?? [];
  return context.parsed.has("snapshot-source") ? withSnapshotSource(plugins) : plugins;
}

function checkPlaces(
  source: string,
  root: string,
  given: string,
  notes: BackupPlan["notes"],
): void {
  if (isInside(source, root, WINDOWS) || isInsideMount(source, root)) {
    throw new HikaeError("usage", text("backup.source-in-vault"), {
      path: given,
      hint: text("backup.source-in-vault-hint"),
    });
  }
  if (isInside(root, source, WINDOWS)) {
    notes.push({
      message: text("backup.vault-in-source"),
      path: given,
    });
  }
}

function checkTwice(vaults: BackupRequest["vaults"]): void {
  vaults.forEach((v, i) => {
    const other = vaults.find((w, j) => j !== i && isInside(v.root, w.root, WINDOWS));
    if (other === undefined) return;
    throw new HikaeError("usage", text("backup.vault-twice"), {
      path: v.given,
      hint: text("backup.vault-twice-hint"),
    });
  });
}
