/**
 * Many patterns matched at once, in time linear in text and patterns: they are one nondeterministic automaton, run as
 * a deterministic one whose states are made when they are met, and forgotten all together when they are too many.
 * Nothing goes back in the text, so no pattern takes ages.
 * @module
 */

/** One step of a pattern. Texts are paths: `star` and `set` never take a `/`. */
export type PatternStep =
  /** This code point, as {@link foldCode} gives it where letter case does not count. */
  | { readonly kind: "char"; readonly code: number }
  /** One code point that the test takes; it is asked with what {@link foldCode} gives where letter case does not count. */
  | { readonly kind: "set"; readonly test: (code: number) => boolean }
  /** Any text without `/`, none too. */
  | { readonly kind: "star" }
  /** Any text, none too. */
  | { readonly kind: "any" }
  /** The next `steps` steps may be left out together. */
  | { readonly kind: "maybe"; readonly steps: number };

/** Where matching stands after a text; `value` says what the patterns make of a text that ends here. */
export interface MatchState<V> {
  readonly value: V;
  /** What has begun to match: indexes of steps, and no end. */
  readonly nodes: Int32Array;
  readonly ascii: (MatchState<V> | undefined)[];
  others: Map<number, MatchState<V>> | undefined;
  /** No text without `/` leads away from here; undefined before anybody asked. */
  isSettled: boolean | undefined;
}

/** How an automaton is made. */
export interface AutomatonOptions<V> {
  /** Letters match in either case, in the patterns of which it is true. */
  readonly fold: boolean | ((pattern: number) => boolean);
  /** The value of a state in which the patterns with these indexes match, smallest first. */
  readonly value: (matched: readonly number[]) => V;
  /** What the states may take at a time, in words of 8 bytes, about; for tests. Default: 8 MB. */
  readonly room?: number;
}

const CHAR = 0;
const SET = 1;
const STAR = 2;
const ANY = 3;
const MAYBE = 4;
const END = 5;
const KINDS = { char: CHAR, set: SET, star: STAR, any: ANY, maybe: MAYBE } as const;

const SLASH = 0x2f;
const ASCII = 128;

/** A letter as both its cases are compared: lower case where that is one character; what is not ASCII stays so. */
export function foldCode(code: number): number {
  if (code < ASCII) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  const lower = String.fromCodePoint(code).toLowerCase();
  const folded = lower.codePointAt(0) ?? code;
  return folded < ASCII || lower.length > (folded > 0xffff ? 2 : 1) ? code : folded;
}

/** The upper case of a letter where that is one character; else the letter as it is. */
export function upperCode(code: number): number {
  const upper = String.fromCodePoint(code).toUpperCase();
  const first = upper.codePointAt(0) ?? code;
  return upper.length > (first > 0xffff ? 2 : 1) ? code : first;
}

/** Patterns that are matched together. */
export class Automaton<V> {
  readonly #options: AutomatonOptions<V>;
  readonly #kinds: Uint8Array;
  /** Of a char its code, of a maybe how many steps, of an end the pattern. */
  readonly #numbers: Int32Array;
  readonly #tests: ((code: number) => boolean)[] = [];
  readonly #begins: number[] = [];
  /** 1 for each node of a pattern in which letters match in either case. */
  readonly #folds: Uint8Array;
  /** For each node the round in which it was last added. */
  readonly #added: Uint32Array;
  #round = 0;
  readonly #states = new Map<string, MatchState<V>>();
  #spent = 0;
  #start: MatchState<V> | undefined;

  constructor(patterns: readonly (readonly PatternStep[])[], options: AutomatonOptions<V>) {
    this.#options = options;
    const length = patterns.reduce((sum, steps) => sum + steps.length + 1, 0);
    this.#kinds = new Uint8Array(length);
    this.#numbers = new Int32Array(length);
    this.#folds = new Uint8Array(length);
    this.#added = new Uint32Array(length);
    const { fold } = options;
    let at = 0;
    patterns.forEach((steps, pattern) => {
      this.#begins.push(at);
      if (typeof fold === "boolean" ? fold : fold(pattern)) {
        this.#folds.fill(1, at, at + steps.length);
      }
      for (const step of steps) {
        this.#kinds[at] = KINDS[step.kind];
        if (step.kind === "char") this.#numbers[at] = step.code;
        else if (step.kind === "maybe") this.#numbers[at] = step.steps;
        else if (step.kind === "set") this.#tests[at] = step.test;
        at++;
      }
      this.#kinds[at] = END;
      this.#numbers[at++] = pattern;
    });
  }

