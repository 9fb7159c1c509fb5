/** `snapshot list`: the portable snapshots that there are. @module */

import { EXIT } from "../../base/errors.ts";
import type { AnswerMessage } from "../../base/event.ts";
import { formatSize } from "../../base/size.ts";
import type { Found } from "../../portable/look.ts";
import type { Context, RunCommand } from "../command.ts";
import { runEngine } from "../engine.ts";
import { heldSnapshots, noArguments } from "./snapshot_places.ts";
import { localTime } from "../../report/local_time.ts";
import { paddedBefore } from "../../report/display_width.ts";
import { wordText } from "../../report/word_text.ts";
import { text } from "../../text/text.ts";

/** Runs `snapshot list`. */
export const run: RunCommand = async (context) => {
  noArguments(context);
  const found = await look(context);
  if (found === undefined) return EXIT.ok;
  for (const one of found) {
    if (context.json) context.emit(message(one));
    else context.say(line(one));
    if (one.state !== "damaged") continue;
    const { name: path, problem } = one;
    context.emit({
      message_type: "error",
      path,
      during: "list",
      code: "damaged",
      message: problem,
      hint: text("portable.damaged-hint"),
    });
  }
  if (found.length === 0) context.tell(text("portable.none-here"));
  return found.some((one) => one.state === "damaged") ? EXIT.incomplete : EXIT.ok;
};

async function look(context: Context): Promise<Found[] | undefined> {
  const snapshots = heldSnapshots(context);
  if (!snapshots.exists && !context.parsed.has("explain-permissions")) return [];
  return await runEngine(context, {
    command: "snapshotList",
    access: "portableLook",
    roots: { snapshots: [snapshots.grant] },
    request: { snapshots: snapshots.path },
  });
}

function message(one: Found): AnswerMessage {
  return {
    message_type: "snapshot",
    name: one.name,
    time: new Date(one.created).toISOString(),
    state: one.state,
    target: one.target,
    files: one.totals?.files ?? null,
    directories: one.totals?.directories ?? null,
    links: one.totals?.links ?? null,
    bytes: one.totals?.bytes ?? null,
    errors: one.totals?.errors ?? null,
    snapshot_bytes: one.size,
  };
}

function line(one: Found): string {
  const time = localTime(one.created);
  const what = one.totals === undefined
    ? "-"
    : `${paddedBefore(text("summary.n-files", { n: one.totals.files }), 12)}  ${
      formatSize(one.totals.bytes).padStart(10)
    }`;
  return `${one.name}  ${time}  ${what}  ${wordText(one.state)}  ${JSON.stringify(one.target)}`;
}
