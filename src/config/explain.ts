/** What the schema finds wrong → one fault with its place, in words. @module */

import type { core } from "zod";
import { nearest } from "../base/nearest.ts";
import { keysAt } from "./schema.ts";
import { type ConfigDocument, type ConfigFault, quote, type ValuePath } from "./syntax.ts";
import { text } from "../text/text.ts";

type Issue = core.$ZodIssue;

/** Kinds of permission that Deno has and no plugin gets. */
const NEVER_GRANTED = ["ffi", "import"];

/**
 * The fault to report of all that the schema found: an unknown key first, since a slip in a key's name
 * shows as a missing key too; else the first in the file.
 */
export function worstFault(issues: readonly Issue[], doc: ConfigDocument): ConfigFault {
  const unknown = issues.filter(({ code }) => code === "unrecognized_keys");
  const faults = allFaults(issues, doc);
  const [first = { offset: 0, problem: text("config.not-one") }] = [
    ...allFaults(unknown, doc),
    ...faults,
  ];
  const more = faults.length - 1;
  if (more <= 0) return first;
  return { ...first, problem: text("config.and-more", { problem: first.problem, more }) };
}

/** All that the schema found, in the order of the file; what two of its checks say of one value stands once. */
export function allFaults(issues: readonly Issue[], doc: ConfigDocument): ConfigFault[] {
  const faults = new Map<string, ConfigFault>();
  for (const fault of issues.flatMap((issue) => faultsOf(issue, doc))) {
    faults.set(`${fault.offset} ${fault.problem}`, fault);
  }
  return [...faults.values()].sort((a, b) => a.offset - b.offset);
}

/** The faults of an issue: each unknown key is one. */
function faultsOf(issue: Issue, doc: ConfigDocument): ConfigFault[] {
  if (issue.code !== "unrecognized_keys") return [toFault(issue, doc)];
  return issue.keys.map((key) => toFault({ ...issue, keys: [key] }, doc));
}

function toFault(issue: Issue, doc: ConfigDocument): ConfigFault {
  const inner = innerIssue(issue);
  if (inner !== undefined) return toFault(inner, doc);
  const place = issue.path.map((step) => typeof step === "number" ? step : String(step));
  if (issue.code === "unrecognized_keys") return unknownKey(issue.keys[0] ?? "", place, doc);
  if (issue.code === "invalid_key") {
    const why = issue.issues[0]?.message ?? issue.message;
    return {
      offset: doc.offsetOf(place, true) ?? 0,
      place: place.slice(0, -1),
      problem: text("config.key-is-not", { key: quote(String(place.at(-1))), what: why }),
    };
  }
  const list = place.slice(0, -1);
  const one = place.at(-1) === 0 && doc.offsetOf(place) === undefined &&
    typeof valueAt(doc.value, list) === "string";
  if (one) return toFault({ ...issue, path: list }, doc);
  const offset = doc.offsetOf(place);
  if (offset === undefined) return missingKey(place, issue.message, doc);
  return {
    offset,
    place,
    problem: text("config.expected", { what: issue.message, got: describe(doc.value, place) }),
  };
}

/** Of a choice ("a list, or true"), the item of the list that is wrong. */
function innerIssue(issue: Issue): Issue | undefined {
  if (issue.code !== "invalid_union") return undefined;
  const branch = issue.errors.find((b) => b.length > 0 && b.every((i) => i.path.length > 0));
  const first = branch?.[0];
  return first === undefined ? undefined : { ...first, path: [...issue.path, ...first.path] };
}

function unknownKey(key: string, place: ValuePath, doc: ConfigDocument): ConfigFault {
  const known = keysAt(place) ?? [];
  const near = nearest(key, known);
  const problem = NEVER_GRANTED.includes(key) && place.at(-1) === "allow"
    ? text("config.never-granted", { key: quote(key) })
    : near === undefined
    ? text("config.unknown-key", { key: quote(key) })
    : text("config.unknown-key-near", { key: quote(key), near });
  return {
    offset: doc.offsetOf([...place, key], true) ?? 0,
    place,
    problem,
    hint: text("config.keys-hint", { keys: known.join(", ") }),
  };
}

function missingKey(place: ValuePath, expected: string, doc: ConfigDocument): ConfigFault {
  const parent = place.slice(0, -1);
  return {
    offset: doc.offsetOf(parent, true) ?? 0,
    place: parent,
    problem: text("config.key-missing", { key: quote(String(place.at(-1) ?? "")), what: expected }),
  };
}

function valueAt(root: unknown, place: ValuePath): unknown {
  let value = root;
  for (const step of place) value = (value as Record<string | number, unknown> | undefined)?.[step];
  return value;
}

function describe(root: unknown, place: ValuePath): string {
  const value = valueAt(root, place);
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "null";
  if (Array.isArray(value)) return text(value.length === 0 ? "config.empty-list" : "config.list");
  return text("config.object");
}
