/** Lanes find by themselves where files moved from; that a path moved to one place alone is seen to here. @module */

import { formatLine, parseLine } from "../../../vault/record.ts";

/** Goes over the record lines of all lanes. */
export class MovedOnce {
  readonly #taken = new Set<string>();
  /** How many files moved. */
  count = 0;
  /** Some file has more than one name. */
  hasNames = false;

  /** The lines of `text`, in which each old path is named once. */
  pass(text: string): string {
    this.hasNames ||= text.includes('"link":"');
    if (!text.includes('"moved":')) return text;
    return text.split("\n").map((line) => this.#line(line)).join("\n");
  }

  #line(line: string): string {
    if (!line.includes('"moved":')) return line;
    const parsed = parseLine(line);
    if (parsed?.kind !== "version" || parsed.moved === undefined) return line;
    const { moved, ...rest } = parsed;
    if (!this.#taken.has(moved)) {
      this.#taken.add(moved);
      this.count++;
      return line;
    }
    return formatLine(rest).slice(0, -1);
  }
}
