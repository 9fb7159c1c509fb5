/**
 * Finds a plugin's code files: its own and those that it imports by static relative imports, each to be
 * listed by name for the import guard. A file that this scan does not find cannot be imported, whatever the
 * plugin does; one that it finds wrongly must be harmless. So a file counts only when it is TypeScript or
 * JavaScript by its name and really lies in the plugin's own directory or below it.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { CodeFile } from "./entry.ts";
import { text } from "../text/text.ts";

/** How the scan looks at files. */
export interface CodeReader {
  /** The text of a plain file of at most `max` bytes; throws when it cannot be read, or is no such file. */
  read(path: string, max: number): string;
  /** The path with all links resolved; throws when there is nothing. */
  realPath(path: string): string;
  fromUrl(url: URL): string;
}

const EXTENSIONS = [".ts", ".mts", ".mjs", ".js"];
const MAX_FILES = 64;
/** The size that one code file may have, in bytes. */
const MAX_BYTES = 1024 * 1024;
/** And all of them together. */
const MAX_ALL_BYTES = 4 * MAX_BYTES;
/** How many imports a file may have. */
const MAX_IMPORTS = 1000;
/** How far behind its keyword the name of what is imported may begin. */
const NEAR = 256;
/** How long it may be. */
const MAX_SPECIFIER = 4096;

/** True when a path has the name of a code file that a plugin may consist of. */
function isCodeFile(path: string): boolean {
  const lower = path.toLowerCase();
  return EXTENSIONS.some((ext) => lower.endsWith(ext));
}

/** Lists the code files of the plugin at `start`, that one first. */
export function findCodeFiles(start: URL, reader: CodeReader): CodeFile[] {
  const first = reader.fromUrl(start);
  if (!isCodeFile(start.pathname)) {
    throw new HikaeError("plugin_refused", text("plugin.not-typescript", { file: first }), {
      path: first,
      hint: text("plugin.not-typescript-hint", { endings: EXTENSIONS.join(" ") }),
    });
  }
  const home = parentUrl(new URL(toUrlPath(reader.realPath(first)), start));
  const found = new Map<string, CodeFile>([[start.href, { url: start.href, path: first }]]);
  let size = 0;
  for (const file of found.values()) {
    const code = reader.read(file.path, MAX_BYTES);
    size += code.length;
    if (size > MAX_ALL_BYTES) throw tooMuch(first, text("plugin.code-large"));
    const specifiers = new Set(staticImports(code));
    if (specifiers.size > MAX_IMPORTS) {
      throw tooMuch(first, text("plugin.code-imports", { most: MAX_IMPORTS }));
    }
    for (const specifier of specifiers) {
      const next = relativeFile(specifier, file, home, reader);
      if (next !== undefined && !found.has(next.url)) found.set(next.url, next);
    }
    if (found.size > MAX_FILES) {
      throw tooMuch(first, text("plugin.code-files", { most: MAX_FILES }));
    }
  }
  return [...found.values()];
}

/**
 * The specifiers of static imports and re-exports in `code`: every quoted text that follows the word `from` or `import`,
 * with no more than blanks and comments between, so some from strings and comments too. In linear time, whatever
 * the text is: it is read in hikae's own process, and it is a stranger's.
 */
export function staticImports(code: string): string[] {
  const result: string[] = [];
  for (const match of code.matchAll(/\b(?:from|import)(?=[\s"'/])/g)) {
    const specifier = quotedAt(code, match.index + match[0].length);
    if (specifier !== undefined) result.push(specifier);
  }
  return result;
}

/** The quoted text that begins near `at`, behind blanks and comments. */
function quotedAt(code: string, at: number): string | undefined {
  const near = code.slice(at, at + NEAR);
  let begin = 0;
  for (let skipped = -1; skipped !== begin;) {
    skipped = begin;
    while (begin < near.length && near.charAt(begin).trim() === "") begin++;
    const end = near.startsWith("//", begin)
      ? "\n"
      : near.startsWith("/*", begin)
      ? "*/"
      : undefined;
    if (end === undefined) continue;
    const found = near.indexOf(end, begin + 2);
    if (found < 0) return undefined;
    begin = found + end.length;
  }
  const quote = near.charAt(begin);
  if (quote !== '"' && quote !== "'") return undefined;
  const rest = code.slice(at + begin + 1, at + begin + 1 + MAX_SPECIFIER);
  const end = rest.indexOf(quote);
  const specifier = rest.slice(0, Math.max(0, end));
  return end < 0 || /[\n\r]/.test(specifier) ? undefined : specifier;
}

function relativeFile(
  specifier: string,
  from: CodeFile,
  home: string,
  reader: CodeReader,
): CodeFile | undefined {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) return undefined;
  const url = new URL(specifier, from.url);
  if (url.search !== "" || url.hash !== "" || /%(2f|5c|00)/i.test(url.pathname)) return undefined;
  if (url.protocol !== "file:" || !isCodeFile(url.pathname)) return undefined;
  const path = reader.fromUrl(url);
  try {
    const real = new URL(toUrlPath(reader.realPath(path)), url).href;
    return real.startsWith(home) && isCodeFile(real) ? { url: url.href, path } : undefined;
  } catch {
    return undefined; // a file of types alone need not exist: the import of it is erased
  }
}

/** A path as the path of a file URL. */
function toUrlPath(path: string): string {
  const forward = /^[A-Za-z]:\\|^\\\\/.test(path) ? path.replaceAll("\\", "/") : path;
  const encoded = encodeURI(forward).replaceAll("?", "%3F").replaceAll("#", "%23");
  return forward.startsWith("/") ? `file://${encoded}` : `file:///${encoded}`;
}

function parentUrl(url: URL): string {
  return url.href.slice(0, url.href.lastIndexOf("/") + 1);
}

function tooMuch(path: string, why: string): HikaeError {
  return new HikaeError("plugin_refused", text("plugin.load", { path, problem: why }), {
    path,
    hint: text("plugin.load-hint"),
  });
}
