/** `hikae bundle keygen`. @module */

import { systemText } from "../../base/system_text.ts";
import { errorCode, EXIT, HikaeError } from "../../base/errors.ts";
import { protect } from "../../bundle/identity.ts";
import { keyFile, newKeyPair } from "../../bundle/keygen.ts";
import { text } from "../../text/text.ts";
import { passphraseOf } from "./ask_secret.ts";
import type { RunCommand } from "../command.ts";
import { writeNewFile } from "../new_file.ts";
import { absolute, refuseAddress } from "../places/places.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  const output = parsed.get("output");
  const pair = await newKeyPair(parsed.has("hybrid"));
  const plain = keyFile(pair, new Date(context.clock.now()).toISOString());
  const isProtected = parsed.has("passphrase") || parsed.get("passphrase-file") !== undefined;
  const name = output ?? text("bundle.new-key");
  const file = isProtected ? await protect(plain, passphraseOf(context, name, true)) : plain;
  if (output !== undefined) refuseAddress(output);
  if (output !== undefined) writeNew(absolute(context.cwd, output), file);
  if (context.json) {
    const shown = isProtected ? file : pair.identity;
    const secret = output === undefined ? { identity: shown } : { file: output };
    context.emit({ message_type: "answer", recipient: pair.recipient, ...secret });
  } else if (output === undefined) context.say(file.trimEnd());
  if (!context.json && (output !== undefined || isProtected)) {
    context.say(text("bundle.public-key", { key: pair.recipient }));
  }
  context.tell(text("bundle.keep-the-key"));
  return EXIT.ok;
};

function writeNew(path: string, content: string): void {
  try {
    writeNewFile(path, content, 0o600);
  } catch (cause) {
    const exists = errorCode(cause) === "EEXIST";
    throw new HikaeError(
      "failed",
      text("bundle.write-key", { problem: exists ? text("usage.exists") : systemText(cause) }),
      {
        path,
        hint: text("bundle.write-key-hint"),
        cause,
      },
    );
  }
}
