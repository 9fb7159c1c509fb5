/** What plugins are told of a run beyond its summary. @module */

import { readVaultFile, vaultFile } from "../places/vault_file.ts";
import { formatDuration } from "../../base/duration.ts";
import type { StatusMessage } from "../../base/event.ts";
import type { Keep } from "../../config/types.ts";
import type { KeepRules, Progress } from "../../plugins/api.ts";
import { parseVaultInfo } from "../../vault/vault_json.ts";
import type { Context } from "../command.ts";

/** The id of a vault; undefined where there is none yet, or it does not say. */
export function vaultId(root: string): string | undefined {
  try {
    return parseVaultInfo(readVaultFile(root), vaultFile(root)).id;
  } catch {
    return undefined;
  }
}

/** The rules of `keep` as plugins see them: durations as text. */
export function keepRules(keep: Keep | undefined): KeepRules | undefined {
  if (keep === undefined) return undefined;
  const { within, deleted, ...counts } = keep;
  return {
    ...counts,
    ...(within === undefined ? {} : { within: formatDuration(within) }),
    ...(deleted === undefined ? {} : { deleted: formatDuration(deleted) }),
  };
}

/** A plugin's progress as a message of the run. */
export function progressMessage(
  plugin: string,
  done: Progress,
  begun: number,
  context: Pick<Context, "clock">,
): StatusMessage {
  const { part, bytes = 0, totalBytes, files = 0, totalFiles } = done;
  return {
    message_type: "status",
    plugin,
    seconds_elapsed: Math.round((context.clock.now() - begun) / 1000),
    ...(part === undefined ? {} : { percent_done: part }),
    files_done: files,
    bytes_done: bytes,
    ...(totalFiles === undefined ? {} : { total_files: totalFiles }),
    ...(totalBytes === undefined ? {} : { total_bytes: totalBytes }),
    error_count: 0,
  };
}
