/** What was sent to a place, kept at home: the next bundle goes on from it. @module */

import { systemText } from "../../base/system_text.ts";

import { readTextIfAny, replaceFile } from "../../base/io.ts";
import { parseStamp, type Stamp } from "../../base/stamp.ts";
import { DIGITS, parseName } from "../../bundle/names.ts";
import type { EnginePorts } from "../ports.ts";
import { text } from "../../text/text.ts";

/** The newest bundle at a place. */
export interface SentBundle {
  stamp: Stamp;
  manifest: string;
  /** The SHA-256 of the run's record as it was then. */
  record: string;
  /** Sorted. */
  recipients: string[];
  /** The full bundle that it goes on from, with its bytes and those of all since; absent in what an older hikae kept. */
  full?: { stamp: Stamp; bytes: number; since: number };
  /** What it needs to be restored, itself and all since the full one; absent in what an older hikae kept. */
  objects?: SentObject[];
  /** Paths whose content it could not have as the record tells it: they are sent once they are whole again. */
  missing?: string[];
}

/** An object that was stored; of a manifest the size is not kept. */
export interface SentObject {
  name: string;
  bytes?: number;
}

type SentPorts = Pick<EnginePorts, "fs" | "hashOf" | "separator">;

/** The path at home of what is known about a vault's bundles at a place, without an ending. */
export function sentPath(
  { hashOf, separator }: Pick<SentPorts, "hashOf" | "separator">,
  state: string,
  vault: string,
  where: string,
): string {
  const digits = hashOf(new TextEncoder().encode(where)).slice(0, DIGITS);
  return `${state}${separator}${vault}.${digits}`;
}

function fileOf(ports: SentPorts, state: string, vault: string, where: string): string {
  return `${sentPath(ports, state, vault, where)}.json`;
}

/** What was sent last; undefined when nothing is known. */
export function readSent(
  ports: SentPorts,
  state: string | undefined,
  vault: string,
  where: string,
): SentBundle | undefined {
  if (state === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(
      readTextIfAny(ports.fs, fileOf(ports, state, vault, where)) ?? "null",
    );
    return isSent(value) ? value : undefined;
  } catch {
    // whatever it is, a full bundle is right
    return undefined;
  }
}

function isSent(value: unknown): value is SentBundle {
  if (typeof value !== "object" || value === null) return false;
  const { stamp, manifest, record, recipients, full, objects, missing } = value as Record<
    string,
    unknown
  >;
  return typeof stamp === "string" && parseStamp(stamp) !== undefined &&
    typeof manifest === "string" && parseName(manifest)?.kind === "manifest" &&
    typeof record === "string" && Array.isArray(recipients) &&
    recipients.every((r) => typeof r === "string") && (full === undefined || isFull(full)) &&
    (objects === undefined || Array.isArray(objects) && objects.every(isObject)) &&
    (missing === undefined ||
      Array.isArray(missing) && missing.every((path) => typeof path === "string"));
}

function isFull(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { stamp, bytes, since } = value as Record<string, unknown>;
  return typeof stamp === "string" && parseStamp(stamp) !== undefined &&
    typeof bytes === "number" && typeof since === "number";
}

function isObject(value: unknown): value is SentObject {
  if (typeof value !== "object" || value === null) return false;
  const { name, bytes } = value as Record<string, unknown>;
  return typeof name === "string" && (bytes === undefined || typeof bytes === "number");
}

/** The first object of a chain that is not there as it was sent. */
export function goneFrom(
  { objects = [], manifest }: SentBundle,
  there: ReadonlyMap<string, number>,
): string | undefined {
  const all = objects.length > 0 ? objects : [{ name: manifest }];
  return all.find(({ name, bytes }) => {
    const size = there.get(name);
    // a place that tells no sizes says -1
    return size === undefined || bytes !== undefined && size >= 0 && size !== bytes;
  })?.name;
}

/** When a bundle of changes is no longer enough: in another month, or when they come to more than a share of the full one. */
export type FullRule = "monthly" | number;

/** Whether the rule wants a full bundle after what was sent. */
export function isFullDue(rule: FullRule | undefined, sent: SentBundle, stamp: Stamp): boolean {
  if (rule === undefined) return false;
  if (sent.full === undefined) return true;
  const { full } = sent;
  return rule === "monthly"
    ? full.stamp.slice(0, 6) !== stamp.slice(0, 6)
    : full.since > full.bytes * rule;
}

/** Keeps what was sent; gives why it could not. */
export function writeSent(
  ports: SentPorts,
  state: string | undefined,
  vault: string,
  where: string,
  sent: SentBundle,
): string | undefined {
  if (state === undefined) return text("bundle.no-state");
  const path = fileOf(ports, state, vault, where);
  try {
    replaceFile(ports.fs, path, `${path}.new`, `${JSON.stringify(sent)}\n`, true);
    return undefined;
  } catch (error) {
    return systemText(error);
  }
}
