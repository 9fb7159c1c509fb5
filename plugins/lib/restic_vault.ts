/** One snapshot of a vault in a restic repository, taken again when a writer came between. @module */

import { type Restic, ResticFailure } from "./restic.ts";
import { say } from "./restic_words.ts";
import { sleep } from "./sleep.ts";

/** What is to be taken in. */
export interface VaultBackup {
  vault: string;
  /** Which vault it is. */
  id: string;
  /** The host that its snapshots belong to. */
  hostName: string;
  tags: readonly string[];
  /** The run that was just made. */
  stamp: string | undefined;
  /** Further patterns to leave out. */
  exclude: readonly string[];
  /** A snapshot that came out wrong may be removed again. */
  mayForget: boolean;
}

/** What came of it. */
export interface Taken {
  snapshot: string;
  /** Bytes that the repository did not have. */
  added: number;
  /** Why it is not whole. */
  unread?: string;
}

/** What hikae does for it. */
export interface TakerHost {
  log(level: "debug", message: string): void;
  progress(done: {
    part?: number;
    bytes?: number;
    totalBytes?: number;
    files?: number;
    totalFiles?: number;
  }): void;
  readonly signal: AbortSignal;
}

/** Rules as a job's `keep` has them. */
export interface Rules {
  last?: number;
  hourly?: number;
  daily?: number;
  weekly?: number;
  monthly?: number;
  yearly?: number;
  within?: string;
}

/** The lock is the run's own; temporary files and an index are of no worth elsewhere. */
const LEFT_OUT = ["lock", "lock.json", "catalog.db*", "$TMP@*"];

/** Looks at a vault that changes meanwhile so often, then gives up. */
const ROUNDS = 6;
const WAIT_MS = 2000;

/** Takes a snapshot of the vault as it is when nobody writes into it. */
export async function backupVault(
  restic: Restic,
  backup: VaultBackup,
  host: TakerHost,
): Promise<Taken> {
  let known = backup.stamp;
  for (let round = 1;; round++) {
    const taken = await takeOnce(restic, backup, host);
    const look = await lookBack(restic, backup, taken.snapshot);
    const alone = known === undefined || (look.newest ?? "") <= known;
    if (alone && !look.changed) return taken;
    known = look.newest ?? known;
    if (round === ROUNDS || host.signal.aborted) {
      throw new Error(
        say("all-the-time", { vault: backup.vault, snapshot: taken.snapshot }),
      );
    }
    host.log("debug", say("again"));
    await sleep(WAIT_MS * round, host.signal);
    if (backup.mayForget) await restic.run(["forget", taken.snapshot]);
  }
}

async function takeOnce(restic: Restic, backup: VaultBackup, host: TakerHost): Promise<Taken> {
  const args = [
    "backup",
    "--json",
    "--host",
    backup.hostName,
    ...backup.tags.flatMap((tag) => ["--tag", tag]),
    ...LEFT_OUT.flatMap((name) => ["--exclude", `.$META$/${name}`]),
    ...backup.exclude.flatMap((pattern) => ["--exclude", pattern]),
    backup.vault,
  ];
  try {
    return takenOf(await restic.run(args, (line) => tell(line, host)));
  } catch (error) {
    if (!(error instanceof ResticFailure) || error.fault !== "incomplete") throw error;
    return { ...takenOf(error.printed), unread: error.message };
  }
}

interface Summary {
  message_type?: string;
  snapshot_id?: string;
  data_added?: number;
  files_new?: number;
  files_changed?: number;
}

function takenOf(printed: string): Taken {
  const { snapshot_id: snapshot, data_added: added = 0 } = summaryOf(printed);
  if (snapshot === undefined) throw new Error(say("no-snapshot"));
  return { snapshot: snapshot.slice(0, 8), added };
}

function summaryOf(printed: string): Summary {
  for (const line of printed.split("\n").reverse()) {
    if (!line.includes('"message_type":"summary"')) continue;
    return JSON.parse(line) as Summary;
  }
  return {};
}

function tell(line: string, host: TakerHost): void {
  if (!line.startsWith('{"message_type":"status"')) return;
  const s = JSON.parse(line) as Record<string, number | undefined>;
  host.progress({
    ...(s["percent_done"] === undefined ? {} : { part: s["percent_done"] }),
    ...(s["bytes_done"] === undefined ? {} : { bytes: s["bytes_done"] }),
    ...(s["total_bytes"] === undefined ? {} : { totalBytes: s["total_bytes"] }),
    ...(s["files_done"] === undefined ? {} : { files: s["files_done"] }),
    ...(s["total_files"] === undefined ? {} : { totalFiles: s["total_files"] }),
  });
}

/** What shows that somebody wrote into the vault while it was read. */
interface LookBack {
  /** The newest run that the snapshot has a record of. */
  newest: string | undefined;
  /** That run is not over, or the records are not what they were when restic read them. */
  changed: boolean;
}

async function lookBack(
  restic: Restic,
  { vault, stamp, hostName }: VaultBackup,
  snapshot: string,
): Promise<LookBack> {
  const separator = /^[A-Za-z]:\\|^\\\\/.test(vault) ? "\\" : "/";
  const runs = [vault.replace(/[/\\]+$/, ""), ".$META$", "runs"].join(separator);
  const listed = await restic.run(["ls", "--json", snapshot, inSnapshot(runs)]);
  const stamps = [...listed.matchAll(/"name":"(\d{8}_\d{6})\.jsonl"/g)].map((m) => m[1] ?? "");
  const newest = stamps.sort().at(-1);
  if (newest !== undefined && newest !== stamp) {
    const record = `${inSnapshot(runs)}/${newest}.jsonl`;
    if (await isUnfinished(restic, snapshot, record)) return { newest, changed: true };
  }
  if (!await restic.isAtLeast(0, 13)) return { newest, changed: false };
  const parent = ["--parent", snapshot, "--host", hostName];
  const now = summaryOf(await restic.run(["backup", "--dry-run", "--json", ...parent, runs]));
  return { newest, changed: (now.files_new ?? 0) + (now.files_changed ?? 0) > 0 };
}

/** A path as restic names it in a snapshot. */
function inSnapshot(path: string): string {
  return path.replace(/^([A-Za-z]):\\/, "/$1/").replaceAll("\\", "/");
}

async function isUnfinished(restic: Restic, snapshot: string, record: string): Promise<boolean> {
  const last = (await restic.run(["dump", snapshot, record])).trimEnd().split("\n").at(-1) ?? "";
  return !last.includes('"kind":"summary"');
}

/** Rules as restic's flags. */
export function keepFlags(rules: Rules | undefined): string[] {
  if (rules === undefined) return [];
  const counts = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
  return [
    ...counts.flatMap((rule) => rules[rule] === undefined ? [] : [`--keep-${rule}=${rules[rule]}`]),
    ...(rules.within === undefined ? [] : [`--keep-within=${withinOf(rules.within)}`]),
  ];
}

/** A duration as restic writes it: years, months, days and whole hours, never shorter than it was. */
function withinOf(text: string): string {
  const of = (unit: string): number =>
    [...text.matchAll(new RegExp(`(\\d+)${unit}(?![a-z])`, "g"))].reduce(
      (n, m) => n + Number(m[1]),
      0,
    );
  const minutes = of("m") + Math.ceil(of("s") / 60);
  const hours = of("h") + Math.ceil(minutes / 60);
  return `${of("y")}y${of("mo")}m${of("d") + 7 * of("w")}d${hours}h`;
}
