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
  /** It is found out besides what would be ignored if they did: {@link Ignore.lineInOtherCase}. Default: false. */
  readonly tellOtherCase?: boolean;
}

/** One line as a rule. */
interface Rule {
  line: number;
  negated: boolean;
  dirOnly: boolean;
  steps: PatternStep[];
}

/** Which rule decides, for a file and for a directory; -1 when none matches. */
interface DecidingRule {
  readonly file: number;
  readonly dir: number;
}

/** The same with letters as they are, and in either case where that is asked for. */
interface DecidingLines extends DecidingRule {
  readonly folded: DecidingRule;
}

const SLASH: PatternStep = { kind: "char", code: 0x2f };
/** Any directories, none too. */
const DIRECTORIES: readonly PatternStep[] = [{ kind: "maybe", steps: 2 }, { kind: "any" }, SLASH];

/** Lines of a gitignore file, ready to answer. */
export class Ignore {
  /** Of the lines as they are; after these, where that is asked for, the same with letters in either case. */
  readonly #rules: readonly Rule[];
  readonly #automaton: Automaton<DecidingLines>;
  /** The directory that was asked about last, where matching stands after it, and the rules that ignore it or -1. */
  #dir = "";
  #state: MatchState<DecidingLines>;
  #above = -1;
  #aboveFolded = -1;
  /** What decides about the entry that was asked about last. */
  #last: DecidingLines;

  constructor(lines: readonly string[], options: IgnoreOptions = {}) {
    const { ignoreCase = false, tellOtherCase = false } = options;
    const rulesOf = (fold: boolean): Rule[] =>
      lines.flatMap((text, line) => parseLine(text, line, fold) ?? []);
    const own = rulesOf(ignoreCase);
    const rules = this.#rules = tellOtherCase ? [...own, ...rulesOf(true)] : own;
    const deciding = (matched: readonly number[], is: (rule: number) => boolean): DecidingRule => ({
      file: matched.findLast((rule) => is(rule) && rules[rule]?.dirOnly === false) ?? -1,
      dir: matched.findLast(is) ?? -1,
    });
    this.#automaton = new Automaton(rules.map((rule) => rule.steps), {
      fold: (rule) => ignoreCase || rule >= own.length,
      value: (matched) => ({
        ...deciding(matched, (rule) => rule < own.length),
        folded: deciding(matched, (rule) => rule >= own.length),
      }),
    });
    this.#state = this.#automaton.start;
    this.#last = this.#state.value;
  }

  /** True when the entry is ignored, by its own path (with `/`, from the root) or by a directory above it. */
  ignores(path: string, isDir: boolean): boolean {
    const cut = path.lastIndexOf("/");
    return this.ignoresIn(path.slice(0, Math.max(cut, 0)), path.slice(cut + 1), isDir);
  }

  /** The same of a name in a directory: most questions are about names in one. */
  ignoresIn(dir: string, name: string, isDir: boolean): boolean {
    if (dir !== this.#dir) this.#enter(dir);
    if (this.#above >= 0) return true;
    const { value } = this.#automaton.runName(this.#state, name);
    this.#last = value;
    return this.#ignoring(isDir ? value.dir : value.file);
  }

  /**
   * The index of the line that would ignore the entry if letters matched in either case, of the one that was asked about
   * last and is not ignored; undefined when none would.
   */
  lineInOtherCase(isDir: boolean): number | undefined {
    const { folded } = this.#last;
    const decides = this.#aboveFolded >= 0 ? this.#aboveFolded : isDir ? folded.dir : folded.file;
    return this.#ignoring(decides) ? this.#rules[decides]?.line : undefined;
  }

  #ignoring(rule: number): boolean {
    return rule >= 0 && this.#rules[rule]?.negated === false;
  }

  /** Every component once: a directory that is ignored settles all below it. */
  #enter(dir: string): void {
    this.#dir = dir;
    this.#above = this.#aboveFolded = -1;
    this.#state = this.#automaton.start;
    for (let from = 0; dir !== "" && from <= dir.length;) {
      const slash = dir.indexOf("/", from);
      const to = slash < 0 ? dir.length : slash;
      const there = this.#automaton.run(this.#state, dir, from, to);
      if (this.#ignoring(there.value.dir)) {
        this.#above = there.value.dir;
        return;
      }
      const folded = there.value.folded.dir;
      if (this.#aboveFolded < 0 && this.#ignoring(folded)) this.#aboveFolded = folded;
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
