/**
 * SHA-256 of a little data (FIPS 180-4), in JavaScript, and of some more, in machine code: where a thread hashes no more
 * than that, to load the system's own costs more than all the rest of an answer. Pure.
 * @module
 */

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of eight. */
const { K, START } = constants();

/** The hash in lower-case hex. */
export function sha256Small(data: Uint8Array): string {
  return ended(START.slice(), data, data.length);
}

/** What a hash has come to, to go on from another time: plain data. */
export interface HashedSoFar {
  /** How many bytes it went over. */
  bytes: number;
  words: number[];
  /** The bytes after the last whole block, in hex. */
  rest: string;
}

/** A SHA-256 of which the middle can be kept. */
export class RunningSha256 {
  readonly #state: Int32Array;
  readonly #words = new Int32Array(64);
  #rest: Uint8Array;
  #bytes: number;

  /** Of nothing yet, or from where another one was. */
  constructor(from?: HashedSoFar) {
    this.#state = from === undefined ? START.slice() : Int32Array.from(from.words);
    this.#rest = from === undefined ? new Uint8Array() : Uint8Array.fromHex(from.rest);
    this.#bytes = from?.bytes ?? 0;
  }

  /** Goes over more. */
  add(data: Uint8Array): void {
    const all = new Uint8Array(this.#rest.length + data.length);
    all.set(this.#rest);
    all.set(data, this.#rest.length);
    const whole = all.length & ~63;
    const view = new DataView(all.buffer);
    for (let at = 0; at < whole; at += 64) block(this.#state, this.#words, view, at);
    this.#rest = all.slice(whole);
    this.#bytes += data.length;
  }

  /** What it has come to. */
  get soFar(): HashedSoFar {
    return { bytes: this.#bytes, words: [...this.#state], rest: this.#rest.toHex() };
  }

  /** The hash in lower-case hex; more can be added after. */
  hex(): string {
    return ended(this.#state.slice(), this.#rest, this.#bytes);
  }
}

/** The end of a hash of `bytes` bytes, the last of which are `rest`. */
function ended(state: Int32Array, rest: Uint8Array, bytes: number): string {
  const words = new Int32Array(64);
  const length = (rest.length + 9 + 63) & ~63;
  const padded = new Uint8Array(length);
  padded.set(rest);
  padded[rest.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes / 0x2000_0000));
  view.setUint32(length - 4, bytes << 3);
  for (let at = 0; at < length; at += 64) block(state, words, view, at);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

// a thread hashes so little that none of this is ever compiled: no call and no list in it, which cost most where code is
// interpreted
function block(state: Int32Array, w: Int32Array, view: DataView, at: number): void {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
  }
  let a = state[0] as number, b = state[1] as number, c = state[2] as number;
  let d = state[3] as number, e = state[4] as number, f = state[5] as number;
  let g = state[6] as number, h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number);
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function constants(): { K: Int32Array; START: Int32Array } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  const fraction = (x: number): number => ((x - Math.floor(x)) * 0x1_0000_0000) | 0;
  return {
    K: Int32Array.from(primes, (p) => fraction(Math.cbrt(p))),
    START: Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p))),
  };
}

/** A module of WebAssembly that `tools/lib/sha256_code.ts` puts together: what {@link block} does, for many blocks. */
export const SHA256_CODE =
  "AGFzbQEAAAABBgFgAn9/AAMCAQAFBAEBAgIHEwIGbWVtb3J5AgAGYmxvY2tzAAAKwQgBvggBC38DQEEAIQoDQCAKIAAgCmr9AAAA" +
  "IAAgCmr9AAAA/Q0DAgEABwYFBAsKCQgPDg0M/QsAgAQgCkEQaiIKQcAASQ0AC0EAIQoDQCAKIAooArgEIgtBEXggC0ETeHMgC0EK" +
  "dnMgCigCpARqIAooAoQEIgxBB3ggDEESeHMgDEEDdnNqIAooAoAEajYCwAQgCkEEaiIKQcABSQ0AC0EAKAKAAiECQQAoAoQCIQNB" +
  "ACgCiAIhBEEAKAKMAiEFQQAoApACIQZBACgClAIhB0EAKAKYAiEIQQAoApwCIQlBACEKA0AgCSAGQQZ4IAZBC3hzIAZBGXhzaiAH" +
  "IAhzIAZxIAhzaiAKKAIAaiAKKAKABGoiCyAFaiEFIAsgAkECeCACQQ14cyACQRZ4c2ogAiADciAEcSACIANxcmohCSAIIAVBBngg" +
  "BUELeHMgBUEZeHNqIAYgB3MgBXEgB3NqIAooAgRqIAooAoQEaiILIARqIQQgCyAJQQJ4IAlBDXhzIAlBFnhzaiAJIAJyIANxIAkg" +
  "AnFyaiEIIAcgBEEGeCAEQQt4cyAEQRl4c2ogBSAGcyAEcSAGc2ogCigCCGogCigCiARqIgsgA2ohAyALIAhBAnggCEENeHMgCEEW" +
  "eHNqIAggCXIgAnEgCCAJcXJqIQcgBiADQQZ4IANBC3hzIANBGXhzaiAEIAVzIANxIAVzaiAKKAIMaiAKKAKMBGoiCyACaiECIAsg" +
  "B0ECeCAHQQ14cyAHQRZ4c2ogByAIciAJcSAHIAhxcmohBiAFIAJBBnggAkELeHMgAkEZeHNqIAMgBHMgAnEgBHNqIAooAhBqIAoo" +
  "ApAEaiILIAlqIQkgCyAGQQJ4IAZBDXhzIAZBFnhzaiAGIAdyIAhxIAYgB3FyaiEFIAQgCUEGeCAJQQt4cyAJQRl4c2ogAiADcyAJ" +
  "cSADc2ogCigCFGogCigClARqIgsgCGohCCALIAVBAnggBUENeHMgBUEWeHNqIAUgBnIgB3EgBSAGcXJqIQQgAyAIQQZ4IAhBC3hz" +
  "IAhBGXhzaiAJIAJzIAhxIAJzaiAKKAIYaiAKKAKYBGoiCyAHaiEHIAsgBEECeCAEQQ14cyAEQRZ4c2ogBCAFciAGcSAEIAVxcmoh" +
  "AyACIAdBBnggB0ELeHMgB0EZeHNqIAggCXMgB3EgCXNqIAooAhxqIAooApwEaiILIAZqIQYgCyADQQJ4IANBDXhzIANBFnhzaiAD" +
  "IARyIAVxIAMgBHFyaiECIApBIGoiCkGAAkkNAAtBAEEAKAKAAiACajYCgAJBAEEAKAKEAiADajYChAJBAEEAKAKIAiAEajYCiAJB" +
  "AEEAKAKMAiAFajYCjAJBAEEAKAKQAiAGajYCkAJBAEEAKAKUAiAHajYClAJBAEEAKAKYAiAIajYCmAJBAEEAKAKcAiAJajYCnAIg" +
  "AEHAAGoiACABSQ0ACws=";

/** Where in its memory the constants end and the state lies, and what is to be hashed: so many bytes at once. */
const STATE_AT = 256;
const DATA_AT = 1024;
const AT_ONCE = 1 << 16;

/** The functions of that module. */
interface Sha256Code {
  memory: WebAssembly.Memory;
  blocks: (from: number, to: number) => void;
}

/**
 * Hashes as machine code does, in lower-case hex; undefined where the system has no memory for it, or no such code, or
 * where it comes to something else than JavaScript.
 */
export function compiledSha256(): ((data: Uint8Array) => string) | undefined {
  try {
    const code = new WebAssembly.Module(Uint8Array.fromBase64(SHA256_CODE));
    const hash = hashBy(new WebAssembly.Instance(code).exports as unknown as Sha256Code);
    const data = Uint8Array.from(K);
    return hash(data) === sha256Small(data) ? hash : undefined;
  } catch {
    return undefined;
  }
}

function hashBy({ memory, blocks }: Sha256Code): (data: Uint8Array) => string {
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const state = new Int32Array(memory.buffer, STATE_AT, 8);
  new Int32Array(memory.buffer, 0, 64).set(K);
  return (data) => {
    state.set(START);
    let at = 0;
    for (; data.length - at >= AT_ONCE; at += AT_ONCE) {
      bytes.set(data.subarray(at, at + AT_ONCE), DATA_AT);
      blocks(DATA_AT, DATA_AT + AT_ONCE);
    }
    const rest = data.length - at;
    const end = DATA_AT + ((rest + 9 + 63) & ~63);
    bytes.set(data.subarray(at), DATA_AT);
    bytes.fill(0, DATA_AT + rest, end);
    bytes[DATA_AT + rest] = 0x80;
    view.setUint32(end - 8, Math.floor(data.length / 0x2000_0000));
    view.setUint32(end - 4, data.length << 3);
    blocks(DATA_AT, end);
    for (let i = 0; i < 8; i++) view.setInt32(STATE_AT + 4 * i, state[i] as number);
    return bytes.subarray(STATE_AT, STATE_AT + 32).toHex();
  };
}
