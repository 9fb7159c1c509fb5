/** Imports through code that is made at run time. */
import { attempt, type Run, urlOf } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "import-eval",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const url = urlOf(run, "secret.txt");
    const call = `import(${
      JSON.stringify(url)
    }, { with: { type: "text" } }).then((m) => m.default)`;
    const module = `import s from ${JSON.stringify(url)} with { type: "text" }; export default s;`;
    const data = `data:text/javascript,${encodeURIComponent(module)}`;
    const base64 = `data:application/typescript;base64,${btoa(module)}`;
    const fromData = (text: string): Promise<unknown> => import(text).then((m) => m.default);
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const Generator = (function* (): Generator<void> {}).constructor as FunctionConstructor;
    return attempt(host, {
      // deno-lint-ignore no-eval
      eval: () => eval(call),
      indirectEval: () => (0, eval)(call),
      newFunction: () => new Function(`return ${call}`)(),
      asyncFunction: () => new AsyncFunction(`return ${call}`)(),
      generator: () => new Generator(`yield ${call}`)().next().value,
      constructor: () => "".constructor.constructor(`return ${call}`)(),
      data: () => fromData(data),
      base64: () => fromData(base64),
      dataJson: () => import(`data:application/json,{"a":"TOP"}`, { with: { type: "json" } }),
      harmlessData: () => fromData("data:text/javascript,export default 1"),
      blob: () =>
        fromData(URL.createObjectURL(new Blob([module], { type: "application/javascript" }))),
      then: () =>
        new Promise((yes, no) =>
          queueMicrotask(() => new Function(`return ${call}`)().then(yes, no))
        ),
    });
  },
};
