/**
 * The manifest of a bundle: what `sha256sum -c` takes beside its volumes, with facts as comments before (docs/bundles.md).
 * It names no file of the source.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";
import { DIGITS, MAX_VOLUMES, parseName } from "./names.ts";
import { text } from "../text/text.ts";

/** What a manifest says. */
export interface Manifest {
  /** The vault's id. */
  vault: string;
  /** The run whose state the bundle brings back. */
  stamp: Stamp;
  /** The name of the manifest that this one goes on from; undefined for a full bundle. */
  before: string | undefined;
  /** How many entries its archive has. */
  entries: number;
  /** The volumes in order, the first tells of the others. */
  volumes: { name: string; hash: string }[];
}

/** The largest manifest: all volumes, 128 bytes each. */
export const MAX_MANIFEST: number = (MAX_VOLUMES + 16) * 128;

/** A manifest as text. */
export function formatManifest(m: Manifest): string {
  const facts = [
    "# hikae bundle 1",
    `# vault: ${m.vault}`,
    `# stamp: ${m.stamp}`,
    `# full: ${m.before === undefined ? "yes" : "no"}`,
    ...(m.before === undefined ? [] : [`# before: ${m.before}`]),
    `# entries: ${m.entries}`,
  ];
  const lines = m.volumes.map(({ name, hash }) => `${hash}  ${name}`);
  return [...facts, ...lines, ""].join("\n");
}

/** Reads a manifest; throws `damaged` for what cannot be one, a `failed` for one of a newer hikae. */
export function parseManifest(content: string, name: string): Manifest {
  const fail = (what: string): never => {
    throw new HikaeError("damaged", text("bundle.manifest", { what }), { path: name });
  };
  const lines = content.split("\n");
  if (lines.pop() !== "") fail(text("input.ends-early"));
  const [, version] = /^# hikae bundle (\d+)$/.exec(lines[0] ?? "") ??
    fail(text("bundle.not-ours"));
  if (version !== "1") {
    throw new HikaeError("failed", text("bundle.newer-format", { version: String(version) }), {
      path: name,
      hint: text("input.newer-hikae"),
    });
  }
  const facts = new Map<string, string>();
  const volumes: Manifest["volumes"] = [];
  for (const line of lines.slice(1)) {
    const [, key, value] = /^# ([a-z]+): (.*)$/.exec(line) ?? [];
    const [, hash, volume] = /^([0-9a-f]{64}) [ *]([^/\\]+)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      if (facts.has(key)) fail(text("input.twice", { what: key }));
      facts.set(key, value);
    } else if (hash !== undefined && volume !== undefined) volumes.push({ hash, name: volume });
    else if (!line.startsWith("#")) fail(text("input.line"));
  }
  const fact = (key: string, shape: RegExp): string => {
    const value = facts.get(key) ?? "";
    return shape.test(value) ? value : fail(text("input.missing-or-wrong", { what: key }));
  };
  const stamp = parseStamp(fact("stamp", /^\d{8}_\d{6}$/)) ?? fail(text("bundle.stamp-wrong"));
  const full = fact("full", /^(yes|no)$/) === "yes";
  checkVolumes(volumes, stamp, fail);
  return {
    vault: fact("vault", /^[0-9a-f-]{1,64}$/i),
    stamp,
    before: full ? undefined : fact("before", /^\d{8}_\d{6}\.[0-9a-f]{16}\.sha256$/),
    entries: Number(fact("entries", /^\d{1,15}$/)),
    volumes,
  };
}

function checkVolumes(
  volumes: Manifest["volumes"],
  stamp: Stamp,
  fail: (what: string) => never,
): void {
  if (volumes.length < 2) fail(text("bundle.no-volumes"));
  volumes.forEach(({ name, hash }, i) => {
    const parsed = parseName(name);
    const right = parsed?.kind === "volume" && parsed.stamp === stamp && parsed.number === i &&
      parsed.digits === hash.slice(0, DIGITS);
    if (!right) fail(text("bundle.volume-name", { number: i }));
  });
}
