/** `snapshot restore`: the files of a portable snapshot back on the disk. @module */

import { EXIT } from "../base/errors.ts";
import { formatSize } from "../base/size.ts";
import type { RunCommand } from "./command.ts";
import { PortableEngine } from "./portable_engine.ts";
import { noArguments, outputPlace, required, snapshotFile } from "./snapshot_places.ts";
import { refuseInsideVault, VAULT_MARK } from "./enclosing_vault.ts";
import { countsText } from "./snapshot_take.ts";
import { sayDone } from "./say_done.ts";
import { text } from "../text/text.ts";

/** Runs `snapshot restore`. */
export const run: RunCommand = async (context) => {
  noArguments(context);
  required(context, "snapshot-file");
  const output = outputPlace(context, required(context, "output-directory"));
  refuseInsideVault(output.path);
  const file = snapshotFile(context);
  const dry = context.parsed.has("dry-run");
  const places = { snapshots: [file.path], target: [output.grant] };
  const engine = new PortableEngine("portableRestore", places, context);
  try {
    const result = await engine.ask(dry ? "planRestore" : "restore", {
      snapshot: file.path,
      name: file.name,
      output: output.path,
      mark: VAULT_MARK,
    });
    const { files, directories, links, bytes, errors, duration } = result;
    if (context.json) {
      context.emit({
        message_type: "summary",
        action: "snapshot restore",
        dry_run: dry,
        output: output.path,
        files,
        directories,
        links,
        bytes,
        errors,
        snapshot_errors: result.snapshot.errors,
        total_duration: duration,
      });
    } else {
      const all = `${countsText({ files, directories, links })}, ${formatSize(bytes)}`;
      const id = dry ? "portable.would-be-restored" : "portable.restored";
      sayDone(context, text(id, { path: output.path, all }));
      if (result.snapshot.errors > 0) {
        context.tell(
          text("portable.lacks", {
            errors: text("summary.plain-errors", { n: result.snapshot.errors }),
          }),
        );
      }
    }
    return errors === 0 ? EXIT.ok : EXIT.incomplete;
  } finally {
    engine.close();
  }
};
