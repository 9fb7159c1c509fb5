/**
 * What a dry run would do, told by directory: few paths are named each, many are counted where they lie, the biggest
 * first. Holds a number per directory and the first lines, whatever the number of paths. Pure.
 * @module
 */

import type { ChangeMessage, DecisionMessage } from "../base/event.ts";
import { dirOf } from "../base/relpath.ts";
import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import { countsText } from "./counts.ts";
import { printable } from "./printable.ts";

/** So many paths are named each; of more the directories, at most as many. */
const MOST = 20;

/** What happens to a path: the modifiers of changes, and what a rule removes. */
type LineKind = "+" | "M" | "-" | "R" | "gone" | "kept";

/** What lies in a directory, or below it. */
interface Sum {
  counts: Map<LineKind, number>;
  /** Directories that come or go. */
  dirs: number;
  bytes: number;
}

/** A directory with those below it. */
interface Node extends Sum {
  path: string;
  /** What lies in it itself. */
  own: Sum;
  below: Map<string, Node>;
}

/** Gathers the lines of a dry run until its summary. */
export class ByDirectory {
  readonly #most: number;
  #named: string[] = [];
  #paths = 0;
  #root = nodeOf("");

  /** Names each path while there are no more than `most` of them. */
  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** Takes a message about a path, and the line that tells it alone. */
  take(message: ChangeMessage | DecisionMessage, line: string): void {
    const { path } = message;
    if (path === undefined) return;
    this.#paths++;
    if (this.#paths <= this.#most) this.#named.push(line);
    else this.#named = [];
    const add = (sum: Sum): void => count(sum, message);
    let node = this.#root;
    add(node);
    for (const name of namesOf(path)) {
      let next = node.below.get(name);
      if (next === undefined) {
        next = nodeOf(node.path === "" ? name : `${node.path}/${name}`);
        node.below.set(name, next);
      }
      add(next);
      node = next;
    }
    add(node.own);
  }

  /** The lines for what was taken since the last call. */
  lines(): string[] {
    const named = this.#named;
    const [root, paths] = [this.#root, this.#paths];
    this.#root = nodeOf("");
    this.#named = [];
    this.#paths = 0;
    if (paths === 0) return [];
    if (paths <= this.#most) return named;
    const rows = withFiles(rowsOf(root)).sort(bySize);
    const shown = rows.slice(0, MOST);
    return [
      ...shown.map((row) => `${printable(row.path)}  ${sumText(row)}`),
      ...moreText(rows.slice(MOST)),
      text("dirs.all-paths", { n: paths }),
    ];
  }
}

/** A line: a directory with all below it, or what lies in a directory itself. */
interface DirectoryRow extends Sum {
  path: string;
}

/** Goes down where most is, as long as the lines are few. */
function rowsOf(root: Node): DirectoryRow[] {
  const open: Node[] = [root];
  const rows: DirectoryRow[] = [];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const parts = node.below.size + (isEmpty(node.own) ? 0 : 1);
    const fits = rows.length + open.length + parts <= MOST;
    if (node.below.size > 0 && (fits || node === root)) {
      if (!isEmpty(node.own)) {
        rows.push({ ...node.own, path: node === root ? "./" : `${node.path}/` });
      }
      open.push(...node.below.values());
      open.sort((a, b) => bySize(b, a));
    } else rows.push({ ...node, path: node === root ? "./" : `${node.path}/` });
  }
  return rows;
}

/** Directories alone are told where there is nothing else: the summary has their number. */
function withFiles(rows: readonly DirectoryRow[]): DirectoryRow[] {
  const some = rows.filter(({ counts }) => counts.size > 0);
  return some.length > 0 ? some : [...rows];
}

function bySize(a: Sum, b: Sum): number {
  return b.bytes - a.bytes || total(b) - total(a);
}

function total({ counts, dirs }: Sum): number {
  return [...counts.values()].reduce((n, count) => n + count, dirs);
}

function isEmpty(sum: Sum): boolean {
  return total(sum) === 0;
}

function nodeOf(path: string): Node {
  return { path, ...emptySum(), own: emptySum(), below: new Map() };
}

function emptySum(): Sum {
  return { counts: new Map(), dirs: 0, bytes: 0 };
}

function namesOf(path: string): string[] {
  const dir = dirOf(path);
  return dir === "" ? [] : dir.split("/");
}

function count(sum: Sum, message: ChangeMessage | DecisionMessage): void {
  const { size } = message;
  sum.bytes += typeof size === "number" ? size : 0;
  if (message.message_type === "change" && message.type === "dir") {
    sum.dirs++;
    return;
  }
  const kind = kindOf(message);
  const n = typeof message.versions === "number" ? message.versions : 1;
  sum.counts.set(kind, (sum.counts.get(kind) ?? 0) + n);
}

function kindOf(message: ChangeMessage | DecisionMessage): LineKind {
  if (message.message_type === "decision") return message.keep ? "kept" : "gone";
  return message.modifier === "T" ? "M" : message.modifier;
}

/** "12 new, 3 changed (1.20 GiB)". */
function sumText({ counts, dirs, bytes }: Sum): string {
  const of = (kind: LineKind): number => counts.get(kind) ?? 0;
  const gone = of("gone");
  const parts = [
    countsText([
      [of("+"), "summary.new"],
      [of("R"), "summary.moved"],
      [of("M"), "summary.changed"],
      [of("-"), "summary.deleted"],
      [of("kept"), "summary.kept"],
    ]),
    gone > 0 ? text("dirs.versions", { n: gone }) : "",
    dirs > 0 ? text("dirs.dirs", { n: dirs }) : "",
  ].filter((part) => part !== "").join(", ");
  return bytes > 0 ? `${parts} (${formatSize(bytes)})` : parts;
}

function moreText(rows: readonly DirectoryRow[]): string[] {
  if (rows.length === 0) return [];
  const bytes = rows.reduce((n, row) => n + row.bytes, 0);
  return [text("dirs.more", { n: rows.length, size: formatSize(bytes) })];
}
