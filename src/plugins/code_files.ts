/**
 * Finds a plugin's code files: its own and those that it imports by static relative imports, each to be
 * listed by name for the import guard. A file that this scan does not find cannot be imported, whatever the
 * plugin does; one that it finds wrongly must be harmless. So a file counts only when it is TypeScript or
 * JavaScript by its name and really lies in the plugin's own directory or below it.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { CodeFile } from "./entry.ts";

/** How the scan looks at files. */
export interface CodeReader {
  /** The text of a file; throws when it cannot be read. */
  read(path: string): string;
  /** The path with all links resolved; throws when there is nothing. */
  realPath(path: string): string;
  fromUrl(url: URL): string;
}

const EXTENSIONS = [".ts", ".mts", ".mjs", ".js"];
const MAX_FILES = 64;
const MAX_CHARS = 4 * 1024 * 1024;

/** True when a path has the name of a code file that a plugin may consist of. */
export function isCodeFile(path: string): boolean {
  const lower = path.toLowerCase();
  return EXTENSIONS.some((ext) => lower.endsWith(ext));
}

/** Lists the code files of the plugin at `start`, that one first. */
export function findCodeFiles(start: URL, reader: CodeReader): CodeFile[] {
  const first = reader.fromUrl(start);
  if (!isCodeFile(start.pathname)) {
    throw new HikaeError("plugin_refused", `load plugin ${first}: not a TypeScript file`, {
      path: first,
      hint: `its name has to end in one of ${EXTENSIONS.join(" ")}`,
    });
  }
  const home = parentUrl(new URL(toUrlPath(reader.realPath(first)), start));
  const found = new Map<string, CodeFile>([[start.href, { url: start.href, path: first }]]);
  for (const file of found.values()) {
    const text = reader.read(file.path);
    if (text.length > MAX_CHARS) throw tooMuch(first, "a code file of it is larger than 4 MB");
    for (const specifier of staticImports(text)) {
      const next = relativeFile(specifier, file, home, reader);
      if (next !== undefined && !found.has(next.url)) found.set(next.url, next);
    }
    if (found.size > MAX_FILES) throw tooMuch(first, `it has more than ${MAX_FILES} code files`);
  }
  return [...found.values()];
}

/** The specifiers of static imports and re-exports in `text`; may hold some from strings or comments. */
export function staticImports(text: string): string[] {
  const pattern =
    /(?:^|[;}\n\r]|\*\/)\s*(?:import|export)\b(?!\s*\()(?:(?!\bimport\b)[^;"'`=()])*?(?:"([^"\n]*)"|'([^'\n]*)')/g;
  const result: string[] = [];
  for (const match of withoutComments(text).matchAll(pattern)) {
    result.push(match[1] ?? match[2] ?? "");
  }
  return result;
}

/** Blanks comments; strings and templates are kept as they are. */
function withoutComments(text: string): string {
  const pattern =
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(pattern, (m) => m.startsWith("//") || m.startsWith("/*") ? " " : m);
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
  return new HikaeError("plugin_refused", `load plugin ${path}: ${why}`, {
    path,
    hint: "a plugin is one file, or a few",
  });
}
