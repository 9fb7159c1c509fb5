/** What `hikae init` asks for, and the config that comes of it. Pure but for what it is given. @module */

import type { Platform } from "../../config/types.ts";
import { pathLiteral } from "../../config/starter.ts";
import { text } from "../../text/text.ts";
import { plainWord, type Taken } from "../asking.ts";

/** When the job runs, as flags of `schedule install`; none for by hand. */
export type ScheduleWords = readonly string[];

/** Who is told. */
export type NotifyChoice = { kind: "nobody" | "desktop" } | {
  kind: "webhook";
  url: string;
  host: string;
};

/** All answers. */
export interface SetupAnswers {
  /** The name of the job. */
  job: string;
  source: string;
  vault: string;
  when: ScheduleWords;
  exclude: readonly string[];
  keepAll: boolean;
  told: NotifyChoice;
}

/** Reads when a job runs. */
export function readWhen(answer: string): Taken<ScheduleWords> {
  const word = plainWord(answer);
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(word);
  if (time !== null) return { value: ["--daily", `${time[1]?.padStart(2, "0")}:${time[2]}`] };
  if (word === "hourly") return { value: ["--hourly"] };
  if (word === "login") return { value: ["--on-login"] };
  if (word === "no") return { value: [] };
  return { problem: text("init.no-time", { text: answer }) };
}

/** Reads patterns. */
export function readExclude(answer: string): Taken<readonly string[]> {
  if (plainWord(answer) === "none") return { value: [] };
  return { value: answer.split(",").map((p) => p.trim()).filter((p) => p !== "") };
}

/** Reads how long versions are kept; true for all of them. */
export function readKeep(answer: string): Taken<boolean> {
  const word = plainWord(answer);
  if (word === "usual" || word === "all") return { value: word === "all" };
  return { problem: text("init.no-choice", { choices: "usual / all" }) };
}

/** Reads who is told. */
export function readTold(answer: string): Taken<NotifyChoice> {
  const word = plainWord(answer);
  if (word === "no") return { value: { kind: "nobody" } };
  if (word === "desktop") return { value: { kind: "desktop" } };
  const url = URL.parse(answer);
  if (url?.protocol === "https:" || url?.protocol === "http:") {
    return { value: { kind: "webhook", url: answer, host: url.host } };
  }
  return { problem: text("init.no-choice", { choices: "desktop / https://… / no" }) };
}

/** A name for a job, of the last name of its source. */
export function jobName(source: string): string {
  const last = source.split(/[/\\]/).filter((n) => n !== "").at(-1) ?? "";
  const plain = last.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return plain === "" ? "files" : plain;
}

/** The lines of a job's object. */
export function jobLines(answers: SetupAnswers, platform: Platform): string[] {
  const { source, vault, exclude, keepAll, told } = answers;
  return [
    `"source": ${pathLiteral(source, platform)},`,
    `"vaults": [${pathLiteral(vault, platform)}],`,
    exclude.length > 0 ? `"exclude": [${exclude.map((p) => JSON.stringify(p)).join(", ")}],` : "",
    keepAll ? "" : `"keep": { "last": 7, "daily": 14, "weekly": 8, "monthly": 12 },`,
    pluginLine(told, platform),
  ].filter((line) => line !== "");
}

/** The text of the config. */
export function configOf(answers: SetupAnswers, platform: Platform): string {
  const { job } = answers;
  const lines = jobLines(answers, platform).map((line) => `      ${line}`);
  return `// ${text("starter.init")}\n{\n` +
    `  "$schema": "./hikae.schema.json",\n  "jobs": {\n    ${JSON.stringify(job)}: {\n` +
    `${lines.join("\n")}\n    },\n  },\n}\n`;
}

function pluginLine(told: NotifyChoice, platform: Platform): string {
  if (told.kind === "nobody") return "";
  const plugin = told.kind === "webhook"
    ? { path: "hikae:webhook", allow: { net: [told.host] }, options: { url: told.url } }
    : { path: "hikae:desktop_notify", allow: desktopGrants(platform) };
  return `"plugins": [${JSON.stringify(plugin)}],`;
}

/** What a notification takes on a system (docs/plugins.md). */
function desktopGrants(platform: Platform): Record<string, string[]> {
  const grants = { run: [notifierOf(platform)] };
  if (platform !== "linux") return grants;
  return { ...grants, env: ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] };
}

/** The program that shows a notification on a system. */
export function notifierOf(platform: Platform): string {
  if (platform === "windows") return "powershell";
  return platform === "darwin" ? "osascript" : "notify-send";
}
