/** `snapshot restore`: the files of a portable snapshot back on the disk. @module */

import { EXIT } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import type { SnapshotRestoreResult } from "../../portable/restore.ts";
import type { Context, RunCommand } from "../command.ts";
import { runEngine } from "../engine.ts";
import { linkMaker } from "../link_maker.ts";
import { noArguments, outputPlace, required, snapshotFile } from "./snapshot_places.ts";
import { refuseInsideVault, VAULT_MARK } from "../places/enclosing_vault.ts";
import { countsText } from "./snapshot_take.ts";
import { sayDone } from "../output.ts";
import { text } from "../../text/text.ts";

/** Runs `snapshot restore`. */
export const run: RunCommand = async (context) => {
  noArguments(context);
  required(context, "snapshot-file");
  const output = outputPlace(context, required(context, "output-directory"));
  refuseInsideVault(output.path);
  const file = snapshotFile(context);
  const dry = context.parsed.has("dry-run");
  const result = await runEngine(context, {
    command: "snapshotRestore",
    access: "portableRestore",
    roots: { snapshots: [file.path], target: [output.grant] },
    // links can only be made by a thread whose rights are not narrowed to paths
    keep: dry ? [] : ["read", "write"],
    answers: linkMaker(context, output.path),
    request: {
      snapshot: file.path,
      name: file.name,
      output: output.path,
      mark: VAULT_MARK,
      dryRun: dry,
    },
  });
  if (result === undefined) return EXIT.ok;
  tellRestored(context, output.path, result);
  return result.errors === 0 ? EXIT.ok : EXIT.incomplete;
};

function tellRestored(context: Context, output: string, result: SnapshotRestoreResult): void {
  const dry = context.parsed.has("dry-run");
  const { files, directories, links, bytes, errors, duration } = result;
  if (context.json) {
    context.emit({
      message_type: "summary",
      action: "snapshot restore",
      dry_run: dry,
      output,
      files,
      directories,
      links,
      bytes,
      errors,
      snapshot_errors: result.snapshot.errors,
      total_duration: duration,
    });
    return;
  }
  const all = `${countsText({ files, directories, links })}, ${formatSize(bytes)}`;
  const id = dry ? "portable.would-be-restored" : "portable.restored";
  sayDone(context, text(id, { path: output, all }));
  if (result.snapshot.errors === 0) return;
  context.tell(
    text("portable.lacks", {
      errors: text("summary.plain-errors", { n: result.snapshot.errors }),
    }),
  );
}
