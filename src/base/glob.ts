/**
 * Globs for `find` and for the paths of `restore`: `*`, `**`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, `\` before a
 * character that means itself. A glob without `/` is matched with the name, at any depth; one with `/` with
 * the whole path; a `/` at its end says nothing. Names that begin with a dot are names like others.
 * @module
 */

import { Automaton, foldCode, type PatternStep, upperCode } from "./automaton.ts";
import { HikaeError } from "./errors.ts";
import { expandBraces } from "./glob_braces.ts";
import { text } from "../text/text.ts";

/** How to match. */
export interface GlobRules {
  /** Letters match in either case. Default: false. */
  readonly ignoreCase?: boolean;
}

const SLASH: PatternStep = { kind: "char", code: 0x2f };
const MAX_LENGTH = 4096;

/** True when `text` is not a plain path: it has a wildcard, or a `\` that takes one's meaning away. */
export function isGlob(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  if (/\\[*?[\]{},\\]/.test(text)) return true;
  const alternatives = expandBraces(text);
  if (alternatives === undefined || alternatives.length > 1) return true;
  return parseSteps(text, false).some((step) => step.kind !== "char");
}

/** Makes a matcher of a glob; throws a `usage` error when the glob is empty or too large. */
export function compileGlob(glob: string, options: GlobRules = {}): (path: string) => boolean {
  const fold = options.ignoreCase ?? false;
  const alternatives = glob.length > MAX_LENGTH ? undefined : expandBraces(glob);
  if (alternatives === undefined) {
    throw new HikaeError("usage", text("input.glob-long"), {
      hint: text("input.glob-long-hint"),
    });
  }
  const patterns = alternatives.map((text) => stepsOf(text, fold));
  const automaton = new Automaton(patterns.map(({ steps }) => steps), {
    fold,
    value: (matched) => matched.length > 0,
  });
  // a name alone is shorter, and what was found of names before it need not be kept
  const names = patterns.every(({ anywhere }) => anywhere);
  return (path) => {
    const from = names ? path.lastIndexOf("/") + 1 : 0;
    return automaton.run(automaton.start, path, from, path.length).value;
  };
}

/** The steps of a glob without braces; one that is a name takes any directories before it. */
function stepsOf(glob: string, fold: boolean): { steps: PatternStep[]; anywhere: boolean } {
  const anchored = /^(?:\.?\/)+/.exec(glob)?.[0].length ?? 0;
  const parts = glob.slice(anchored).split("/").filter((part) => part !== "");
  if (parts.length === 0) {
    throw new HikaeError("usage", text("input.glob-empty", { glob }), {
      hint: text("input.glob-empty-hint"),
    });
  }
  const isAny = (part: string | undefined): boolean => /^\*\*+$/.test(part ?? "");
  const anywhere = anchored === 0 && parts.length === 1 && !isAny(parts[0]);
  if (anywhere) parts.unshift("**");
  // "dir/**" is what lies in the directory, not the directory itself
  if (isAny(parts.at(-1))) parts.push("*");
  const steps: PatternStep[] = [];
  parts.forEach((part, i) => {
    if (isAny(part)) steps.push({ kind: "maybe", steps: 2 }, { kind: "any" }, SLASH);
    else steps.push(...parseSteps(part, fold), ...(i < parts.length - 1 ? [SLASH] : []));
  });
  return { steps, anywhere };
}

function parseSteps(text: string, fold: boolean): PatternStep[] {
  const steps: PatternStep[] = [];
  // where one bracket has no end, none after it has
  let ends = true;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const parsed: ParsedClass | undefined = char === "[" && ends
      ? parseClass(text, i, fold)
      : undefined;
    if (char === "[") ends &&= parsed !== undefined;
    if (parsed !== undefined) {
      steps.push(parsed.step);
      i = parsed.end;
    } else if (char === "*") {
      if (steps.at(-1)?.kind !== "star") steps.push({ kind: "star" });
    } else if (char === "?") steps.push({ kind: "set", test: () => true });
    else {
      if (char === "\\" && i + 1 < text.length) i++;
      const code = text.codePointAt(i) ?? 0;
      if (code > 0xffff) i++;
      steps.push({ kind: "char", code: fold ? foldCode(code) : code });
    }
  }
  return steps;
}

/** A class, and the index of its `]`. */
interface ParsedClass {
  step: PatternStep;
  end: number;
}

/** Reads `[…]` from `start`; undefined when it does not end, so that the bracket means itself. */
function parseClass(
  text: string,
  start: number,
  fold: boolean,
): ParsedClass | undefined {
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
  if (i >= text.length) return undefined;
  const test = (code: number): boolean => inRanges(ranges, code, fold) !== not;
  return { step: { kind: "set", test }, end: i };
}

function inRanges(
  ranges: readonly (readonly [number, number])[],
  code: number,
  fold: boolean,
): boolean {
  const codes = fold ? [code, upperCode(code)] : [code];
  return ranges.some(([low, high]) => codes.some((c) => low <= c && c <= high));
}
