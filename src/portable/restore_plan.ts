/** Tells what restoring a snapshot would write. @module */

import { StorableNames } from "./storable_names.ts";
import { countEntry, noTotals, type SnapshotEntry } from "./format.ts";
import { lookAt, type Root, under } from "./paths.ts";
import type { ErrorCounter, PortablePorts } from "./ports.ts";
import type { Visitor } from "./reader.ts";
import { text } from "../text/text.ts";

/** The dry run's body of the writer. */
export class SnapshotDryRun implements Visitor {
  #ports: PortablePorts;
  #root: Root;
  #admission: StorableNames;
  #trouble: ErrorCounter;
  /** What would be written. */
  readonly written = noTotals();

  constructor(
    ports: PortablePorts,
    root: Root,
    trouble: ErrorCounter,
    keepsOut: (dir: string) => boolean,
  ) {
    this.#ports = ports;
    this.#root = root;
    // whether names fold cannot be told without writing
    this.#trouble = trouble;
    this.#admission = new StorableNames(
      { windows: ports.separator === "\\", foldsNames: false, keepsOut },
      (path, why, hint) => trouble.say(path, "restore", "unstorable", why, hint),
    );
  }

  entry(entry: Readonly<SnapshotEntry>): void {
    if (!this.#admission.admit(entry)) return;
    const there = lookAt(this.#ports.fs, under(this.#root, entry.path));
    if (there !== undefined && (there.type === "dir") !== (entry.type === "dir")) {
      const id = there.type === "dir" ? "portable.dir-there" : "portable.file-there";
      this.#admission.shut(entry.path);
      const problem = text("portable.not-restored", { problem: text(id) });
      this.#trouble.say(
        entry.path,
        "restore",
        "unstorable",
        problem,
        text("restore.move-away-hint"),
      );
      return;
    }
    countEntry(this.written, entry.type, entry.size);
    if (there?.type === "dir") return;
    const modifier = there === undefined ? "+" : there.type === entry.type ? "M" : "T";
    this.#ports.emit({ message_type: "change", path: entry.path, type: entry.type, modifier });
  }
}
