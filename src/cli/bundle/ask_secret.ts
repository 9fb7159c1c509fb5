/** A secret that is typed and not shown. @module */

import { systemText } from "../../base/system_text.ts";
import { utf8 } from "../../base/bytes.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { absolute } from "../places/places.ts";

const [ENTER, NEWLINE, BACKSPACE, DELETE, END, STOP] = [13, 10, 8, 127, 4, 3];

/** Asks on the terminal; undefined where there is none. What is typed is not shown. */
function typed(question: string): string | undefined {
  if (!Deno.stdin.isTerminal()) return undefined;
  const say = (words: string): void => void Deno.stderr.writeSync(utf8(words));
  say(`${question}: `);
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  Deno.stdin.setRaw(true);
  try {
    while (Deno.stdin.readSync(byte) === 1) {
      const [at = 0] = byte;
      if (at === STOP) Deno.exit(EXIT.interrupted);
      if (at === ENTER || at === NEWLINE || at === END) break;
      if (at === BACKSPACE || at === DELETE) bytes.pop();
      else bytes.push(at);
    }
  } finally {
    Deno.stdin.setRaw(false);
    say("\n");
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** The passphrase of `--passphrase-file`, or one that is typed; twice where it is a new one. */
export function passphraseOf(context: Context, file: string, isNew = false): string {
  const given = context.parsed.get("passphrase-file");
  const secret = given === undefined
    ? typed(text("bundle.passphrase", { file }))
    : firstLine(context, given);
  if (secret === undefined) {
    throw new HikaeError("usage", text("bundle.no-terminal"), {
      path: file,
      hint: text("bundle.no-terminal-hint"),
    });
  }
  if (secret === "") throw new HikaeError("usage", text("bundle.empty-passphrase"));
  if (isNew && given === undefined && typed(text("bundle.passphrase-again")) !== secret) {
    throw new HikaeError("usage", text("bundle.passphrases-differ"));
  }
  return secret;
}

function firstLine(context: Context, file: string): string {
  try {
    return Deno.readTextFileSync(absolute(context.cwd, file)).split(/\r?\n/)[0] ?? "";
  } catch (cause) {
    throw new HikaeError("usage", text("bundle.read-passphrase", { why: systemText(cause) }), {
      path: file,
      cause,
    });
  }
}
