/** Answers with objects that bite: proxies, getters, thenables, generators, depth, cycles, classes. `kind` chooses. */
import type { Host } from "../../../src/plugins/api.ts";
import type { Run } from "./deed.ts";

const bite = (): never => {
  throw new Error("bitten");
};

const loop = (): never => {
  for (;;);
};

function deep(levels: number): unknown {
  let value: unknown = "x";
  for (let n = 0; n < levels; n++) value = [value];
  return value;
}

const KINDS: Record<string, () => unknown> = {
  proxy: () => new Proxy({}, { get: bite, ownKeys: bite, has: bite, getPrototypeOf: bite }),
  silentProxy: () =>
    new Proxy({}, {
      ownKeys: () => ["skip"],
      get: () => undefined,
      getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
    }),
  revoked: () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  getter: () => ({
    get skip() {
      return bite();
    },
  }),
  slowGetter: () => ({
    get skip() {
      return loop();
    },
  }),
  toJson: () => ({ toJSON: () => ({ skip: "by toJSON", more: 1 }) }),
  toJsonBites: () => ({ toJSON: bite }),
  thenable: () => ({
    then: (yes: (value: unknown) => void) =>
      yes({ then: (again: (value: unknown) => void) => again(1) }),
  }),
  thenBites: () => ({
    get then() {
      return bite();
    },
  }),
  thenTwice: () => ({
    then: (yes: (value: unknown) => void, no: (error: unknown) => void) => {
      yes({ unknown: 1 });
      no(new Error("x"));
      yes({});
    },
  }),
  generator: async function* (): AsyncGenerator<unknown> {
    yield { skip: "x" };
  },
  symbolKeys: () => Symbol("x"),
  bigint: () => 1n,
  bigintInside: () => ({ skip: 1n }),
  cycle: () => {
    const one: { exclude: unknown[] } = { exclude: [] };
    one.exclude.push(one);
    return one;
  },
  deep: () => ({ exclude: deep(200_000) }),
  deepObject: () => JSON.parse('{"skip":'.repeat(5000) + "1" + "}".repeat(5000)),
  map: () => new Map([["skip", "x"]]),
  sparse: () => ({ exclude: new Array(4_000_000_000) }),
  lyingArray: () => ({
    exclude: new Proxy([], { get: (list, key) => key === "length" ? 1e9 : Reflect.get(list, key) }),
  }),
  typed: () => ({ exclude: new Uint8Array(8) }),
  proto: () => JSON.parse('{"__proto__":{"skip":"x"},"exclude":["ok"]}'),
  constructorKey: () => JSON.parse('{"constructor":{"prototype":{"skip":"x"}}}'),
  number: () => ({ skip: NaN }),
  lone: () => ({ exclude: ["\ud800"] }),
  control: () => ({ skip: "\u001b]0;owned\u0007\u001b[2J" }),
};

export default {
  name: "objects",
  preBackup(run: Run, _host: Host): unknown {
    return KINDS[run.options.kind]?.();
  },
};
