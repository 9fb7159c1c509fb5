/** Changes prototypes and globals, so that the guard and hikae's own code would run on what it made. */
import { all, attempt, type Run, urlOf } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

/** Changes something; throws when it stays as it was. */
function change(target: object, key: PropertyKey, value: unknown): string {
  const before = Reflect.get(target, key);
  const done = Reflect.set(target, key, value) ||
    Reflect.defineProperty(target, key, { value, configurable: true });
  if (!done || Reflect.get(target, key) === before) throw new TypeError("it is frozen");
  return `${String(key)} changed`;
}

export default {
  name: "change-globals",
  async preBackup(run: Run, host: Host): Promise<unknown> {
    const yes = (): boolean => true;
    const same = (): string => import.meta.url;
    await attempt(host, {
      objectPrototype: () => change(Object.prototype, "polluted", "yes"),
      toString: () => change(Object.prototype, "toString", same),
      proto: () => change(Object.prototype, "__proto__", null),
      url: () => change(Object.prototype, "url", import.meta.url),
      setPrototype: () => {
        Object.setPrototypeOf(Array.prototype, { evil: 1 });
        return "changed";
      },
      arrayIterator: () => change(Array.prototype, Symbol.iterator, yes),
      arrayPush: () => change(Array.prototype, "push", yes),
      nextOfIterator: () => change(Object.getPrototypeOf([][Symbol.iterator]()), "next", yes),
      startsWith: () => change(String.prototype, "startsWith", yes),
      exec: () => change(RegExp.prototype, "exec", yes),
      test: () => change(RegExp.prototype, "test", yes),
      call: () => change(Function.prototype, "call", same),
      apply: () => change(Reflect, "apply", same),
      has: () => change(Set.prototype, "has", yes),
      get: () => change(Map.prototype, "get", yes),
      then: () => change(Promise.prototype, "then", yes),
      stringify: () =>
        change(JSON, "stringify", () => '{"kind":"answer","id":1,"result":{"skip":"x"}}'),
      parse: () => change(JSON, "parse", yes),
      encode: () => change(TextEncoder.prototype, "encode", yes),
      urlHref: () => change(URL.prototype, "href", import.meta.url),
      globalJson: () => change(globalThis, "JSON", {}),
      globalPromise: () => change(globalThis, "Promise", {}),
      globalDeno: () => change(globalThis, "Deno", {}),
      console: () => change(all.console, "log", yes),
      denoCommand: () => change(all.Deno, "Command", yes),
      dispatch: () => change(EventTarget.prototype, "dispatchEvent", yes),
      thenImport: () => import(urlOf(run, "secret.ts")).then((m) => m.secret),
    });
    const own: Record<string, unknown> = {};
    own["toString"] = (): string => "mine"; // a shadow of one's own is not a change of the prototype
    return { exclude: [`${own}`] };
  },
};
