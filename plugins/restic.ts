/**
 * Brings a finished vault into a restic repository: encrypted, deduplicated, compressed, at any place that restic
 * knows (a disk, SFTP, S3, Azure, B2, a REST server, …), many machines in one repository. The way back is
 * `restic restore`; what comes out is the vault, and every command of hikae works on it.
 *
 * ```jsonc
 * {
 *   "path": "hikae:restic",
 *   "allow": { "run": ["restic"], "env": ["RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] },
 *   "options": {
 *     "repository": "s3:https://s3.example.com/backups",
 *     "passwordEnv": "RESTIC_PASSWORD",
 *     "env": ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
 *   },
 *   "timeout": "12h"                                   // for one upload; the default of 30 s is too short
 * }
 * ```
 *
 * Each snapshot has the vault's id, the host and the job as tags. The job's `keep` is applied to the snapshots of this
 * vault on this host and to no others; `"forget": "never"` leaves that out, for a repository that may only be
 * added to. What no snapshot needs is pruned once a week at most, and a sample is checked now and then.
 *
 * Wants: `run` for restic, `env` for the variables named. restic is not in the sandbox: the network is its own.
 * @module
 */

import type {
  BackupResult,
  Host,
  KeepRules,
  Outcome,
  Permissions,
  Plugin,
} from "../src/plugins/api.ts";
import { Restic, ResticFailure } from "./lib/restic.ts";
import { backupVault, keepFlags, type VaultBackup } from "./lib/restic_vault.ts";
import { ABOUT, say } from "./lib/restic_words.ts";
import { inLanguage, shared } from "./lib/words.ts";

interface Options {
  repository?: string;
  passwordEnv?: string;
  passwordFile?: string;
  passwordCommand?: string;
  password?: string;
  insecure?: boolean;
  env?: string[];
  init?: boolean;
  tags?: string[];
  keep?: KeepRules;
  forget?: "job" | "never";
  prune?: "weekly" | "never";
  check?: { every?: number; sample?: string } | "never";
  exclude?: string[];
  limitUpload?: number;
  limitDownload?: number;
  lockWait?: string;
  vault?: string;
  on?: Outcome[];
  restic?: string;
  args?: string[];
}

/** How servers say that nothing may be removed. */
const REFUSED = /\b403\b|forbidden|access ?denied|not allowed|not permitted/i;
const WEEK_MS = 7 * 86_400_000;
const CHECK = { every: 30, sample: "1%" };

const { description, ...options } = inLanguage(ABOUT);

export default {
  name: "restic",
  version: "1.0.0",
  description,
  options,
  permissions: ({ restic, env = [], passwordEnv }): Permissions => ({
    run: [restic ?? "restic"],
    ...(passwordEnv === undefined && env.length === 0
      ? {}
      : { env: [...new Set([...(passwordEnv === undefined ? [] : [passwordEnv]), ...env])] }),
  }),
  async preBackup(run, host): Promise<void> {
    await resticOf(run, host, AbortSignal.timeout(20_000)).version(); // told now, not hours later
  },
  async postBackup(result, host): Promise<void> {
    const { options, outcome } = result;
    if (result.dryRun || !(options.on ?? ["done", "incomplete"]).includes(outcome)) return;
    const backup = vaultOf(result);
    if (backup === undefined) return host.log("warn", shared("none-to-copy"));
    const restic = resticOf(result, host, host.signal);
    try {
      await takeIn(restic, result, host, backup);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(masked(said), { cause: error });
    }
  },
} satisfies Plugin<Options>;

/** Snapshot, forget, prune, check. */
async function takeIn(
  restic: Restic,
  result: BackupResult<Options>,
  host: Host,
  backup: VaultBackup,
): Promise<void> {
  const { options } = result;
  const started = Date.now();
  const done = await orInit(restic, options, () => backupVault(restic, backup, host));
  const s = Math.round((Date.now() - started) / 1000);
  const { snapshot, added } = done;
  host.log("info", say("taken", { vault: backup.vault, snapshot, size: sizeText(added), s }));
  if (done.unread !== undefined) throw new Error(say("nothing-forgotten", { unread: done.unread }));
  const removed = await forget(restic, result, backup);
  await pruneNowAndThen(restic, result, host, removed);
  await checkNowAndThen(restic, result, host);
}

/** Does it; where there is no repository it is made, when that was asked for, and done again. */
async function orInit<T>(restic: Restic, options: Options, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ResticFailure) || error.fault !== "no repository") throw error;
    if (options.init !== true) {
      throw new Error(
        say("no-repository", { repository: options.repository ?? "" }),
        { cause: error },
      );
    }
  }
  await restic.run(["init"]);
  return await work();
}

/** A size as hikae writes it. */
function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [n, unit] = [bytes, 0];
  for (; n >= 1024 && unit < units.length - 1; unit++) n /= 1024;
  return `${unit === 0 ? n : n.toPrecision(3)} ${units[unit]}`;
}

