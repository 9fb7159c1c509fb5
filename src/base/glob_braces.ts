/** The braces of globs: `{a,b}` written out as alternatives. @module */

/** So many alternatives, and so many characters in all of them, a glob may stand for. */
const MAX_ALTERNATIVES = 256;
const MAX_CHARACTERS = 65_536;

/**
 * The globs that `glob` stands for, its braces written out (nested ones too); undefined when they are too
 * many. Braces without a comma or without an end mean themselves, so do those in `[…]` and after `\`.
 */
export function expandBraces(glob: string): string[] | undefined {
  const done: string[] = [];
  const open: [prefix: string, rest: string][] = [["", glob]];
  let characters = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [prefix, rest] = next;
    const group = firstGroup(rest);
    if (group === undefined) done.push(prefix + rest);
    else {
      const head = prefix + rest.slice(0, group.start);
      const tail = rest.slice(group.end + 1);
      for (const option of group.options.toReversed()) open.push([head, option + tail]);
    }
    characters += prefix.length + rest.length;
    if (done.length + open.length > MAX_ALTERNATIVES || characters > MAX_CHARACTERS) {
      return undefined;
    }
  }
  return done;
}

interface BraceGroup {
  start: number;
  end: number;
  options: string[];
}

/** The first outermost `{…,…}`. */
function firstGroup(text: string): BraceGroup | undefined {
  // For each brace that is open: where it and its commas are. One pass, however many braces have no end.
  const open: { start: number; commas: number[] }[] = [];
  let found: { start: number; end: number; commas: number[] } | undefined;
  // where one bracket has no end, none after it has
  let ends = true;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === "[") {
      const end: number = ends ? classEnd(text, i) : i;
      ends &&= end > i;
      i = end;
    } else if (char === "{") open.push({ start: i, commas: [] });
    else if (char === ",") open.at(-1)?.commas.push(i);
    else if (char === "}") {
      const group = open.pop();
      if (group === undefined || group.commas.length === 0) continue;
      // Groups end inner ones first; the outermost has the smallest start.
      if (found === undefined || group.start < found.start) found = { ...group, end: i };
      if (open.length === 0) break;
    }
  }
  if (found === undefined) return undefined;
  const { start, end, commas } = found;
  const edges = [start, ...commas, end];
  const options = edges.slice(1).map((edge, k) => text.slice((edges[k] ?? 0) + 1, edge));
  return { start, end, options };
}

/** The index of the `]` that ends the class at `start`, or `start` when none does. */
function classEnd(text: string, start: number): number {
  let i = start + 1;
  if (text[i] === "!" || text[i] === "^") i++;
  for (const first = i; i < text.length; i++) {
    if (text[i] === "]" && i > first) return i;
    if (text[i] === "\\") i++;
  }
  return start;
}
