/** Paths and words as the user's own shell takes them when they are pasted. Pure but for the environment given. @module */

import { utf8 } from "../base/bytes.ts";
import { printable } from "../report/printable.ts";
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

/**
 * A word for a shell: as it is where the shell reads nothing of it, else in quotation marks. What a terminal is not shown
 * as it is (control characters, marks of direction) is written out as the shell reads it back; cmd cannot.
 */
export function quoteFor(shell: Shell, word: string): string {
  if (shell !== "cmd" && printable(word) !== word) return spelled(shell, word);
  if (shell === "sh") return quoteSh(word);
  if (/^[A-Za-z0-9_.:\\/+-]+$/.test(word)) return word;
  return shell === "cmd" ? `"${word}"` : `'${word.replaceAll("'", "''")}'`;
}

function spelled(shell: "sh" | "powershell", word: string): string {
  const parts = [...word].map((char) => ({ char, odd: printable(char) !== char }));
  if (shell === "sh") {
    const octal = (char: string): string =>
      [...utf8(char)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
    return `$'${
      parts.map(({ char, odd }) => odd ? octal(char) : char.replace(/['\\]/, "\\$&")).join("")
    }'`;
  }
  const plain = parts.map(({ char, odd }) =>
    odd ? `'+[char]${char.codePointAt(0)}+'` : char.replace("'", "''")
  );
  return `('${plain.join("")}')`;
}
