/**
 * Copies a finished vault to another place with rclone: to a cloud, over SSH, to another disk; any of rclone's
 * remotes. The copy is a vault itself: bring it back with rclone and restore from it.
 *
 * ```jsonc
 * {
 *   "path": "hikae:replicate",
 *   "allow": { "run": ["rclone"] },
 *   "options": { "remote": "cloud:backups/documents" },
 *   "timeout": "12h"                                  // for one upload; the default of 30 s is too short
 * }
 * ```
 *
 * `remote` is what `rclone config` set up; the secrets stay in rclone's own config. A config with a password
 * takes it from RCLONE_CONFIG_PASS, when `allow` has `"env": ["RCLONE_CONFIG_PASS"]`.
 *
 * The remote becomes equal to the vault (`rclone sync`): what the vault no longer has goes there too, and only
 * after a run that ended well. `archive` keeps such files in another place of the same remote instead;
 * `maxDelete` stops a copy that would remove too much.
 *
 * Wants: `run` for rclone; on Windows `env` for APPDATA, where rclone's config is. rclone is not in the sandbox.
 * @module
 */

import type { BackupResult, Outcome, Permissions, Plugin } from "../src/plugins/api.ts";
import { programRunner } from "./lib/program.ts";

interface Options {
  remote?: string;
  vault?: string;
  archive?: string;
  maxDelete?: number;
  on?: Outcome[];
  rclone?: string;
  args?: string[];
}

/** The lock is the run's own; on Windows nobody else can read it. */
const LOCKS = ["--exclude=/.$META$/lock", "--exclude=/.$META$/lock.json"];

export default {
  name: "replicate",
  version: "1.0.0",
  description: "copies a finished vault to any remote of rclone",
  options: {
    remote: "where to copy to, as rclone names it: remote:path",
    vault: "which vault, its absolute path (default: the first of the run that went well)",
    archive: "remote:path that keeps what the copy replaces and removes, instead of losing it",
    maxDelete: "stop a copy that would remove more files than this",
    on: "the outcomes after which to copy (default done and incomplete)",
    rclone: 'the program (default "rclone")',
    args: "more arguments for rclone, as --bwlimit=1M or --config=/path/rclone.conf",
  },
  permissions: ({ rclone }): Permissions => ({
    run: [rclone ?? "rclone"],
    ...(Deno.build.os === "windows" ? { env: ["APPDATA"] } : {}),
  }),
  async preBackup({ options }): Promise<void> {
    remoteOf(options); // told before the run, not hours later
    const program = options.rclone ?? "rclone";
    await programRunner(AbortSignal.timeout(20_000))({ program, args: ["version"] });
  },
  async postBackup(result, host): Promise<void> {
    const { options, outcome } = result;
    if (result.dryRun || !(options.on ?? ["done", "incomplete"]).includes(outcome)) return;
    const vault = vaultOf(result);
    if (vault === undefined) return host.log("warn", "no vault of this run is fit to be copied");
    const remote = remoteOf(options);
    const run = programRunner(host.signal);
    const started = Date.now();
    const rclone = (args: string[]): Promise<string> =>
      run({ program: options.rclone ?? "rclone", args: [...args, ...(options.args ?? [])] });
    try {
      await takePlace(rclone, vault, remote);
      await run({ program: options.rclone ?? "rclone", args: syncArguments(vault, options) });
    } catch (error) {
      // rclone repeats its arguments, and a remote may be written out with its password.
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(said.replaceAll(remote, labelOf(remote)));
    }
    const seconds = Math.round((Date.now() - started) / 1000);
    host.log("info", `${vault} is copied to ${labelOf(remote)} (${seconds} s)`);
  },
} satisfies Plugin<Options>;

function remoteOf({ remote }: Options): string {
  if (typeof remote === "string" && remote !== "" && !remote.startsWith("-")) return remote;
  throw new Error('no remote: set the option "remote" to what rclone calls it, as cloud:backups');
}

/** A vault that failed is not copied: what it lacks would go at the remote. */
function vaultOf({ options, summaries }: BackupResult<Options>): string | undefined {
  const well = summaries.filter((s) => s.failure === undefined).map((s) => s.vault);
  return options.vault === undefined ? well[0] : well.find((vault) => vault === options.vault);
}

/** Where a vault says which one it is. */
const MARK = ".$META$/vault.json";

/** What the copy would remove at the remote must be an older copy of this very vault: nothing else is there, or it stops. */
async function takePlace(
  rclone: (args: string[]) => Promise<string>,
  vault: string,
  remote: string,
): Promise<void> {
  const mark = /[:/\\]$/.test(remote) ? remote + MARK : `${remote}/${MARK}`;
  const own = idOf(await rclone(["cat", `${vault}/${MARK}`]));
  if (own === undefined) throw new Error(`${vault} does not say which vault it is`);
  const there = idOf(await orNothing(rclone(["cat", mark])));
  if (there === own) return;
  if (there !== undefined) {
    throw new Error(
      `a copy of another vault is at ${remote}: name a place of its own for this one`,
    );
  }
  if ((await orNothing(rclone(["lsf", "--max-depth=1", remote]))) !== "") {
    throw new Error(`what is at ${remote} is no copy of a vault: name an empty place for it`);
  }
  // first of all, so that a copy that was cut off is known again
  await rclone(["copyto", `${vault}/${MARK}`, mark]);
}

/** What rclone prints, or nothing where it finds neither directory (3) nor file (4). */
async function orNothing(printed: Promise<string>): Promise<string> {
  try {
    return await printed;
  } catch (error) {
    if (error instanceof Error && / ended with [34]: .*not found/.test(error.message)) return "";
    throw error;
  }
}

function idOf(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === "string" && id !== "" ? id : undefined;
  } catch {
    return undefined;
  }
}

function syncArguments(vault: string, options: Options): string[] {
  const { archive, maxDelete } = options;
  return [
    "sync",
    "--log-format=", // no time before its messages: hikae has one
    "--links", // a link is copied as a link
    "--create-empty-src-dirs",
    ...LOCKS,
    ...(archive === undefined ? [] : [`--backup-dir=${archive}`]),
    ...(maxDelete === undefined ? [] : [`--max-delete=${maxDelete}`]),
    ...(options.args ?? []),
    "--",
    vault,
    remoteOf(options),
  ];
}

/** The name of a remote without the settings that may stand in it (`:sftp,host=…,pass=…:path`). */
function labelOf(remote: string): string {
  const settings = remote.indexOf(",");
  return settings < 0 ? remote : `${remote.slice(0, settings)},…`;
}
