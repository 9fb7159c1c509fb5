/** The console of a plugin: its lines become log lines, none reaches standard output. @module */

import type { LogLevel } from "../plugins/api.ts";

const LEVELS: Readonly<Record<string, LogLevel>> = {
  debug: "debug",
  dir: "info",
  error: "error",
  info: "info",
  log: "info",
  table: "info",
  trace: "debug",
  warn: "warn",
};

const SILENT = ["assert", "clear", "count", "countReset", "group", "groupCollapsed", "groupEnd"];

/** Makes it. */
export function makeConsole(
  log: (level: LogLevel, message: string) => void,
  inspect: (value: unknown) => string,
): object {
  const made: Record<string, unknown> = {};
  for (const [name, level] of Object.entries(LEVELS)) {
    made[name] = (...values: unknown[]): void =>
      log(level, values.map((v) => typeof v === "string" ? v : inspect(v)).join(" "));
  }
  for (const name of [...SILENT, "time", "timeEnd", "timeLog"]) made[name] = (): void => {};
  return Object.freeze(made);
}
