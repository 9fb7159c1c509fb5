/**
 * JSON with comments and trailing commas → values, with the place of each in the file. What JSON lets
 * pass in silence (a key given twice, `__proto__`) is an error here.
 * @module
 */

import { defined } from "../base/defined.ts";
import {
  createScanner,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { HikaeError } from "../base/errors.ts";
import type { Origin, Origins } from "./types.ts";
import { text } from "../text/text.ts";

/** Steps from the top of the file to a value. */
export type ValuePath = readonly (string | number)[];

/** What is wrong at a place of the file. */
export interface ConfigFault {
  /** Offset into the text. */
  offset: number;
  problem: string;
  place?: ValuePath;
  hint?: string;
}

/** A text that was read. */
export interface ConfigDocument {
  readonly value: unknown;
  readonly origins: Origins;
  /** The error for a fault in this text. */
  error(fault: ConfigFault): HikaeError;
  /** Where the value (or with `key`, its name) at `place` begins; undefined when it is not there. */
  offsetOf(place: ValuePath, key?: boolean): number | undefined;
}

const MOST_NESTED = 64;

/** Reads `source`; `file` is what messages call it. */
export function readDocument(source: string, file: string): ConfigDocument {
  const content = source.startsWith("\ufeff") ? source.slice(1) : source;
  const lines = lineStarts(content);
  const error = (fault: ConfigFault): HikaeError => {
    const { line, column } = originOf(lines, fault.offset);
    const key = fault.place === undefined || fault.place.length === 0
      ? ""
      : `${showPlace(fault.place)}: `;
    return new HikaeError(
      "config",
      text("config.fault", {
        place: `${file}:${line}:${column}`,
        problem: `${key}${fault.problem}`,
      }),
      {
        path: file,
        ...defined({ hint: fault.hint }),
      },
    );
  };
  refuseNesting(content, error);
  const root = parse(content, error);
  const origins = new Map<string, Origin>();
  const nodes = new Map<string, Node>();
  const value = toValue(root, [], (node, place) => {
    nodes.set(showPlace(place), node);
    const start = node.parent?.type === "property" ? node.parent : node;
    origins.set(showPlace(place), originOf(lines, start.offset));
  }, error);
  const offsetOf = (place: ValuePath, key = false): number | undefined => {
    const node = nodes.get(showPlace(place));
    return key && node?.parent?.type === "property" ? node.parent.offset : node?.offset;
  };
  return { value, origins, error, offsetOf };
}

/** A place as messages show it: `jobs.documents.vaults[0]`. */
export function showPlace(place: ValuePath): string {
  let shown = "";
  for (const step of place) {
    if (typeof step === "number") shown += `[${step}]`;
    else if (!/^[\p{L}\p{N}_$-]+$/u.test(step)) shown += `[${JSON.stringify(step)}]`;
    else shown += shown === "" ? step : `.${step}`;
  }
  return shown;
}

function parse(content: string, error: (fault: ConfigFault) => HikaeError): Node {
  const errors: ParseError[] = [];
  const root = parseTree(content, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    const code = printParseErrorCode(first.error);
    const words = code.replace(/(?!^)[A-Z]/g, (c) => ` ${c}`).toLowerCase();
    throw error({
      offset: first.offset,
      problem: content.trim() === "" ? text("config.empty-file") : words,
      ...(code === "InvalidEscapeCharacter" || code === "InvalidUnicode"
        ? { hint: text("config.windows-path-hint") }
        : content.trim() === ""
        ? { hint: text("config.starter-hint") }
        : {}),
    });
  }
  if (root === undefined) throw error({ offset: 0, problem: text("config.empty-file") });
  return root;
}

/** The parser is recursive: a file of brackets alone would end it with a stack overflow. */
function refuseNesting(content: string, error: (fault: ConfigFault) => HikaeError): void {
  const scanner = createScanner(content, true);
  let depth = 0;
  while (scanner.getPosition() < content.length) {
    scanner.scan();
    const first = content.charAt(scanner.getTokenOffset());
    if (first === "{" || first === "[") depth++;
    if (first === "}" || first === "]") depth--;
    if (depth > MOST_NESTED) {
      throw error({
        offset: scanner.getTokenOffset(),
        problem: text("config.nested", { most: MOST_NESTED }),
      });
    }
  }
}

function toValue(
  node: Node,
  place: ValuePath,
  note: (node: Node, place: ValuePath) => void,
  error: (fault: ConfigFault) => HikaeError,
): unknown {
  note(node, place);
  if (node.type === "array") {
    return (node.children ?? []).map((child, i) => toValue(child, [...place, i], note, error));
  }
  if (node.type !== "object") return node.value as unknown;
  const value: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [name, content] = property.children ?? [];
    const key = String(name?.value);
    if (key === "__proto__" || Object.hasOwn(value, key)) {
      const id = key === "__proto__" ? "config.key-not-allowed" : "config.key-twice";
      throw error({ offset: property.offset, place, problem: text(id, { key: quote(key) }) });
    }
    if (content === undefined) {
      throw error({
        offset: property.offset,
        place,
        problem: text("config.no-value", { key: quote(key) }),
      });
    }
    value[key] = toValue(content, [...place, key], note, error);
  }
  return value;
}

/** A key as messages show it. */
export function quote(key: string): string {
  return JSON.stringify(key.length > 60 ? key.slice(0, 57) + "…" : key);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

function originOf(lines: readonly number[], offset: number): Origin {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}
