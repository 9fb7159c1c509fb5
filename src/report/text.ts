/** Messages as text for people; the same messages that `--json` prints. Pure. @module */

import type { Message } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { answerText } from "./answers.ts";
import { decisionText, maintainText } from "./maintain.ts";
import { text } from "../text/text.ts";
import { printable } from "./printable.ts";
import { restoreText } from "./restore.ts";

/** How to write. */
export interface TextOptions {
  color: boolean;
  verbose: boolean;
}

/** The text of a message, without a line end; undefined when people need not see it. */
export function formatMessage(message: Message, options: TextOptions): string | undefined {
  const paint = painter(options.color);
  switch (message.message_type) {
    case "error": {
      const hint = message.hint === undefined ? "" : `\n  ${printable(message.hint)}`;
      return `${paint.red("error:")} ${aboutText(message.path, message.message)}${hint}`;
    }
    case "note":
      return `note: ${aboutText(message.path ?? "", message.message)}`;
    case "change":
      return `${paint.byModifier(message.modifier)} ${printable(message.path)}${
        message.type === "dir" ? "/" : ""
      }`;
    case "decision":
      return decisionText(message, options.verbose);
    case "summary":
      return typeof message.text === "string" ? message.text : summaryText(message);
    case "status":
      return undefined;
    default:
      return typeof message.text === "string" ? message.text : answerText(message);
  }
}

/** A message after the path that it is about, which is not said twice; the system's numbers are for programs. */
function aboutText(path: string, message: string): string {
  // a short name without a dot may be in a sentence by chance
  const said = path === "" || ` ${message}`.includes(` ${path}: `) ||
    /[./\\]/.test(path) && isWordOf(message, path);
  const words = message.replace(/ \(os error \d+\)/g, "");
  return `${said ? "" : `${printable(path)}: `}${printable(words)}`;
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

/** A count with its noun, undefined for none. */
function count(n: unknown, what: string): string | undefined {
  return typeof n === "number" && n > 0 ? `${n} ${what}` : undefined;
}

function plural(n: unknown, one: string): string {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}

function summaryText(m: Record<string, unknown>): string | undefined {
  if (typeof m.files_restored === "number") return restoreText(m);
  if (typeof m.files_new !== "number") return maintainText(m);
  const parts = [
    count(m.files_new, "new"),
    count(m.files_changed, "changed"),
    count(m.files_deleted, "deleted"),
    count(m.files_attrs, "with other attributes"),
    count(m.files_repaired, "repaired"),
    count(m.files_unmodified, "unmodified"),
    count(m.files_excluded, "left out"),
    count(m.files_special, "special, not backed up"),
  ].filter((p) => p !== undefined);
  const dirs = [count(m.dirs_new, "new"), count(m.dirs_deleted, "deleted")].filter((p) =>
    p !== undefined
  );
  const lines = [
    `${m.dry_run === true ? "would be snapshot" : "snapshot"} ${m.stamp} in ${
      printable(String(m.vault))
    }`,
    `  files: ${parts.length === 0 ? "none" : parts.join(", ")}`,
  ];
  if (dirs.length > 0) lines.push(`  directories: ${dirs.join(", ")}`);
  const special = m.special;
  if (Array.isArray(special)) {
    lines.push(`  special: ${special.map((s) => printable(String(s))).join(", ")}`);
  }
  lines.push(
    `  ${formatSize(Number(m.bytes_added))} ${m.dry_run === true ? "to add" : "added"}, ` +
      `${plural(m.total_files_processed, "file")} with ${
        formatSize(Number(m.total_bytes_processed))
      } looked at ` +
      `in ${Number(m.total_duration).toFixed(1)} s`,
  );
  if (Number(m.files_verified ?? 0) > 0) {
    lines.push(
      `  ${plural(m.files_verified, "file")} with ${
        formatSize(Number(m.bytes_verified))
      } checked again, ` +
        `${m.files_damaged} damaged`,
    );
  }
  const failed = Number(m.errors) - Number(m.files_damaged ?? 0);
  const errors = count(
    failed,
    failed === 1
      ? "error; what it names was not backed up in this run"
      : "errors; what they name was not backed up in this run",
  );
  if (errors !== undefined) lines.push(`  ${errors}`);
  const plugins = Number(m.plugins_failed ?? 0);
  if (plugins > 0) lines.push(`  ${text("plugin.failed", { n: plugins })}`);
  return lines.join("\n");
}

/** Colours, or none. */
function painter(color: boolean): { red(t: string): string; byModifier(m: string): string } {
  const paint = (code: string) => (t: string): string => color ? `\x1b[${code}m${t}\x1b[0m` : t;
  const codes: Record<string, string> = { "+": "32", "-": "31", M: "33", T: "35" };
  return { red: paint("31"), byModifier: (m) => paint(codes[m] ?? "0")(m) };
}
