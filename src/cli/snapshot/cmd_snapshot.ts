/** `snapshot`, `snapshot take`: a directory as one JSON file. @module */

import { EXIT } from "../../base/errors.ts";
import type { RunCommand } from "../command.ts";
import { startTaker, takenFields, takenText } from "./snapshot_take.ts";
import { sayDone } from "../output.ts";

/** Runs `snapshot take`. */
export const run: RunCommand = async (context) => {
  const taker = startTaker(context);
  if (taker === undefined) return EXIT.ok;
  try {
    const taken = await taker.take();
    if (context.json) {
      context.emit({ message_type: "summary", action: "snapshot take", ...takenFields(taken) });
    } else sayDone(context, takenText(taken));
    return taken.errors === 0 ? EXIT.ok : EXIT.incomplete;
  } finally {
    taker.end();
  }
};
