/** `index list`: the indexes that this machine keeps. @module */

import { EXIT } from "../../base/errors.ts";
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
    const time = new Date(used).toISOString();
    if (context.json) context.emit({ message_type: "answer", vault, id, bytes, used: time });
    else {
      const day = time.slice(0, 16).replace("T", " ");
      context.say(`${formatSize(bytes).padStart(8)}  ${day}  ${printable(vault)}`);
    }
  }
  return Promise.resolve(EXIT.ok);
};
