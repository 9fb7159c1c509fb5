/** Messages as text for people; the same messages that `--json` prints. Pure. @module */

import type { Message } from "../base/event.ts";
import { answerText } from "./answers.ts";
import { backupText } from "./backup_text.ts";
import { decisionText, maintainText } from "./maintain.ts";
import { printable, withoutNumber } from "./printable.ts";
import { text } from "../text/text.ts";
import { restoreText } from "./restore.ts";

/** How to write. */
export interface TextOptions {
  color: boolean;
  verbose: boolean;
  /** True of a terminal that is narrower than 80 columns. */
  narrow?: boolean;
}

/** The text of a message, without a line end; undefined when people need not see it. */
export function formatMessage(message: Message, options: TextOptions): string | undefined {
  const paint = painter(options.color);
  switch (message.message_type) {
    case "error": {
      const hint = message.hint === undefined
        ? ""
        : `\n  ${printable(withoutNumber(message.hint))}`;
      return `${paint.red(text("label.error"))} ${aboutText(message.path, message.message)}${hint}`;
    }
    case "note":
      return `${text("label.note")} ${aboutText(message.path ?? "", message.message)}`;
    case "change":
      return `${paint.byModifier(message.modifier)} ${printable(message.path)}${
        message.type === "dir" ? "/" : ""
      }${
        message.from === undefined
          ? ""
          : ` (${text("share.from", { path: printable(message.from) })})`
      }`;
    case "decision":
      return decisionText(message, options.verbose, options.narrow);
    case "summary":
      return typeof message.text === "string" ? message.text : summaryText(message);
    case "status":
      return undefined;
    default:
      return typeof message.text === "string" ? message.text : answerText(message, options.narrow);
  }
}

/** A message after the path that it is about, which is not said twice; the system's numbers are for programs. */
function aboutText(path: string, message: string): string {
  // a short name without a dot may be in a sentence by chance
  const said = path === "" || ` ${message}`.includes(` ${path}: `) ||
    /[./\\]/.test(path) && isWordOf(message, path);
  return `${said ? "" : `${printable(path)}: `}${printable(withoutNumber(message))}`;
}

/** True when the path stands whole in the message, not as the end of a longer one. */
function isWordOf(message: string, path: string): boolean {
  for (let at = message.indexOf(path); at >= 0; at = message.indexOf(path, at + 1)) {
    const before = message.charAt(at - 1);
    const after = message.charAt(at + path.length);
    if (!/[^\s'"({[]/.test(before) && !/[^\s'",:;)}\]]/.test(after)) return true;
  }
  return false;
}

function summaryText(m: Record<string, unknown>): string | undefined {
  if (typeof m.files_restored === "number") return restoreText(m);
  return typeof m.files_new === "number" ? backupText(m) : maintainText(m);
}

/** Colours, or none. */
function painter(color: boolean): { red(t: string): string; byModifier(m: string): string } {
  const paint = (code: string) => (t: string): string => color ? `\x1b[${code}m${t}\x1b[0m` : t;
  const codes: Record<string, string> = { "+": "32", "-": "31", M: "33", T: "35", R: "36" };
  return { red: paint("31"), byModifier: (m) => paint(codes[m] ?? "0")(m) };
}
