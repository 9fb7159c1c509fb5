/**
 * The machine code of SHA-256 (FIPS 180-4) that `src/base/sha256.ts` holds as WebAssembly, put together here so that it
 * can be read: a test holds the two against each other. One function over one memory of its own; it calls nothing.
 * @module
 */

type Code = readonly number[];

// where things lie in the memory: the 64 constants from 0 on, then the state, then the words of a block
const STATE = 256;
const WORDS = 512;

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const load = (at: number): Code => [0x28, 2, ...unsigned(at)];
const store = (at: number): Code => [0x36, 2, ...unsigned(at)];
const number = (n: number): Code => [0x41, ...signed(n)];
const rotated = (bits: number): Code => [...number(bits), 0x78];
const shifted = (bits: number): Code => [...number(bits), 0x76];
const BELOW = 0x49;
const ADD = 0x6a;
const AND = 0x71;
const OR = 0x72;
const XOR = 0x73;
const LOOP: Code = [0x03, 0x40];
const END = 0x0b;
const AGAIN_IF: Code = [0x0d, 0];
const LOAD_16: Code = [0xfd, 0x00, 0, 0];
const STORE_16: Code = [0xfd, 0x0b, 0, ...unsigned(WORDS)];
const SHUFFLED: Code = [0xfd, 0x0d];

// the function's parameters, from where to where it goes; then the eight variables of a round, and what helps
const FROM = 0;
const TO = 1;
const A = 2;
const I = 10;
const X = 11;
const Y = 12;

function unsigned(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)];
}

function signed(n: number): number[] {
  return n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)];
}

function section(id: number, content: Code): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function named(name: string): number[] {
  return [name.length, ...new TextEncoder().encode(name)];
}

/** `body`, by a counter that goes up by `step` from zero to `end`. */
function counted(step: number, end: number, body: Code): number[] {
  const next = [...get(I), ...number(step), ADD, ...tee(I), ...number(end), BELOW, ...AGAIN_IF];
  return [...number(0), ...set(I), ...LOOP, ...body, ...next, END];
}

/** The sixteen words of a block, of which each comes with its largest byte first. */
function words(): number[] {
  const turned = Array.from({ length: 16 }, (_, i) => i ^ 3);
  const sixteen = [...get(FROM), ...get(I), ADD, ...LOAD_16];
  return counted(16, 64, [
    ...get(I),
    ...sixteen,
    ...sixteen,
    ...SHUFFLED,
    ...turned,
    ...STORE_16,
  ]);
}

/** The other 48 words; counted from the first, the 17th is `WORDS + 64`. */
function moreWords(): number[] {
  const mixed = (
    word: number,
    local: number,
    first: number,
    second: number,
    third: number,
  ): Code => [
    ...get(I),
    ...load(WORDS + 4 * word),
    ...tee(local),
    ...rotated(first),
    ...get(local),
    ...rotated(second),
    XOR,
    ...get(local),
    ...shifted(third),
    XOR,
  ];
  return counted(4, 192, [
    ...get(I),
    ...mixed(14, X, 17, 19, 10),
    ...get(I),
    ...load(WORDS + 36),
    ADD,
    ...mixed(1, Y, 7, 18, 3),
    ADD,
    ...get(I),
    ...load(WORDS),
    ADD,
    ...store(WORDS + 64),
  ]);
}

function turned(local: number, first: number, second: number, third: number): Code {
  const one = [...get(local), ...rotated(first), ...get(local), ...rotated(second), XOR];
  return [...one, ...get(local), ...rotated(third), XOR];
}

/** One of eight rounds in a row: the variables change their parts instead of their values. */
function round(r: number): number[] {
  const part = (n: number): number => A + ((n - r + 8) & 7);
  const [a, b, c, d] = [part(0), part(1), part(2), part(3)];
  const [e, f, g, h] = [part(4), part(5), part(6), part(7)];
  return [
    ...get(h),
    ...turned(e, 6, 11, 25),
    ADD,
    ...[...get(f), ...get(g), XOR, ...get(e), AND, ...get(g), XOR, ADD],
    ...[...get(I), ...load(4 * r), ADD, ...get(I), ...load(WORDS + 4 * r), ADD],
    ...tee(X),
    ...[...get(d), ADD, ...set(d)],
    ...get(X),
    ...turned(a, 2, 13, 22),
    ADD,
    ...[...get(a), ...get(b), OR, ...get(c), AND, ...get(a), ...get(b), AND, OR, ADD],
    ...set(h),
  ];
}

function blocks(): number[] {
  const state = Array.from({ length: 8 }, (_, i) => i);
  const begun = state.flatMap((i) => [...number(0), ...load(STATE + 4 * i), ...set(A + i)]);
  const ended = state.flatMap((i) => {
    const before = [...number(0), ...load(STATE + 4 * i)];
    return [...number(0), ...before, ...get(A + i), ADD, ...store(STATE + 4 * i)];
  });
  const next = [...get(FROM), ...number(64), ADD, ...tee(FROM), ...get(TO), BELOW, ...AGAIN_IF];
  const rounds = counted(32, 256, state.flatMap(round));
  return [...LOOP, ...words(), ...moreWords(), ...begun, ...rounds, ...ended, ...next, END, END];
}

/** The module: `memory`, 128 KiB of it, and `blocks`, which goes over whole blocks from one address to another. */
export function sha256Code(): Uint8Array {
  const body = [1, Y - TO, 0x7f, ...blocks()];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, 0x7f, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, 2, 2]),
    ...section(7, [2, ...named("memory"), 2, 0, ...named("blocks"), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}
