/** Makes the links of a portable snapshot that is restored: main alone has the rights for it. @module */

import { SEPARATOR } from "@std/path";
import { lenientFs } from "../../base/lenient_fs.ts";
import type { QuestionHandlers } from "../../engine/questions.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { makeLinks } from "../../portable/links.ts";
import { RealDirCache, under } from "../../portable/paths.ts";
import { refusalTeller } from "../../sandbox/refusals.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";

/** Makes links below one directory. */
export class SnapshotLinks {
  readonly #context: Context;
  #dirs: RealDirCache | undefined;
  /** Links that the disk refused, for it takes none. */
  readonly #refused: string[] = [];

  /** What goes wrong is told to the context. */
  constructor(context: Context) {
    this.#context = context;
  }

  /** Answers the engine's question for links. */
  readonly make: QuestionHandlers["links"] = ({ root: path, jobs }) => {
    const root = { path, separator: SEPARATOR };
    const dirs = this.#dirs ??= new RealDirCache(denoFs, root);
    const tell = refusalTeller(this.#context.emit, this.#context);
    const probe = (): string => under(root, `.hikae-tmp-${crypto.randomUUID().slice(0, 8)}-0`);
    const fs = lenientFs(denoFs, [{ path, probe }], SEPARATOR, tell);
    const before = this.#refused.length;
    const failed = makeLinks(fs, root, jobs, dirs, this.#refused);
    for (const one of failed) {
      this.#context.emit({ message_type: "error", during: "restore", ...one });
    }
    return Promise.resolve({ failed: failed.length, refused: this.#refused.length - before });
  };

  /** Tells of links that the disk does not take. */
  tellRefused(): void {
    const [first] = this.#refused;
    if (first === undefined) return;
    const message = text("disk.no-links", { n: this.#refused.length, first });
    this.#context.emit({ message_type: "note", message });
  }
}
