/** The engine worker really gets errors: a probe with the permissions of a backup tries what it must not do. */

import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, toFileUrl } from "@std/path";
import { loadModule } from "../../src/base/load_module.ts";
import { permissionSet } from "../../src/sandbox/permissions.ts";
import { listTree, makeTree, tempDir } from "../helpers/cli_helper.ts";
import type { ProbeAnswer, ProbePlaces } from "../probes/engine_probe.ts";

/** Answers of a worker that was started as `src/cli/engine.ts` starts the engine. */
async function probe(): Promise<{ answers: Record<string, ProbeAnswer>; changed: boolean }> {
  using dir = tempDir();
  const [source, vault, beside] = [dir.at("source"), dir.at("vault"), dir.at("beside")];
  makeTree(dir.path, {
    source: { file: "original" },
    "source-too": { secret: "s" },
    vault: {},
    beside: { secret: "s", "secret.db": "" },
  });
  const before = [...listTree(source), ...listTree(beside)];
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const set = permissionSet("backup", { source: [source], vault: [vault] });
  const worker = new Worker(new URL("../probes/engine_probe.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { ...set } },
  });
  try {
    const answers = await new Promise<Record<string, ProbeAnswer>>((resolve, reject) => {
      worker.onmessage = (e: MessageEvent<Record<string, ProbeAnswer>>): void => resolve(e.data);
      worker.onerror = (e): void => {
        e.preventDefault();
        reject(new Error(e.message));
      };
      const { port } = listener.addr;
      worker.postMessage({ source, vault, beside, port } satisfies ProbePlaces);
    });
    const after = [...listTree(source), ...listTree(beside)];
    const same = Deno.readTextFileSync(`${source}/file`) === "original";
    return { answers, changed: !same || after.join() !== before.join() };
  } finally {
    worker.terminate();
    listener.close();
  }
}

let asked: ReturnType<typeof probe> | undefined;
const answers = async (kind: string): Promise<ProbeAnswer> =>
  (await (asked ??= probe())).answers[kind] ?? {};

/** Each attempt of a kind ended in an error of permissions; `others` may end in another one. */
async function allFail(
  kind: string,
  others: Record<string, readonly string[]> = {},
): Promise<void> {
  const got = await answers(kind);
  assert(Object.keys(got).length > 0);
  const wanted = Object.entries(got).map(([name, is]) => {
    const allowed = others[name] ?? ["NotCapable"];
    return [name, allowed.includes(is) ? is : allowed[0]];
  });
  assertEquals(got, Object.fromEntries(wanted));
}

Deno.test("the engine worker can read source and vault and write the vault", async () => {
  const got = await answers("allowed");
  assertEquals(Object.entries(got).filter(([, result]) => result !== "done"), []);
});

Deno.test("the engine worker gets an error when it writes to the source, in whatever way", async () => {
  await allFail("writesToSource");
  assertEquals((await probe()).changed, false);
});

Deno.test("the engine worker gets an error when it reads beside source and vault", () =>
  allFail("looksBeside", { "attach as a database": ["Error"], "import as text": ["TypeError"] }));

Deno.test("the engine worker gets an error when it opens a socket", () =>
  allFail("reachesOut", {
    "import from the net": ["TypeError"],
    // Windows has no such sockets, and Wine does not say which server to ask for names
    ...(Deno.build.os === "windows"
      ? {
        "open a socket of the system": ["NotCapable", "Error"],
        "look a name up": ["NotCapable", "Error"],
      }
      : {}),
  }));

Deno.test("the engine worker gets an error when it reads the environment or starts a program", () =>
  allFail("asksTheSystem"));

Deno.test({
  name:
    "a thread that the engine starts may read its code where a link leads to the program, by both names",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const real = dirname(dirname(dirname(fromFileUrl(import.meta.url))));
    Deno.symlinkSync(real, dir.at("link"));
    const { ownCode } = await loadModule<typeof import("../../src/cli/engine.ts")>(
      toFileUrl(`${dir.at("link")}/src/cli/engine.ts`),
    );
    assertEquals(ownCode(), [`${dir.at("link")}/src/`, Deno.realPathSync(`${real}/src`)]);
  },
});
