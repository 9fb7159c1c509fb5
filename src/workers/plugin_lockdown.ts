/**
 * Takes away from a worker's globals what a plugin has no business with, and freezes the rest: a plugin cannot change
 * what the code that answers for it is made of. Both are lists of what stays, so that something new in the
 * runtime is not there until somebody looked at it.
 * @module
 */

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { create, freeze } = Object;

/** Globals that stay besides those of the language. */
const WEB_GLOBALS = words(`
  AbortController AbortSignal atob Blob btoa Buffer clearInterval clearTimeout clearImmediate CompressionStream
  crypto Crypto CryptoKey CustomEvent DecompressionStream DOMException Event EventTarget fetch File FormData
  Headers performance queueMicrotask ReadableStream ReadableStreamDefaultReader Request Response setImmediate
  setInterval setTimeout structuredClone SubtleCrypto TextDecoder TextDecoderStream TextEncoder
  TextEncoderStream TransformStream URL URLPattern URLSearchParams WebSocket WritableStream
  WritableStreamDefaultWriter CloseEvent ErrorEvent MessageEvent ProgressEvent
`);

/** Globals of the language that stay; `WebAssembly` is not among them, `eval` is: the import guard holds inside it. */
const LANGUAGE_GLOBALS = words(`
  AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean
  DataView Date decodeURI decodeURIComponent DisposableStack encodeURI encodeURIComponent Error escape eval
  EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function global globalThis Infinity
  Int16Array Int32Array Int8Array Intl isFinite isNaN Iterator JSON Map Math NaN Number Object parseFloat
  parseInt Promise Proxy RangeError ReferenceError Reflect RegExp self Set SharedArrayBuffer String
  SuppressedError Symbol SyntaxError Temporal TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray
  undefined unescape URIError WeakMap WeakRef WeakSet
`);

/** What stays of `Deno`: files, network, programs and system facts (each asks for its permission), and plain facts. */
const DENO_KEPT = words(`
  build chmod chmodSync connect connectTls copyFile copyFileSync create createSync cwd env errors gid
  hostname inspect link linkSync loadavg lstat lstatSync makeTempDir makeTempDirSync makeTempFile
  makeTempFileSync memoryUsage mkdir mkdirSync networkInterfaces noColor open openSync osRelease osUptime pid
  readDir readDirSync readFile readFileSync readLink readLinkSync readTextFile readTextFileSync realPath
  realPathSync remove removeSync rename renameSync resolveDns SeekMode stat statSync symlink symlinkSync
  startTls systemMemoryInfo truncate truncateSync uid utime utimeSync version writeFile writeFileSync writeTextFile
  writeTextFileSync
`);

/** Prototypes that code often shadows by assignment (`error.name = …`), which a plain freeze would forbid. */
const SHADOWED = [
  Object,
  Function,
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  EvalError,
  ReferenceError,
  URIError,
  AggregateError,
  getPrototypeOf(Uint8Array) as typeof Uint8Array,
  Date,
].map((c) => c.prototype as object);

/**
 * Narrows the globals of this thread, for good. `console` replaces the one that writes to standard output; `programs`
 * are those that are granted by name, each with its place: it is looked for once, and never again by name.
 */
export function lockDown(
  replaced: Readonly<Record<string, unknown>>,
  programs: Readonly<Record<string, string>>,
): void {
  // The runtime looks for the engine's own function behind this global once, at the first use, by deleting it.
  queueMicrotask(() => {});
  const given: Record<string, unknown> = { ...replaced, Deno: keptDeno(programs) };
  // Symbols stay: they are the marks by which the runtime knows its own global object.
  for (const key of Object.getOwnPropertyNames(globalThis)) {
    if (!WEB_GLOBALS.has(key) && !LANGUAGE_GLOBALS.has(key)) remove(globalThis, key);
  }
  const intrinsics = hiddenIntrinsics();
  for (const key of Object.getOwnPropertyNames(globalThis)) harden(key);
  for (const object of intrinsics) freezeWhole(object);
  for (const object of SHADOWED) freezeShadowed(object);
  for (const [key, value] of Object.entries(given)) pin(globalThis, key, value);
}

/** A `Deno` with what stays, and programs that cannot take over the standard streams. */
function keptDeno(programs: Readonly<Record<string, string>>): object {
  const kept = create(null) as Record<string, unknown>;
  const whole = Deno as unknown as Record<PropertyKey, unknown>;
  for (const key of DENO_KEPT) {
    const descriptor = getOwnPropertyDescriptor(whole, key);
    if (descriptor !== undefined) defineProperty(kept, key, descriptor);
  }
  kept["Command"] = quietCommand(Deno.Command, programs);
  // up to Deno 2.9.5 it makes a file of any descriptor, standard output among them
  remove(Deno.FsFile.prototype, "constructor");
  for (const key of ownKeys(whole)) remove(whole, key);
  return freeze(kept);
}

