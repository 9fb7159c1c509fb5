/** The record of a command that is no run: its first line, and one that stands for nothing but what was mended. @module */

import { systemText } from "../base/system_text.ts";
import { runStamp } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import type { OpenVault } from "../vault/open.ts";
import type { RecordHead, RecordKind } from "../vault/record.ts";
import { finishRecord } from "../vault/record_finish.ts";
import { RecordWriter } from "../vault/record_writer.ts";
import { FORMAT } from "../vault/vault_json.ts";
import { lookOptions } from "./open_vault.ts";
import type { EnginePorts } from "./ports.ts";

/** The kinds of records that such commands leave. */
export type MaintainKind = Exclude<RecordKind, "run">;

/** The first line of a record that begins now. */
export function commandHead(
  { clock }: Pick<EnginePorts, "clock">,
  { vault, catalog }: OpenVault,
  told: { kind: MaintainKind; options: Record<string, unknown>; host: string },
): RecordHead {
  const now = clock.now();
  const known = [catalog.newestNote()?.stamp, vault.newestRecord()?.stamp];
  const last = known.filter((s) => s !== undefined).sort().at(-1);
  const { kind, options, host } = told;
  return {
    kind,
    format: FORMAT,
    vault: vault.info.id,
    job: null,
    stamp: runStamp(now, last),
    time: new Date(now).toISOString(),
    source: vault.info.source,
    host,
    options,
  };
}

/**
 * Where what broke off before was mended, and whoever mended it leaves no record of its own: one tells who makes an index of
 * records, as another machine does, that the mended one counts. A later one stands for it otherwise. Gives what should be
 * said; it fails never, for the next writer mends the same again.
 */
export function tellMended(
  ports: EnginePorts,
  open: OpenVault,
  told: { kind: MaintainKind; host: string },
): string[] {
  const { vault, catalog } = open;
  let record: RecordWriter | undefined;
  try {
    const newest = open.lock === undefined || open.stopgap ? undefined : vault.newestRecord();
    if (newest === undefined || vault.lastLine(newest.stamp) !== undefined) return [];
    const head = commandHead(ports, open, { ...told, options: {} });
    record = RecordWriter.start(vault, head);
    const summary = { kind: "summary", time: head.time, versions_removed: 0 } as const;
    const options = lookOptions(ports);
    const error = finishRecord({ vault, catalog, record, head, summary, options, also: () => {} });
    record = undefined;
    return error === undefined ? [] : [text("index.not-written", { cause: systemText(error) })];
  } catch (error) {
    return [text("thinning.record-later", { problem: systemText(error) })];
  } finally {
    record?.abandon();
  }
}

/** The same of a command that leaves no record whatever it does; gives that something was mended, too. */
export function toldMended(
  ports: EnginePorts,
  open: OpenVault,
  { host }: { host: string },
): string[] {
  const { mended } = open;
  const notes = tellMended(ports, open, { kind: "cleanup", host });
  return mended === undefined ? notes : [text("backup.mended", { stamp: mended }), ...notes];
}