/** Applies the rules to this vault's snapshots of this host; gives how many went. */
async function forget(
  restic: Restic,
  { options, keep }: BackupResult<Options>,
  { id, hostName }: VaultBackup,
): Promise<number> {
  if (options.forget === "never") return 0;
  const flags = keepFlags(options.keep ?? keep);
  if (flags.length === 0) return 0;
  const own = ["--host", hostName, "--tag", id, "--group-by", "host,tags"];
  const said = await restic.run(["forget", "--json", ...own, ...flags]).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    if (!REFUSED.test(why)) throw error;
    throw new Error(say("only-added", { why }), { cause: error });
  });
  const groups = JSON.parse(said.trim().split("\n").at(-1) || "[]") as {
    remove?: unknown[] | null;
  }[];
  return groups.reduce((n, group) => n + (group.remove?.length ?? 0), 0);
}

async function pruneNowAndThen(
  restic: Restic,
  { options, remembered = {} }: BackupResult<Options>,
  host: Host,
  removed: number,
): Promise<void> {
  if (options.forget === "never" || options.prune === "never") return;
  const last = typeof remembered["pruned"] === "number" ? remembered["pruned"] : 0;
  if (removed === 0 && remembered["unpruned"] !== true) return;
  if (Date.now() - last < WEEK_MS) return host.remember("unpruned", true);
  await restic.run(["prune"]);
  host.remember("pruned", Date.now());
  host.remember("unpruned", null);
  host.log("info", say("pruned"));
}

async function checkNowAndThen(
  restic: Restic,
  { options, remembered = {} }: BackupResult<Options>,
  host: Host,
): Promise<void> {
  if (options.check === "never") return;
  const { every, sample } = { ...CHECK, ...options.check };
  const runs = 1 + (typeof remembered["runs"] === "number" ? remembered["runs"] : 0);
  if (runs < every) return host.remember("runs", runs);
  try {
    await restic.run(["check", `--read-data-subset=${sample}`]);
  } catch (error) {
    // a damaged repository is looked at again next time; a lock or a dead line says nothing of it
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(say("check-failed", { why }), { cause: error });
  }
  host.remember("runs", 0);
  host.log("info", say("checked", { sample }));
}

/** A vault that failed is not taken in. */
function vaultOf(result: BackupResult<Options>): VaultBackup | undefined {
  const { options, summaries, vaults, ids = [], host, job } = result;
  const well = summaries.filter((s) => s.failure === undefined);
  const chosen = options.vault === undefined
    ? well[0]
    : well.find((s) => s.vault === options.vault);
  if (chosen === undefined) return undefined;
  const at = vaults.indexOf(chosen.vault);
  const id = ids[at < 0 ? summaries.indexOf(chosen) : at];
  if (typeof id !== "string") throw new Error(shared("which-vault", { vault: chosen.vault }));
  const hostName = host === "" ? "unknown" : host;
  // a comma would make two tags of one
  const tags = [id, hostName, ...(job === undefined ? [] : [job]), ...options.tags ?? []]
    .map((tag) => tag.replaceAll(",", "_"));
  return {
    vault: vaults[at] ?? chosen.vault,
    id,
    hostName,
    tags,
    stamp: chosen.stamp,
    exclude: options.exclude ?? [],
    mayForget: options.forget !== "never",
  };
}

function resticOf(
  { options, host: name }: { options: Options; host: string },
  host: Pick<Host, "env">,
  signal: AbortSignal,
): Restic {
  const { repository, args = [], limitUpload, limitDownload, lockWait = "1m" } = options;
  if (typeof repository !== "string" || repository === "") {
    throw new Error(say("set-repository"));
  }
  return new Restic({
    program: options.restic ?? "restic",
    // not as arguments: everybody on this machine sees those
    env: { RESTIC_REPOSITORY: repository, RESTIC_PROGRESS_FPS: "1", ...passwordOf(options, host) },
    args: [
      ...(limitUpload === undefined ? [] : [`--limit-upload=${limitUpload}`]),
      ...(limitDownload === undefined ? [] : [`--limit-download=${limitDownload}`]),
      ...args,
    ],
    signal,
    lockWaitMs: waitOf(lockWait),
    host: name,
  });
}

function passwordOf(options: Options, host: Pick<Host, "env">): Record<string, string> {
  const { passwordEnv, passwordFile, passwordCommand, password, insecure } = options;
  if (passwordEnv !== undefined) {
    const value = host.env(passwordEnv);
    if (value === undefined || value === "") {
      throw new Error(shared("not-set", { name: passwordEnv }));
    }
    return { RESTIC_PASSWORD: value };
  }
  if (passwordFile !== undefined) return { RESTIC_PASSWORD_FILE: passwordFile };
  if (passwordCommand !== undefined) return { RESTIC_PASSWORD_COMMAND: passwordCommand };
  if (password === undefined) {
    throw new Error(
      say("set-password"),
    );
  }
  if (insecure !== true) {
    throw new Error(
      say("open-password"),
    );
  }
  return { RESTIC_PASSWORD: password };
}

function waitOf(text: string): number {
  const m = /^(\d+)(s|m|h)$/.exec(text);
  if (m === null) throw new Error(say("odd-wait", { given: text }));
  return Number(m[1]) * ({ s: 1000, m: 60_000, h: 3_600_000 }[m[2] ?? ""] ?? 0);
}

/** A repository may have a name and a password in its address. */
function masked(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, "//…@");
}