/** `Deno.Command` whose programs get no standard stream of the plugin's process: hikae's protocol runs over them. */
function quietCommand(
  Command: typeof Deno.Command,
  programs: Readonly<Record<string, string>>,
): unknown {
  const placed: Record<string, string> = Object.assign(create(null) as object, programs);
  freeze(placed);
  const quiet = (options: Deno.CommandOptions | undefined): Deno.CommandOptions => ({
    ...options,
    stdin: options?.stdin === "piped" ? "piped" : "null",
    stdout: options?.stdout === "piped" ? "piped" : "null",
    stderr: options?.stderr === "piped" ? "piped" : "null",
  });
  const both = (options: Deno.CommandOptions | undefined): Deno.CommandOptions =>
    quiet({ stdout: "piped", stderr: "piped", ...options });
  return freeze(
    class QuietCommand {
      readonly #command: string | URL;
      readonly #options: Deno.CommandOptions | undefined;
      constructor(command: string | URL, options?: Deno.CommandOptions) {
        this.#command = typeof command === "string" ? placed[command] ?? command : command;
        this.#options = options;
      }
      output(): Promise<Deno.CommandOutput> {
        return new Command(this.#command, both(this.#options)).output();
      }
      outputSync(): Deno.CommandOutput {
        return new Command(this.#command, both(this.#options)).outputSync();
      }
      spawn(): Deno.ChildProcess {
        return new Command(this.#command, quiet(this.#options)).spawn();
      }
    },
  );
}

/** Objects that the language has no global name for. */
function hiddenIntrinsics(): object[] {
  const up = getPrototypeOf as (o: object) => object;
  const asyncGenerator = async function* (): AsyncGenerator<void> {};
  const generator = function* (): Generator<void> {};
  return [
    up([][Symbol.iterator]()),
    up(up([][Symbol.iterator]())),
    up(new Map()[Symbol.iterator]()),
    up(new Set()[Symbol.iterator]()),
    up(""[Symbol.iterator]()),
    up("".matchAll(/x/g)),
    up(generator),
    up(up(generator)),
    up(asyncGenerator),
    up(up(asyncGenerator)),
    up(async () => {}),
    up(Uint8Array),
    up(Uint8Array.prototype),
  ];
}

/** Makes a global constant, and freezes it and its prototype. */
function harden(key: PropertyKey): void {
  const descriptor = getOwnPropertyDescriptor(globalThis, key);
  if (descriptor === undefined) return;
  // Reading gives what a lazy getter would; later it must not be asked, since it may write its answer back.
  const value = (globalThis as unknown as Record<PropertyKey, unknown>)[key];
  if (value !== globalThis) {
    if (isObject(value)) freezeWhole(value);
    const prototype = typeof value === "function"
      ? (value as { prototype?: unknown }).prototype
      : 0;
    if (isObject(prototype) && !SHADOWED.includes(prototype)) freezeWhole(prototype);
  }
  if (descriptor.configurable === true) pin(globalThis, key, value);
}

/** Freezes; what cannot be frozen (a proxy, a typed array) stays as it is. */
function freezeWhole(object: object): void {
  if (SHADOWED.includes(object)) return;
  try {
    freeze(object);
  } catch {
    // Nothing of this kind is among the globals that matter: the import guard relies on none.
  }
}

/** Freezes a prototype, but lets an assignment to an object that inherits from it make an own property. */
function freezeShadowed(prototype: object): void {
  for (const key of ownKeys(prototype)) {
    const descriptor = getOwnPropertyDescriptor(prototype, key);
    if (descriptor?.configurable !== true || !("value" in descriptor)) continue;
    const value: unknown = descriptor.value;
    defineProperty(prototype, key, {
      get: () => value,
      set(this: object, next: unknown): void {
        if (this === prototype) throw new TypeError(`cannot change ${String(key)}: it is frozen`);
        const own = { value: next, writable: true, enumerable: true, configurable: true };
        defineProperty(this, key, own);
      },
      enumerable: descriptor.enumerable === true,
      configurable: false,
    });
  }
  freeze(prototype);
}

function pin(target: object, key: PropertyKey, value: unknown): void {
  defineProperty(target, key, { value, writable: false, enumerable: false, configurable: false });
}

/** Deletes a property; one that cannot be deleted becomes undefined. */
function remove(target: object, key: PropertyKey): void {
  if (Reflect.deleteProperty(target, key)) return;
  if (getOwnPropertyDescriptor(target, key)?.writable === true) {
    defineProperty(target, key, { value: undefined, writable: false });
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function words(text: string): Set<string> {
  return new Set(text.trim().split(/\s+/));
}
