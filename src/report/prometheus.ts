/** The answer of `status` as gauges for Prometheus' textfile collector. Pure. @module */

/** A `job_status` message, as far as it is needed here. */
type JobStatusLine = Readonly<Record<string, unknown>>;

interface Gauge {
  name: string;
  help: string;
  /** Its value for a vault; undefined where it is not known. */
  of(line: JobStatusLine): number | undefined;
}

/** Every kind of trouble is a gauge of its own. */
const TROUBLES: readonly (readonly [string, string])[] = [
  ["late", "the last good run is older than it may be"],
  ["failing", "the last run failed, was stopped by a guard or could not do everything"],
  ["interrupted", "the last run broke off"],
  ["damaged", "content of the vault, or its vault.json, was found damaged"],
  ["unproven", "the last good run has no seal, or no record of a run is left"],
  ["unchecked", "no one has read some of the content for a year"],
  ["growing", "the last run added far more than usual"],
  ["newer", "the vault has a newer format than this hikae"],
  ["locked", "a run holds the vault for more than a day"],
];

const GAUGES: readonly Gauge[] = [
  {
    name: "hikae_reachable",
    help: "1 when the vault could be asked, else 0.",
    of: (line) => line.result === "unreachable" ? 0 : 1,
  },
  {
    name: "hikae_last_good_run_timestamp_seconds",
    help: "When the last good run began, in seconds since 1970.",
    of: (line) => typeof line.time === "string" ? Date.parse(line.time) / 1000 : undefined,
  },
  {
    name: "hikae_source_size_bytes",
    help: "Bytes of the source as of the last good run.",
    of: (line) => number(line.size),
  },
  {
    name: "hikae_last_good_run_added_bytes",
    help: "Bytes that the last good run added to the vault.",
    of: (line) => number(line.bytes_added),
  },
  {
    name: "hikae_last_good_run_errors",
    help: "Entries that the last good run could not read or store.",
    of: (line) => number(line.errors),
  },
  {
    name: "hikae_verified_ratio",
    help: "Part of the content that was read again and found sound, 0 to 1.",
    of: (line) => number(line.verified_share),
  },
  ...TROUBLES.map(([kind, help]): Gauge => ({
    name: `hikae_${kind}`,
    help: `1 when ${help}, else 0.`,
    of: (line) => Array.isArray(line.trouble) && line.trouble.includes(kind) ? 1 : 0,
  })),
];

/**
 * The text of the file; `told` are `job_status` messages. Gauges without any value are left out, and so is a vault that was
 * named twice: a collector takes no file that has a gauge twice with the same labels.
 */
export function prometheusText(told: readonly JobStatusLine[]): string {
  const lines = [...new Map(told.map((line) => [labels(line), line])).values()];
  const parts = GAUGES.flatMap(({ name, help, of }) => {
    const samples = lines.flatMap((line) => {
      const value = of(line);
      return value === undefined ? [] : [`${name}{${labels(line)}} ${value}`];
    });
    return samples.length === 0
      ? []
      : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
  });
  const count = [
    "# HELP hikae_vaults How many vaults were looked at.",
    "# TYPE hikae_vaults gauge",
    `hikae_vaults ${lines.length}`,
  ];
  return [...count, ...parts, "# EOF", ""].join("\n");
}

function labels(line: JobStatusLine): string {
  return ["vault", "host", "job"].map((key) => `${key}="${escaped(line[key])}"`).join(",");
}

function escaped(value: unknown): string {
  if (typeof value !== "string") return "";
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
