/** `index clean`: removes indexes from this machine. @module */

import { EXIT, HikaeError, messageOf } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { type KeptIndex, keptIndexes, removeIndex } from "./index_stock.ts";
import { vaultKey } from "../state.ts";

const YEAR = 365 * 24 * 60 * 60 * 1000;

/** Runs the command: what was named goes, or what was not used for a year; a drive that is not plugged in is no reason. */
export const run: RunCommand = (context) => {
  const kept = keptIndexes(context.env);
  const chosen = context.parsed.args.length > 0
    ? context.parsed.args.flatMap((arg) => named(kept, vaultKey(context.cwd, arg), arg))
    : kept.filter((k) => k.used < context.clock.now() - YEAR);
  const dry = context.parsed.has("dry-run");
  const reason = text(context.parsed.args.length > 0 ? "index.clean-named" : "index.clean-unused");
  let [removed, bytes, errors] = [0, 0, 0];
  const dryRun = dry ? { dry_run: true } : {};
  for (const index of chosen) {
    try {
      if (!dry) removeIndex(index);
      removed++;
      bytes += index.bytes;
      context.emit({
        message_type: "decision",
        path: index.vault,
        keep: false,
        reason,
        ...dryRun,
      });
    } catch (error) {
      errors++;
      context.emit({
        message_type: "error",
        path: index.vault,
        during: "remove",
        code: "failed",
        message: messageOf(error),
      });
    }
  }
  if (context.json) {
    const command = "index clean";
    context.emit({ message_type: "summary", command, ...dryRun, removed, bytes, errors });
  } else if (!dry) context.tell(text("index.cleaned", { n: removed }));
  return Promise.resolve(errors > 0 ? EXIT.incomplete : EXIT.ok);
};

function named(kept: readonly KeptIndex[], key: string, given: string): KeptIndex[] {
  const found = kept.filter((k) => k.vault === key || k.id === given);
  if (found.length > 0) return found;
  throw new HikaeError("failed", text("index.none-of"), {
    path: given,
    hint: text("index.none-of-hint"),
  });
}
