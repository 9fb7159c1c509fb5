/**
 * A job put into the text of a config that is there: nothing of it is changed or moved, neither comments nor the order
 * of its keys. Pure.
 * @module
 */

import { createScanner, type Node, type ParseError, parseTree } from "jsonc-parser";

/** A text with more in it. */
export interface AddedJob {
  text: string;
  /** The lines that were put in, as they stand there. */
  added: string;
}

/**
 * The text of a config with one more job. `fields` are the lines of its object, each with its comma and without
 * indentation. Undefined where the text is no config that could hold one, or has this job.
 */
export function addJob(
  text: string,
  name: string,
  fields: readonly string[],
): AddedJob | undefined {
  if (text.startsWith("\ufeff")) {
    const rest = addJob(text.slice(1), name, fields);
    return rest && { ...rest, text: `\ufeff${rest.text}` };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root?.type !== "object" || errors.length > 0) return undefined;
  const jobs = valueOf(root, "jobs");
  if (jobs !== undefined && jobs.type !== "object") return undefined;
  if (jobs !== undefined && valueOf(jobs, name) !== undefined) return undefined;
  const job = [`${JSON.stringify(name)}: {`, ...fields.map((f) => `  ${f}`), "}"];
  return jobs === undefined
    ? putInto(text, root, [`"jobs": {`, ...job.map((line) => `  ${line}`), "}"])
    : putInto(text, jobs, job);
}

function valueOf(object: Node, key: string): Node | undefined {
  return object.children?.find((p) => p.children?.[0]?.value === key)?.children?.[1];
}

/** Puts a property behind the last one of an object, before the brace that ends it. */
function putInto(text: string, object: Node, lines: readonly string[]): AddedJob {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const close = object.offset + object.length - 1;
  const line = text.lastIndexOf("\n", close) + 1;
  const last = object.children?.at(-1);
  const open = last !== undefined && !commaBehind(text, last.offset + last.length, close);
  const blanks = /^[ \t]*/.exec(text.slice(line))?.[0] ?? "";
  const own = line + blanks.length === close;
  const indent = last === undefined ? `${blanks}  ` : indentOf(text, last) ?? `${blanks}  `;
  // a list that ends in a comma goes on to do so
  const end = last === undefined || open ? "" : ",";
  const added = lines.map((l) => indent + l).join(eol) + end;
  const at = own ? line : close;
  const put = own ? `${added}${eol}` : `${eol}${added}${eol}${blanks}`;
  const before = open
    ? `${text.slice(0, last.offset + last.length)},${text.slice(last.offset + last.length, at)}`
    : text.slice(0, at);
  return { text: before + put + text.slice(at), added };
}

function commaBehind(text: string, from: number, to: number): boolean {
  // comments are passed over: a comma in one does not count
  const scanner = createScanner(text.slice(from, to), true);
  scanner.scan();
  return text.charAt(from + scanner.getTokenOffset()) === "," &&
    scanner.getTokenOffset() < to - from;
}

/** The blanks before a property that begins its line. */
function indentOf(text: string, { offset }: Node): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}
