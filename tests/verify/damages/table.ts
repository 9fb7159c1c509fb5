/** What damages came to, counted by place and command. */

/** The columns: the first two must stay empty. */
export const COLUMNS = ["silent", "gaveUp", "told", "refused", "right"] as const;
/** One of {@link COLUMNS}. */
export type Column = typeof COLUMNS[number];

const HEADS: Readonly<Record<Column, string>> = {
  silent: "silent and wrong",
  gaveUp: "gave up",
  told: "said so, went on",
  refused: "refused (13)",
  right: "right",
};

/** Counts per place and command, and what stands in the first two columns. */
export class Table {
  readonly #rows = new Map<string, Record<Column, number>>();
  /** Each trial that came to one of the first two columns. */
  readonly faults: string[] = [];
  /** How many damages were done. */
  damages = 0;

  /** Counts one answer. */
  add(row: string, column: Column, what: string): void {
    const counts = this.#rows.get(row) ?? { silent: 0, gaveUp: 0, told: 0, refused: 0, right: 0 };
    counts[column]++;
    this.#rows.set(row, counts);
    if (column === "silent" || column === "gaveUp") {
      this.faults.push(`${HEADS[column]}: ${row}: ${what}`);
    }
  }

  /** True when the first two columns are empty. */
  get isClean(): boolean {
    return this.faults.length === 0;
  }

  /** The counts as a table, and the faults below it. */
  text(): string {
    const cells = [...this.#rows].sort().map((
      [row, c],
    ) => [row, ...COLUMNS.map((k) => String(c[k]))]);
    const sums = COLUMNS.map((k) => String([...this.#rows.values()].reduce((n, c) => n + c[k], 0)));
    const all = [["", ...COLUMNS.map((k) => HEADS[k])], ...cells, ["all", ...sums]];
    const widths = all[0]?.map((_, i) => Math.max(...all.map((r) => r[i]?.length ?? 0))) ?? [];
    const rows = all.map((r) =>
      r.map((c, i) => i === 0 ? c.padEnd(widths[i] ?? 0) : c.padStart(widths[i] ?? 0))
    );
    return [...rows.map((r) => r.join("  ")), `${this.damages} damages`, ...this.faults].join("\n");
  }
}
