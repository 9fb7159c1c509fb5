/** The manual page, made from the command table. @module */

import { EXIT_MEANING } from "../../base/errors.ts";
import { type HelpId, helpText } from "../../text/help_text.ts";
import type { Command, Flag } from "../command.ts";
import { commandLines, hanging } from "./help.ts";
import { COMMON } from "../spec/common.ts";

/** What `man` leaves of 80 columns where lines are not filled. */
const WIDTH = 71;

/** Renders `hikae(1)`; `day` is the date at its foot, yyyy-MM-dd. */
export function manPage(commands: readonly Command[], version: string, day: string): string {
  const shown = commands.filter((c) => !c.hidden);
  return [
    `.TH HIKAE 1 "${day}" "hikae ${version}" "${inQuotes(helpText("man.user-commands"))}"`,
    heading("man.name"),
    text(helpText("man.lead")),
    heading("man.synopsis"),
    ".B hikae",
    `.I ${text(helpText("man.command"))}`,
    `[${text(helpText("man.options-word"))}]`,
    heading("man.description-head"),
    text(helpText("man.description")),
    heading("man.commands"),
    ...shown.flatMap((command) => commandPart(command, command.name)),
    heading("man.options"),
    ...COMMON.flatMap(flagPart),
    heading("man.exit"),
    ...Object.entries(EXIT_MEANING).flatMap((
      [code, meaning],
    ) => [".TP", `.B ${code}`, text(helpText(meaning))]),
    heading("man.environment"),
    ...entry("HIKAE_STATE_DIR", helpText("man.state-dir")),
    ...entry("NO_COLOR", helpText("man.no-color")),
    heading("man.see-also"),
    ".BR rsync (1),",
    ".BR restic (1)",
    "",
  ].join("\n");
}

function heading(id: HelpId): string {
  return `.SH ${text(helpText(id))}`;
}

function commandPart(command: Command, path: string): string[] {
  const subs = (command.sub ?? []).filter((c) => !c.hidden);
  const own = command.load !== undefined || subs.length === 0;
  const head = own
    ? [`.SS "${inQuotes(`hikae ${path}`)}"`, text(sentence(helpText(command.summary)))]
    : [];
  const usage = command.usage.flatMap((u) => hanging(`hikae ${path} ${u}`.trimEnd(), WIDTH));
  return [
    ...head,
    ...(own ? [".PP", ".nf", ...usage.map(text), ".fi"] : []),
    ...(own && command.about !== undefined ? [".PP", text(helpText(command.about))] : []),
    ...(own ? command.flags.filter((f) => !f.hidden).flatMap(flagPart) : []),
    ...(own && command.examples.length > 0 ? examplesPart(command) : []),
    ...subs.flatMap((sub) => commandPart(sub, `${path} ${sub.name}`)),
  ];
}

function examplesPart(command: Command): string[] {
  return command.examples.flatMap((example) => [
    ".PP",
    text(`${sentence(helpText(example.does)).slice(0, -1)}:`),
    ".PP",
    ".RS 4",
    ".nf",
    ...commandLines(example.line, WIDTH - 4).map(text),
    ".fi",
    ".RE",
  ]);
}

function flagPart(flag: Flag): string[] {
  const short = flag.short === undefined ? "" : `\\fB\\-${flag.short}\\fR, `;
  const value = flag.value === undefined ? "" : ` \\fI${escape(flag.value)}\\fR`;
  const choices = flag.choices === undefined ? "" : ` (${flag.choices.join(", ")})`;
  return [
    ".TP",
    `${short}\\fB\\-\\-${escape(flag.name)}\\fR${value}`,
    text(`${helpText(flag.help)}${choices}`),
  ];
}

function entry(name: string, meaning: string): string[] {
  return [".TP", `.B ${name}`, text(meaning)];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Text as troff takes it literally; a line may not begin with a dot or a quote. */
function text(words: string): string {
  const escaped = escape(words);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function escape(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga").replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .replaceAll("…", "...");
}

function inQuotes(words: string): string {
  return escape(words).replaceAll('"', '""');
}