  /** Where matching begins. */
  get start(): MatchState<V> {
    if (this.#start !== undefined) return this.#start;
    const start = this.#stateOf((take) => this.#begins.forEach((node) => take(node)));
    return this.#start = start;
  }

  /** Where matching stands after `text` from `from` to `to` (UTF-16 units), coming from `state`. */
  run(state: MatchState<V>, text: string, from: number, to: number): MatchState<V> {
    let now = state;
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i);
      if (unit < ASCII) {
        now = now.ascii[unit] ?? (now.ascii[unit] = this.#next(now, unit));
        continue;
      }
      const code = text.codePointAt(i) ?? unit;
      if (code > 0xffff) i++;
      now = this.#other(now, code);
    }
    return now;
  }

  /** The same for a text without `/`, as a name is one: what matches is often sure long before its end. */
  runName(state: MatchState<V>, name: string): MatchState<V> {
    let now = state;
    for (let i = 0; i < name.length; i++) {
      if (now.isSettled ?? this.#settle(now)) return now;
      const unit = name.charCodeAt(i);
      if (unit >= ASCII) return this.run(now, name, i, name.length);
      now = now.ascii[unit] ?? (now.ascii[unit] = this.#next(now, unit));
    }
    return now;
  }

  /** Whether any text without `/` leads from a state to itself: nothing in it tells such texts apart, and one does. */
  #settle(state: MatchState<V>): boolean {
    const same = state.nodes.every((node) =>
      this.#kinds[node] === ANY || (this.#kinds[node] === CHAR && this.#numbers[node] === SLASH)
    );
    return state.isSettled = same && this.#next(state, 0x61) === state;
  }

  #other(state: MatchState<V>, code: number): MatchState<V> {
    const others = state.others ??= new Map();
    let next = others.get(code);
    if (next === undefined) {
      next = this.#next(state, code);
      others.set(code, next);
      this.#spent += 4;
    }
    return next;
  }

  #next(state: MatchState<V>, raw: number): MatchState<V> {
    const folded = foldCode(raw);
    return this.#stateOf((take) => {
      for (const node of state.nodes) {
        const kind = this.#kinds[node];
        const code = this.#folds[node] === 1 ? folded : raw;
        if (kind === STAR ? code !== SLASH : kind === ANY) take(node);
        else if (kind === CHAR ? this.#numbers[node] === code : this.#takes(node, code)) {
          take(node + 1);
        }
      }
    });
  }

  #takes(node: number, code: number): boolean {
    return this.#kinds[node] === SET && code !== SLASH && (this.#tests[node]?.(code) ?? false);
  }

  /** The state of the nodes that `fill` takes, and of all that is reached from them without a character. */
  #stateOf(fill: (take: (node: number) => void) => void): MatchState<V> {
    const nodes: number[] = [];
    const ends: number[] = [];
    if (this.#round === 0xffff_ffff) {
      this.#added.fill(0);
      this.#round = 0;
    }
    this.#round++;
    fill((node) => this.#reach(node, nodes, ends));
    const list = Int32Array.from(nodes).sort();
    const key = `${list.join()};${ends.sort((a, b) => a - b).join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const cost = ASCII + list.length * 2;
    if ((this.#spent += cost) > (this.#options.room ?? 1_000_000)) {
      this.#states.clear();
      this.#start = undefined;
      this.#spent = cost;
    }
    const state: MatchState<V> = {
      value: this.#options.value(ends),
      nodes: list,
      ascii: new Array(ASCII).fill(undefined),
      others: undefined,
      isSettled: undefined,
    };
    this.#states.set(key, state);
    return state;
  }

  #reach(begin: number, nodes: number[], ends: number[]): void {
    const open = [begin];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (this.#added[node] === this.#round) continue;
      this.#added[node] = this.#round;
      const kind = this.#kinds[node];
      if (kind === END) ends.push(this.#numbers[node] ?? 0);
      else if (kind !== MAYBE) nodes.push(node);
      else open.push(node + 1 + (this.#numbers[node] ?? 0));
      if (kind === STAR || kind === ANY || kind === MAYBE) open.push(node + 1);
    }
  }
}
