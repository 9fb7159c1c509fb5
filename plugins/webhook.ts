/**
 * Tells a chat or a server how a run ended: Slack, Discord, Microsoft Teams, ntfy, or any server that takes JSON.
 * Tries again, ever later, when the server does not answer or is busy.
 *
 * ```jsonc
 * {
 *   "path": "hikae:webhook",
 *   "allow": { "net": ["hooks.slack.com"], "env": ["SLACK_HOOK"] },
 *   "options": { "format": "slack", "urlEnv": "SLACK_HOOK", "host": "hooks.slack.com" }
 * }
 * ```
 *
 * The address of a Slack, Discord or Teams hook is a secret: leave it in an environment variable and name that
 * in `urlEnv`. A token (ntfy, your own server) goes into a variable too, named in `tokenEnv`. Neither is printed.
 *
 * Wants: `net` for the host, `env` for the variables named.
 * @module
 */

import type { BackupResult, ErrorContext, Host, Outcome, Plugin } from "../src/plugins/api.ts";
import { addressOf, authorization, needs, send, type Target } from "./lib/send.ts";
import { ABOUT as SEND } from "./lib/send_words.ts";
import { ABOUT, TEXTS } from "./lib/webhook_words.ts";
import { errorCount, inLanguage, sayer, shared } from "./lib/words.ts";

type Format = "json" | "slack" | "discord" | "teams" | "ntfy";

interface Options extends Target {
  format?: Format;
  on?: Outcome[];
}

/** What is told, whatever the format. */
interface Message {
  title: string;
  text: string;
  bad: boolean;
  /** For `json`: everything that is known. */
  facts: object;
}

const SOME: readonly Outcome[] = ["done", "incomplete", "failed", "held", "interrupted"];

/** A run that fails calls both `postBackup` and `onError`; it is told once. */
let told = false;

const { description, ...own } = inLanguage(ABOUT);
const options = { ...own, ...inLanguage(SEND) };
const say = sayer(TEXTS);

export default {
  name: "webhook",
  version: "1.0.0",
  description,
  options,
  permissions: needs,
  async postBackup(result, host): Promise<void> {
    const { outcome, options } = result;
    if (result.dryRun || told || !(options.on ?? SOME).includes(outcome)) return;
    await tell(result, host, {
      title: say("title", { name: result.job ?? result.source, outcome: shared(outcome) }),
      text: [...summaryLines(result), ...problemLines(result)].join("\n"),
      bad: outcome !== "done" && outcome !== "skipped",
      facts: { event: "backup", ...facts(result) },
    });
  },
  async onError(failure, host): Promise<void> {
    const { command, problem, options } = failure;
    if (failure.dryRun || told || !(options.on ?? SOME).includes("failed")) return;
    await tell(failure, host, {
      title: say("title", { name: failure.job ?? failure.source, outcome: shared("failed") }),
      text: `${command}: ${problem.message}${
        problem.hint === undefined ? "" : `\n${problem.hint}`
      }`,
      bad: true,
      facts: { event: "error", ...facts(failure) },
    });
  },
} satisfies Plugin<Options>;

type Run = BackupResult<Options> | ErrorContext<Options>;

async function tell(run: Run, host: Host, message: Message): Promise<void> {
  told = true;
  const env = (name: string): string | undefined => host.env(name);
  const address = addressOf(run.options, env);
  const { url, body } = shape(run.options.format ?? "json", address, message);
  const headers = { "content-type": "application/json", ...authorization(run.options, env) };
  await send(url, { body: JSON.stringify(body), headers }, run.options, host.signal);
  host.log("debug", say("told", { host: url.hostname }));
}

/** The body that each service wants. */
function shape(format: Format, url: URL, message: Message): { url: URL; body: object } {
  const { title, text, bad, facts } = message;
  const whole = `${title}\n${text}`;
  switch (format) {
    case "json":
      return { url, body: { ...facts, title, text } };
    case "slack": // these three are its only special characters
      return { url, body: { text: escape(whole) } };
    case "discord": // at most 2000 characters; a file's name must not call everyone
      return { url, body: { content: whole.slice(0, 1990), allowed_mentions: { parse: [] } } };
    case "teams":
      return { url, body: { type: "message", attachments: [adaptiveCard(message)] } };
    case "ntfy": { // published to the server's root, since headers hold no Unicode
      const topic = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
      const tags = [bad ? "warning" : "white_check_mark"];
      const root = new URL(".", url);
      return { url: root, body: { topic, title, message: text, priority: bad ? 4 : 3, tags } };
    }
    default:
      throw new Error(say("odd-format"));
  }
}

function adaptiveCard({ title, text, bad }: Message): object {
  const color = bad ? "attention" : "good";
  const body = [
    { type: "TextBlock", text: title, weight: "bolder", color, wrap: true },
    { type: "TextBlock", text: text.replaceAll("\n", "\n\n"), wrap: true },
  ];
  const $schema = "http://adaptivecards.io/schemas/adaptive-card.json";
  const content = { $schema, type: "AdaptiveCard", version: "1.4", body };
  return { contentType: "application/vnd.microsoft.card.adaptive", content };
}

/** All of the run but the options, which name variables and addresses. */
function facts(run: Run): object {
  const { options: _, ...rest } = run;
  return rest;
}

function summaryLines(result: BackupResult<Options>): string[] {
  return result.summaries.map((s) => {
    const { files_new: added, files_changed: changed, files_deleted: deleted } = s;
    const counts = shared("counts", { added, changed, deleted });
    const errors = s.errors === 0 ? "" : say("with-errors", { errors: errorCount(s.errors) });
    const all = `${say("added", { counts, size: size(s.bytes_added) })}${errors}`;
    return `${s.vault}: ${s.failure ?? all}`;
  });
}

/** As hikae writes sizes: powers of 1024. */
function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1023.95 && unit < 5; unit++) value /= 1024;
  return unit === 0 ? `${bytes} B` : `${value.toFixed(value < 10 ? 2 : 1)} ${" KMGTP"[unit]}iB`;
}

function problemLines({ problems }: BackupResult<Options>): string[] {
  const lines = problems.slice(0, 3).map((p) => `- ${p.path ?? ""} ${p.message}`);
  return problems.length > 3
    ? [...lines, `- ${say("more-problems", { n: problems.length - 3 })}`]
    : lines;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
