/** Paths and words as the user's own shell takes them when they are pasted. Pure but for the environment given. @module */

import { quoteSh } from "../schedule/quote.ts";

/** A shell by its rules of quoting. */
export type Shell = "sh" | "cmd" | "powershell";

/** The shell that hikae was started from, as far as the environment tells. */
export function userShell(env: (name: string) => string | undefined, windows: boolean): Shell {
  if (!windows) return "sh";
  // cmd sets PROMPT when it starts, PowerShell adds the user's own folder of modules
  const modules = env("PSModulePath") ?? "";
  if (/\\Documents\\(Windows)?PowerShell\\/i.test(modules)) return "powershell";
  return env("PROMPT") === undefined ? "powershell" : "cmd";
}

/** A word for a shell: as it is where the shell reads nothing of it, else in quotation marks. */
export function quoteFor(shell: Shell, word: string): string {
  if (shell === "sh") return quoteSh(word);
  if (/^[A-Za-z0-9_.:\\/+-]+$/.test(word)) return word;
  return shell === "cmd" ? `"${word}"` : `'${word.replaceAll("'", "''")}'`;
}
