/** `hikae bundle keygen`. @module */

import { errorCode, EXIT, HikaeError, messageOf } from "../base/errors.ts";
import { keyFile, newKeyPair } from "../bundle/keygen.ts";
import { text } from "../text/text.ts";
import type { RunCommand } from "./command.ts";
import { absolute } from "./places.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  if (context.parsed.args.length > 0) {
    throw new HikaeError("usage", text("bundle.keygen-arguments"), {
      hint: text("bundle.keygen-hint"),
    });
  }
  const pair = await newKeyPair();
  const file = keyFile(pair, new Date(context.clock.now()).toISOString());
  const output = context.parsed.get("output");
  if (output !== undefined) writeNew(absolute(context.cwd, output), file);
  if (context.json) {
    const secret = output === undefined ? { identity: pair.identity } : { file: output };
    context.emit({ message_type: "answer", recipient: pair.recipient, ...secret });
  } else if (output === undefined) context.say(file.trimEnd());
  else context.say(text("bundle.public-key", { key: pair.recipient }));
  context.tell(text("bundle.keep-the-key"));
  return EXIT.ok;
};

function writeNew(path: string, content: string): void {
  try {
    const file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
    try {
      const bytes = new TextEncoder().encode(content);
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
      file.syncSync();
    } finally {
      file.close();
    }
  } catch (cause) {
    const exists = errorCode(cause) === "EEXIST";
    throw new HikaeError(
      "failed",
      text("bundle.write-key", { problem: exists ? text("usage.exists") : messageOf(cause) }),
      {
        path,
        hint: text("bundle.write-key-hint"),
        cause,
      },
    );
  }
}
