/**
 * Globs for `find` and for the paths of `restore`: `*`, `**`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, `\` before a
 * character that means itself. A glob without `/` is matched with the name, at any depth; one with `/` with
 * the whole path. Names that begin with a dot are names like others.
 *
 * Matching is done by hand and not by `RegExp`: a backtracking engine takes ages over `*a*a*a*a*b`. Here a star
 * gives up its choice when a later one is reached, so the work grows with the lengths and never explodes.
 * @module
 */

import { HikaeError } from "./errors.ts";
import { expandBraces } from "./glob_braces.ts";

/** How to match. */
export interface GlobOptions {
  /** Letters match in either case. Default: false. */
  readonly ignoreCase?: boolean;
}

/** One step of a component: text, any character, any characters, or one of a class. */
type Step =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "star" }
  | { readonly kind: "class"; readonly not: boolean; readonly ranges: readonly [number, number][] };

/** One component of a glob; "**" stands for any number of components. */
type Component = readonly Step[] | "**";

const MAX_LENGTH = 4096;

/** True when `text` is not a plain path: it has a wildcard, or a `\` that takes one's meaning away. */
export function isGlob(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  if (/\\[*?[\]{},\\]/.test(text)) return true;
  const alternatives = expandBraces(text);
  if (alternatives === undefined || alternatives.length > 1) return true;
  return parseSteps(text, false).some((step) => step.kind !== "text");
}

/** Makes a matcher of a glob; throws a `usage` error when the glob is empty or too large. */
export function compileGlob(glob: string, options: GlobOptions = {}): (path: string) => boolean {
  const fold = options.ignoreCase ?? false;
  const alternatives = glob.length > MAX_LENGTH ? undefined : expandBraces(glob);
  if (alternatives === undefined) {
    throw new HikaeError("usage", "read glob: it is too long or has too many alternatives in {}", {
      hint: "ask for fewer at a time",
    });
  }
  const matchers = alternatives.map((text) => compileOne(text, fold));
  const [first] = matchers;
  if (matchers.length === 1 && first !== undefined) return first;
  return (path) => matchers.some((match) => match(path));
}

function compileOne(glob: string, fold: boolean): (path: string) => boolean {
  const anchored = /^(?:\.?\/)+/.exec(glob)?.[0].length ?? 0;
  const parts = glob.slice(anchored).split("/").filter((part) => part !== "");
  if (parts.length === 0) {
    throw new HikaeError("usage", `read glob: "${glob}" is empty`, {
      hint: "give a name or a path",
    });
  }
  const components = parts.map((part): Component =>
    /^\*\*+$/.test(part) ? "**" : parseSteps(part, fold)
  );
  // "dir/**" is what lies in the directory, not the directory itself.
  if (components.at(-1) === "**") components.push([{ kind: "star" }]);
  const [only] = components;
  if (anchored === 0 && components.length === 1 && only !== undefined && only !== "**") {
    return (path) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return matchComponent(only, fold ? name.toLowerCase() : name, fold);
    };
  }
  return (path) => matchPath(components, (fold ? path.toLowerCase() : path).split("/"), fold);
}

/** Matches components with names; the last "**" passed takes one name more whenever what follows it fails. */
function matchPath(
  components: readonly Component[],
  names: readonly string[],
  fold: boolean,
): boolean {
  let [c, n, retryC, retryN] = [0, 0, -1, 0];
  while (n < names.length) {
    const component = components[c];
    if (component === "**") {
      [retryC, retryN] = [++c, n];
    } else if (component !== undefined && matchComponent(component, names[n] ?? "", fold)) {
      c++;
      n++;
    } else if (retryC >= 0) {
      [c, n] = [retryC, ++retryN];
    } else return false;
  }
  while (components[c] === "**") c++;
  return c === components.length;
}

/** Matches steps with a name; the last "*" passed takes one character more whenever what follows it fails. */
function matchComponent(steps: readonly Step[], name: string, fold: boolean): boolean {
  let [s, at, retryS, retryAt] = [0, 0, -1, 0];
  while (true) {
    const step = steps[s];
    if (step === undefined && at === name.length) return true;
    if (step?.kind === "star") {
      [retryS, retryAt] = [++s, at];
      if (s === steps.length) return true;
      continue;
    }
    const width = step === undefined ? 0 : stepWidth(step, name, at, fold);
    if (width > 0) {
      s++;
      at += width;
    } else if (retryS >= 0 && retryAt < name.length) {
      retryAt += charWidth(name, retryAt);
      [s, at] = [retryS, retryAt];
    } else return false;
  }
}

/** How much of the name a step takes at `at`; 0 when it does not match there. */
function stepWidth(step: Step, name: string, at: number, fold: boolean): number {
  if (step.kind === "text") return name.startsWith(step.text, at) ? step.text.length : 0;
  if (at >= name.length) return 0;
  const width = charWidth(name, at);
  if (step.kind !== "class") return width;
  return inRanges(step.ranges, name.slice(at, at + width), fold) !== step.not ? width : 0;
}

function charWidth(name: string, at: number): number {
  return (name.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function inRanges(
  ranges: readonly (readonly [number, number])[],
  char: string,
  fold: boolean,
): boolean {
  const codes = (fold ? [char, char.toUpperCase()] : [char]).map((c) => c.codePointAt(0) ?? 0);
  return ranges.some(([low, high]) => codes.some((code) => low <= code && code <= high));
}

function parseSteps(text: string, fold: boolean): Step[] {
  const steps: Step[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") steps.push({ kind: "text", text: fold ? plain.toLowerCase() : plain });
    plain = "";
  };
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const parsed = char === "[" ? parseClass(text, i) : undefined;
    if (parsed !== undefined) {
      flush();
      steps.push(parsed.step);
      i = parsed.end;
    } else if (char === "*" || char === "?") {
      flush();
      const star = char === "*";
      if (!star || steps.at(-1)?.kind !== "star") steps.push({ kind: star ? "star" : "one" });
    } else if (char === "\\" && i + 1 < text.length) plain += text.charAt(++i);
    else plain += char;
  }
  flush();
  return steps;
}

/** Reads `[…]` from `start`; undefined when it does not end, so that the bracket means itself. */
function parseClass(text: string, start: number): { step: Step; end: number } | undefined {
  let i = start + 1;
  const not = text[i] === "!" || text[i] === "^";
  if (not) i++;
  const first = i;
  const ranges: [number, number][] = [];
  const take = (): number => {
    if (text[i] === "\\" && i + 1 < text.length) i++;
    const code = text.codePointAt(i) ?? 0;
    i += code > 0xffff ? 2 : 1;
    return code;
  };
  while (i < text.length && (text[i] !== "]" || i === first)) {
    const low = take();
    const isRange = text[i] === "-" && i + 1 < text.length && text[i + 1] !== "]";
    if (isRange) i++;
    ranges.push([low, isRange ? take() : low]);
  }
  return i < text.length ? { step: { kind: "class", not, ranges }, end: i } : undefined;
}
