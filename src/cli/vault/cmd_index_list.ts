/** `index list`: the indexes that this machine keeps. @module */

import { EXIT } from "../../base/errors.ts";
import { localTime } from "../../report/local_time.ts";
import { printable } from "../../report/printable.ts";
import { formatSize } from "../../base/size.ts";
import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { keptIndexes } from "./index_stock.ts";

/** Runs the command. */
export const run: RunCommand = (context) => {
  const kept = keptIndexes(context.env);
  if (kept.length === 0) context.tell(text("index.list-none"));
  else if (!context.json) context.say(text("index.list-head"));
  for (const { vault, id, bytes, used } of kept) {
    if (context.json) {
      const time = new Date(used).toISOString();
      context.emit({ message_type: "answer", vault, id, bytes, used: time });
    } else {
      context.say(
        `${formatSize(bytes).padStart(10)}  ${localTime(used).slice(0, -3)}  ${printable(vault)}`,
      );
    }
  }
  return Promise.resolve(EXIT.ok);
};
