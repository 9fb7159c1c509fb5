/** What is done to a file of a vault, as rot, a dying disk and careless hands do it. Pure. */

/** A number below `n`, the same each time for the same seed. */
export type Chance = (n: number) => number;

/** A small generator, so that a damage can be repeated. */
export function chanceFrom(seed: number): Chance {
  let x = seed >>> 0;
  return (n) => {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return Math.floor((x / 0x1_0000_0000) * n);
  };
}

/** A damage: new bytes of a file, undefined where it goes; `others` are files of its kind. */
export type Damage = (
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  chance: Chance,
) => Uint8Array | undefined;

const PAGE = 4096;

/** The place of a digit after `from`, or of the first one. */
function digitAt(bytes: Uint8Array, from: number): number {
  const isDigit = (b: number): boolean => b >= 48 && b < 58;
  const at = bytes.subarray(from).findIndex(isDigit);
  return at < 0 ? bytes.findIndex(isDigit) : at + from;
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const own = bytes.slice();
  if (at >= 0 && at < own.length) own[at] = value;
  return own;
}

function lines(bytes: Uint8Array): string[] {
  return new TextDecoder("latin1").decode(bytes).split("\n");
}

function joined(all: readonly string[]): Uint8Array {
  return Uint8Array.from(all.join("\n"), (c) => c.charCodeAt(0));
}

/** All kinds by name. */
export const KINDS: Readonly<Record<string, Damage>> = {
  "gone": () => undefined,
  "cut": (b, _o, chance) => b.slice(0, chance(b.length)),
  "the last quarter zeros": (b) => b.slice().fill(0, b.length - (b.length >> 2)),
  "a page of zeros": (b, _o, chance) => {
    const at = chance(b.length);
    const from = b.length > PAGE ? at - at % PAGE : at;
    return b.slice().fill(0, from, from + (b.length > PAGE ? PAGE : 64));
  },
  "pages exchanged": (b, _o, chance) => {
    const size = b.length > 2 * PAGE ? PAGE : 16;
    const pages = Math.max(1, Math.floor(b.length / size));
    const [one, two] = [chance(pages) * size, chance(pages) * size];
    const own = b.slice();
    own.set(b.subarray(one, one + size), two);
    own.set(b.subarray(two, two + size), one);
    return own.subarray(0, b.length);
  },
  "a bit flipped": (b, _o, chance) => {
    const at = chance(b.length);
    return changed(b, at, (b[at] ?? 0) ^ (1 << chance(8)));
  },
  "a digit changed": (b, _o, chance) => {
    const at = digitAt(b, chance(b.length));
    return changed(b, at, 48 + ((b[at] ?? 48) - 48 + 1 + chance(9)) % 10);
  },
  "a line lost": (b, _o, chance) => {
    const all = lines(b);
    return joined(all.toSpliced(chance(all.length), 1));
  },
  "a line twice": (b, _o, chance) => {
    const all = lines(b);
    return joined(all.toSpliced(chance(all.length), 0, all[chance(all.length)] ?? ""));
  },
  "lines exchanged": (b, _o, chance) => {
    const all = lines(b);
    const [one, two] = [chance(all.length), chance(all.length)];
    return joined(all.with(one, all[two] ?? "").with(two, all[one] ?? ""));
  },
  "another of its kind": (_b, others, chance) => others[chance(others.length)],
  "garbage": (_b, _o, chance) => Uint8Array.from({ length: 300 }, () => chance(256)),
};

/** The kinds that an index can have: it has no lines. */
export const WITHOUT_LINES = Object.keys(KINDS).filter((k) => !k.includes("line"));
