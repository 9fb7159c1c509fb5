/**
 * Patterns in gitignore syntax, with the answers of git itself: the last pattern that matches decides, and what lies
 * in a directory that is ignored stays so. Other than git's, `?` and `[…]` are one character, not one byte, and letter
 * case is that of all letters. `tests/backup/gitignore_test.ts` holds it against git.
 * @module
 */

import { Automaton, foldCode, type MatchState, type PatternStep } from "./automaton.ts";
import { parseClass } from "./gitignore_class.ts";

/** How to match. */
export interface IgnoreOptions {
  /** Letters match in either case, as with git's `core.ignorecase`. Default: false. */
  readonly ignoreCase?: boolean;
}

/** One line as a rule. */
interface Rule {
  line: number;
  negated: boolean;
  dirOnly: boolean;
  steps: PatternStep[];
}

/** Which line decides, for a file and for a directory; -1 when none matches. */
interface DecidingLines {
  readonly file: number;
  readonly dir: number;
}

const SLASH: PatternStep = { kind: "char", code: 0x2f };
/** Any directories, none too. */
const DIRECTORIES: readonly PatternStep[] = [{ kind: "maybe", steps: 2 }, { kind: "any" }, SLASH];

/** Lines of a gitignore file, ready to answer. */
export class Ignore {
  readonly #rules: readonly Rule[];
  readonly #automaton: Automaton<DecidingLines>;
  /** The directory that was asked about last, where matching stands after it, and the rule that ignores it or -1. */
  #dir = "";
  #state: MatchState<DecidingLines>;
  #above = -1;

  constructor(lines: readonly string[], options: IgnoreOptions = {}) {
    const fold = options.ignoreCase ?? false;
    this.#rules = lines.flatMap((text, line) => parseLine(text, line, fold) ?? []);
    this.#automaton = new Automaton(this.#rules.map((rule) => rule.steps), {
      fold,
      value: (matched) => ({
        file: matched.findLast((index) => this.#rules[index]?.dirOnly === false) ?? -1,
        dir: matched.at(-1) ?? -1,
      }),
    });
    this.#state = this.#automaton.start;
  }

  /** True when the entry is ignored, by its own path (with `/`, from the root) or by a directory above it. */
  ignores(path: string, isDir: boolean): boolean {
    return this.#ignoring(this.#decides(path, isDir));
  }

  /** The index of the line that ignores the entry; undefined when it is not ignored. */
  lineFor(path: string, isDir: boolean): number | undefined {
    const rule = this.#rules[this.#decides(path, isDir)];
    return rule === undefined || rule.negated ? undefined : rule.line;
  }

  #ignoring(rule: number): boolean {
    return rule >= 0 && this.#rules[rule]?.negated === false;
  }

  #decides(path: string, isDir: boolean): number {
    const cut = path.lastIndexOf("/");
    if (Math.max(cut, 0) !== this.#dir.length || !path.startsWith(this.#dir)) {
      this.#enter(path.slice(0, Math.max(cut, 0)));
    }
    if (this.#above >= 0) return this.#above;
    const { value } = this.#automaton.run(this.#state, path, cut + 1, path.length);
    return isDir ? value.dir : value.file;
  }

  /** Every component once: a directory that is ignored settles all below it. */
  #enter(dir: string): void {
    this.#dir = dir;
    this.#above = -1;
    this.#state = this.#automaton.start;
    for (let from = 0; dir !== "" && from <= dir.length;) {
      const slash = dir.indexOf("/", from);
      const to = slash < 0 ? dir.length : slash;
      const there = this.#automaton.run(this.#state, dir, from, to);
      if (this.#ignoring(there.value.dir)) {
        this.#above = there.value.dir;
        return;
      }
      this.#state = this.#automaton.run(there, "/", 0, 1);
      from = to + 1;
    }
  }
}

/** A line without its `!`, its last `/` and blanks at its end; undefined when it says nothing. */
function parseLine(text: string, line: number, fold: boolean): Rule | undefined {
  let pattern = trimBlanks(text);
  if (pattern === "" || pattern.startsWith("#")) return undefined;
  const negated = pattern.startsWith("!");
  if (negated) pattern = pattern.slice(1);
  const dirOnly = pattern.endsWith("/");
  if (dirOnly) pattern = pattern.slice(0, -1);
  const anywhere = !pattern.includes("/");
  if (pattern.startsWith("/")) pattern = pattern.slice(1);
  const parsed = parseSteps(pattern, fold, anywhere);
  if (parsed === undefined || parsed.length === 0) return undefined;
  return { line, negated, dirOnly, steps: anywhere ? [...DIRECTORIES, ...parsed] : parsed };
}

/** Blanks at the end say nothing, but one after a `\`. */
function trimBlanks(text: string): string {
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    if (text[i] !== " " || text[i - 1] === "\\") end = i + 1;
  }
  return text.slice(0, end);
}

/** The steps of a pattern; undefined when it can match nothing: a bracket or a `\` without its end. */
function parseSteps(pattern: string, fold: boolean, anywhere: boolean): PatternStep[] | undefined {
  const steps: PatternStep[] = [];
  // git compares what stands before the first special character by itself, and what is left begins anew for it:
  // so "a**/b" is "a" and then "**/b"
  const literal = /[*?[\\]/.exec(pattern)?.index ?? pattern.length;
  for (let i = 0; i < pattern.length;) {
    const char = pattern[i];
    if (char === "*") {
      const stars = /^\*+/.exec(pattern.slice(i))?.[0].length ?? 1;
      const begins = i === literal || pattern[i - 1] === "/";
      i += stars;
      i += pushStars(steps, pattern.slice(i), stars > 1 && begins && !anywhere);
    } else if (char === "?") {
      steps.push({ kind: "set", test: () => true });
      i++;
    } else if (char === "[") {
      const parsed = parseClass(pattern, i, fold);
      if (parsed === undefined) return undefined;
      steps.push({ kind: "set", test: parsed.test });
      i = parsed.end;
    } else {
      const escaped = char === "\\";
      const code = pattern.codePointAt(escaped ? i + 1 : i);
      if (code === undefined) return undefined;
      // as git has it: a capital after a "\" is met by no letter where case does not count
      steps.push({ kind: "char", code: fold && !escaped ? foldCode(code) : code });
      i += (escaped ? 1 : 0) + (code > 0xffff ? 2 : 1);
    }
  }
  return steps;
}

/** Adds what stars mean before `rest`; gives how much of it they took. */
function pushStars(steps: PatternStep[], rest: string, between: boolean): number {
  if (!between || !(rest === "" || rest.startsWith("/") || rest.startsWith("\\/"))) {
    steps.push({ kind: "star" });
    return 0;
  }
  if (rest.startsWith("/")) {
    steps.push(...DIRECTORIES);
    return 1;
  }
  steps.push({ kind: "any" });
  return 0;
}
