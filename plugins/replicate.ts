/**
 * Copies a finished vault to other places with rclone: to a cloud, over SSH, to another disk; any of rclone's
 * remotes. The copy is a vault itself: mount it, or bring it back with rclone, and every command of hikae works on it.
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
 * `remote` is what `rclone config` set up, or a list of several, which are written side by side; the secrets stay
 * in rclone's own config. A config with a password takes it from RCLONE_CONFIG_PASS, when `allow` has
 * `"env": ["RCLONE_CONFIG_PASS"]`.
 *
 * Only new content is sent: what the vault's records say was moved or became a past version is moved or copied
 * over there first. Content goes first, then metadata, then records, deletions last; cut off at any point and run
 * again it converges. What the records do not say is neither overwritten nor removed: what somebody else changed
 * over there is named (`mend` makes it equal again), and what the vault lost stays there.
 *
 * `archive` keeps what is replaced and removed in another place of the same remote; `maxDelete` stops a copy that
 * would remove too much.
 *
 * Wants: `run` for rclone; on Windows `env` for APPDATA, where rclone's config is. rclone is not in the sandbox.
 * Before rclone 1.72, `"net": ["127.0.0.1"]` lets many moves go through one rclone instead of one each.
 * @module
 */

import type { BackupResult, Host, Outcome, Permissions, Plugin } from "../src/plugins/api.ts";
import { Rclone } from "./lib/rclone.ts";
import { replicate } from "./lib/replica.ts";
import { ABOUT, say } from "./lib/replicate_words.ts";
import { inLanguage, shared } from "./lib/words.ts";

interface Options {
  remote?: string | string[];
  vault?: string;
  archive?: string;
  maxDelete?: number;
  mend?: boolean;
  on?: Outcome[];
  rclone?: string;
  args?: string[];
}

const { description, ...options } = inLanguage(ABOUT);

export default {
  name: "replicate",
  version: "1.0.0",
  description,
  options,
  permissions: ({ rclone }): Permissions => ({
    run: [rclone ?? "rclone"],
    ...(Deno.build.os === "windows" ? { env: ["APPDATA"] } : {}),
  }),
  async preBackup({ options }): Promise<void> {
    remotesOf(options); // told before the run, not hours later
    await rcloneOf(options, AbortSignal.timeout(20_000)).text(["version"]);
  },
  async postBackup(result, host): Promise<void> {
    const { options, outcome } = result;
    if (result.dryRun || !(options.on ?? ["done", "incomplete"]).includes(outcome)) return;
    const vault = vaultOf(result);
    if (vault === undefined) return host.log("warn", shared("none-to-copy"));
    const remotes = remotesOf(options);
    // one that fails does not stop the others
    const ends = await Promise.allSettled(
      remotes.map((remote) => copyTo(remote, vault, result, host)),
    );
    const failures = ends.flatMap((end) =>
      end.status === "rejected" ? [messageOf(end.reason)] : []
    );
    if (failures.length > 0) throw new Error(failures.join("; "));
  },
} satisfies Plugin<Options>;

/** A copy to one place. */
async function copyTo(
  remote: string,
  vault: string,
  { options, remembered = {} }: BackupResult<Options>,
  host: Host,
): Promise<void> {
  const label = labelOf(remote);
  const started = Date.now();
  try {
    const { sent, moved, removed } = await replicate({
      rclone: rcloneOf(options, host.signal),
      vault,
      remote,
      label,
      archive: options.archive,
      maxDelete: options.maxDelete,
      mend: options.mend === true,
      remembered,
      host,
      waitMs: 2000,
    });
    const s = Math.round((Date.now() - started) / 1000);
    host.log("info", say("copied", { vault, label, sent, moved, removed, s }));
  } catch (error) {
    const said = messageOf(error);
    throw new Error(said.includes(label) ? said : `${label}: ${said}`, { cause: error });
  }
}

function rcloneOf(options: Options, signal: AbortSignal): Rclone {
  // rclone repeats its arguments, and a remote may be written out with its password
  const places = [
    ...remotesOf(options),
    ...(options.archive === undefined ? [] : [options.archive]),
  ];
  const masks = new Map(places.map((place) => [place, labelOf(place)]));
  const { rclone = "rclone", args = [] } = options;
  return new Rclone({ program: rclone, args, signal, masks });
}

function remotesOf({ remote }: Options): string[] {
  const all = typeof remote === "string" ? [remote] : Array.isArray(remote) ? remote : [];
  const right = (one: unknown): boolean =>
    typeof one === "string" && one !== "" && !one.startsWith("-");
  if (all.length > 0 && all.every(right)) return [...new Set(all)];
  throw new Error(say("no-remote"));
}

/** A vault that failed is not copied. */
function vaultOf({ options, summaries }: BackupResult<Options>): string | undefined {
  const well = summaries.filter((s) => s.failure === undefined).map((s) => s.vault);
  return options.vault === undefined ? well[0] : well.find((vault) => vault === options.vault);
}

/** The name of a remote without the settings that may stand in it (`:sftp,host=…,pass=…:path`). */
function labelOf(remote: string): string {
  const settings = remote.indexOf(",");
  return settings < 0 ? remote : `${remote.slice(0, settings)},…`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
