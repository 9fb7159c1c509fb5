/**
 * The manifest of a bundle: what `sha256sum -c` takes beside its volumes, with facts as comments before (docs/bundles.md).
 * It names no file of the source.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";
import { DIGITS, MAX_VOLUMES, parseName } from "./names.ts";

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
export function parseManifest(text: string, name: string): Manifest {
  const fail = (what: string): never => {
    throw new HikaeError("damaged", `read manifest: ${what}`, { path: name });
  };
  const lines = text.split("\n");
  if (lines.pop() !== "") fail("it ends too early");
  const [, version] = /^# hikae bundle (\d+)$/.exec(lines[0] ?? "") ??
    fail("it is none of hikae's");
  if (version !== "1") {
    throw new HikaeError("failed", `read manifest: its format ${version} is newer`, {
      path: name,
      hint: "use a newer hikae",
    });
  }
  const facts = new Map<string, string>();
  const volumes: Manifest["volumes"] = [];
  for (const line of lines.slice(1)) {
    const [, key, value] = /^# ([a-z]+): (.*)$/.exec(line) ?? [];
    const [, hash, volume] = /^([0-9a-f]{64}) [ *]([^/\\]+)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      if (facts.has(key)) fail(`"${key}" is there twice`);
      facts.set(key, value);
    } else if (hash !== undefined && volume !== undefined) volumes.push({ hash, name: volume });
    else if (!line.startsWith("#")) fail("a line cannot be read");
  }
  const fact = (key: string, shape: RegExp): string => {
    const value = facts.get(key) ?? "";
    return shape.test(value) ? value : fail(`"${key}" is missing or wrong`);
  };
  const stamp = parseStamp(fact("stamp", /^\d{8}_\d{6}$/)) ?? fail('"stamp" is wrong');
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
  if (volumes.length < 2) fail("it has no volumes");
  volumes.forEach(({ name, hash }, i) => {
    const parsed = parseName(name);
    const right = parsed?.kind === "volume" && parsed.stamp === stamp && parsed.number === i &&
      parsed.digits === hash.slice(0, DIGITS);
    if (!right) fail(`volume ${i} has a name that is not its own`);
  });
}
