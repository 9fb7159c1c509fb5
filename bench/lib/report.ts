/** What the parts find: tables and targets, as Markdown. @module */

import type { Result } from "./stats.ts";

/** A target and what was measured. */
export interface Target {
  what: string;
  target: string;
  measured: string;
  /** What the bare loop came to. */
  floor: string;
  /** What the one came to that keeps what hikae must keep. */
  keeping: string;
  met: boolean;
}

/** What the parts add to. */
export class Report {
  readonly #sections: string[] = [];
  readonly #targets: Target[] = [];
  readonly #say: (line: string) => void;

  /** A report that also says each part when it is there. */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Adds a part. */
  section(title: string, lines: readonly string[]): void {
    const text = [`## ${title}`, "", ...lines].join("\n");
    this.#sections.push(text);
    this.#say(`\n${text}`);
  }

  /**
   * Adds a target: `value` is to be at most `limit`, or at least; `floor` is what the bare loop came to, `keeping` what the
   * one did that keeps what hikae must keep.
   */
  target(
    what: string,
    value: number,
    limit: number,
    unit: string,
    kind: "at most" | "at least" = "at most",
    floor = NaN,
    keeping = NaN,
  ): void {
    if (Number.isNaN(value)) return;
    this.#targets.push({
      what,
      target: `${kind === "at most" ? "≤" : "≥"} ${limit}${unit}`,
      measured: `${number(value)}${unit}`,
      floor: Number.isNaN(floor) ? "" : `${number(floor)}${unit}`,
      keeping: Number.isNaN(keeping) ? "" : `${number(keeping)}${unit}`,
      met: kind === "at most" ? value <= limit : value >= limit,
    });
  }

  /** The whole, headed by what it was measured on. */
  text(head: readonly string[]): string {
    return [
      "# Results of `deno task bench`",
      "",
      ...head,
      "",
      this.targets(),
      "",
      ...join(
        this.#sections,
      ),
    ].join("\n") + "\n";
  }

  /** The table of targets. */
  targets(): string {
    const rows = this.#targets.map((t) => [
      t.what,
      t.target,
      t.measured,
      t.floor,
      t.keeping,
      t.met ? "met" : "missed",
    ]);
    const head = ["what", "target", "measured", "bare loop", "bare loop that keeps", ""];
    return ["## Targets", "", ...table(head, rows)].join("\n");
  }
}

function join(sections: readonly string[]): string[] {
  return [sections.join("\n\n")];
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)];
}

/** A number as it is shown: three digits that count. */
export function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The rows of scenarios: each tool beside the one it is held against. */
export function resultTable(
  scenarios: readonly { name: string; base: string; results: readonly Result[] }[],
): string[] {
  const rows = scenarios.flatMap(({ name, base, results }) => {
    const floor = results.find((r) => r.tool === base)?.seconds;
    return results.map((r) => [
      name,
      r.tool,
      number(r.seconds),
      floor === undefined ? "–" : `${number(r.seconds / floor)} × ${base}`,
      r.runs === 1 ? "one run" : `${number(r.fastest)}–${number(r.slowest)} of ${r.runs}`,
      number(r.cpuSeconds),
      number(r.peakMB),
      number(r.writtenMB),
    ]);
  });
  return table(
    ["run", "tool", "median s", "ratio", "range s", "CPU s", "peak MB", "written MB"],
    rows,
  );
}
