/** Messages as text for people; the same messages that `--json` prints. Pure. @module */

import type { Message } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { answerText } from "./answers.ts";
import { decisionText, maintainText } from "./maintain.ts";
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
      const at = message.path === "" ? "" : `${printable(message.path)}: `;
      const hint = message.hint === undefined ? "" : `\n  ${message.hint}`;
      return `${paint.red("error:")} ${at}${printable(message.message)}${hint}`;
    }
    case "note":
      return `note: ${message.path === undefined ? "" : `${printable(message.path)}: `}${
        printable(message.message)
      }`;
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

/** A count with its noun, undefined for none. */
function count(n: unknown, what: string): string | undefined {
  return typeof n === "number" && n > 0 ? `${n} ${what}` : undefined;
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
      `${m.total_files_processed} files with ${
        formatSize(Number(m.total_bytes_processed))
      } looked at ` +
      `in ${Number(m.total_duration).toFixed(1)} s`,
  );
  if (typeof m.files_verified === "number") {
    lines.push(
      `  ${m.files_verified} files with ${formatSize(Number(m.bytes_verified))} checked again, ` +
        `${m.files_damaged} damaged`,
    );
  }
  const failed = Number(m.errors) - Number(m.files_damaged ?? 0);
  const errors = count(failed, "errors; what they name was not backed up in this run");
  if (errors !== undefined) lines.push(`  ${errors}`);
  return lines.join("\n");
}

/** Colours, or none. */
function painter(color: boolean): { red(t: string): string; byModifier(m: string): string } {
  const paint = (code: string) => (t: string): string => color ? `\x1b[${code}m${t}\x1b[0m` : t;
  const codes: Record<string, string> = { "+": "32", "-": "31", M: "33", T: "35" };
  return { red: paint("31"), byModifier: (m) => paint(codes[m] ?? "0")(m) };
}
