/** The import graph against the table of layers, and no circle among files. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT_URL = new URL("../../", import.meta.url).href;
const ROOT = fromFileUrl(ROOT_URL);

/** What each layer may import besides itself and the typed doors to `@std`. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  base: [],
  platform: ["base"],
  config: ["base"],
  vault: ["base"],
  engine: ["base", "vault", "bundle", "portable"],
  sandbox: ["base"],
  plugins: ["base", "sandbox"],
  schedule: ["base"],
  report: ["base"],
  portable: ["base"],
  bundle: ["base"],
  serve: ["base", "report"],
  std: [],
  text: [],
  workers: ["base", "platform", "vault", "engine", "sandbox", "plugins", "portable", "serve"],
  // all but the workers' insides
  cli: [
    "base",
    "platform",
    "config",
    "vault",
    "engine",
    "sandbox",
    "plugins",
    "schedule",
    "report",
    "portable",
    "bundle",
    "serve",
  ],
};

/** Arrows that are none by the table, each with its reason; docs/dev/architecture.md says how many. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "src/cli/main.ts → src/workers/plugin_child.ts":
    "the child process of a plugin is started by the same program: its entry point is one of main's",
  "src/workers/state.ts → src/report/log.ts":
    "logs are written after main has given up its rights, so the log's composition root is a worker",
};

/** The exception that an arrow is; undefined when it is none. */
function exceptionOf(from: string, to: string): string | undefined {
  return Object.keys(EXCEPTIONS).find((arrow) =>
    arrow.endsWith("/") ? `${from} → ${to}`.startsWith(arrow) : `${from} → ${to}` === arrow
  );
}

interface Dependency {
  code?: { specifier?: string };
  type?: { specifier?: string };
  isDynamic?: boolean;
}

interface Module {
  specifier: string;
  dependencies?: Dependency[];
}

interface Edge {
  from: string;
  to: string;
  dynamic: boolean;
  /** A type import: erased, so it makes no circle at run time, but it is an arrow. */
  typeOnly: boolean;
}

/** Every source file below src, and the program. */
function entries(): string[] {
  const found = ["main.ts"];
  const walk = (dir: string): void => {
    for (const e of Deno.readDirSync(ROOT + dir)) {
      if (e.isDirectory) walk(`${dir}/${e.name}`);
      else if (e.name.endsWith(".ts") && !e.name.endsWith(".d.ts")) found.push(`${dir}/${e.name}`);
    }
  };
  walk("src");
  return found;
}

async function graphOf(files: readonly string[]): Promise<Edge[]> {
  using dir = {
    path: Deno.makeTempFileSync({ suffix: ".ts" }),
    [Symbol.dispose]: () => Deno.removeSync(dir.path),
  };
  // one root that imports every file, so that one call sees workers and plugins too
  const text = files.map((f) => `import ${JSON.stringify(`${ROOT_URL}${f}`)};`).join("\n");
  Deno.writeTextFileSync(dir.path, text);
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", `${ROOT}deno.json`, dir.path],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  const name = (url: string): string | undefined =>
    url.startsWith(ROOT_URL) ? decodeURIComponent(url.slice(ROOT_URL.length)) : undefined;
  return modules.flatMap((m) => {
    const from = name(m.specifier);
    if (from === undefined) return [];
    return (m.dependencies ?? []).flatMap((d) => {
      const to = name(d.code?.specifier ?? d.type?.specifier ?? "");
      if (to === undefined) return [];
      return [{ from, to, dynamic: d.isDynamic === true, typeOnly: d.code === undefined }];
    });
  });
}

let made: Promise<Edge[]> | undefined;
const graph = (): Promise<Edge[]> => made ??= graphOf(entries());

function layerOf(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

Deno.test("layers: every file of src lies in a layer of the table", () => {
  const strange = entries().filter((f) => f !== "main.ts" && MAY[layerOf(f) ?? ""] === undefined);
  assertEquals(strange, []);
});

Deno.test("layers: no arrow that is not in the table", async () => {
  const wrong = new Set<string>();
  const used = new Set<string>();
  for (const { from, to } of await graph()) {
    const [layer, other] = [layerOf(from), layerOf(to)];
    if (layer === undefined || other === undefined || layer === other) continue;
    if (other === "std" && layer !== "base") continue;
    // the catalogue of messages imports nothing and may be used everywhere
    if (other === "text") continue;
    if ((MAY[layer] ?? []).includes(other)) continue;
    const exception = exceptionOf(from, to);
    if (exception === undefined) wrong.add(`${from} → ${to}`);
    else used.add(exception);
  }
  assertEquals([...wrong].sort(), []);
  assertEquals([...used].sort(), Object.keys(EXCEPTIONS).sort(), "an exception that nobody needs");
});

Deno.test("layers: docs/dev/architecture.md has the same table, and the true number of exceptions", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/dev/architecture.md`);
  const rows = [...page.matchAll(/^\| `src\/(\w+)` +\|[^|]*\|([^|]*)\|$/gm)];
  assertEquals(rows.map((m) => m[1] ?? "").sort(), Object.keys(MAY).sort());
  for (const [, layer = "", may = ""] of rows) {
    const named = may.match(/[a-z]+/g) ?? [];
    const expected = MAY[layer] ?? [];
    if (layer === "cli") {
      assertEquals([may.trim(), expected.includes("workers")], ["all but workers", false]);
    } else if (expected.length === 0) assert(named[0] === "nothing", layer);
    else assertEquals(named, [...expected], layer);
  }
  const number = ["no", "one", "two", "three", "four", "five"][Object.keys(EXCEPTIONS).length];
  assert(page.includes(`its ${number} exceptions`), `architecture.md does not say ${number}`);
});

Deno.test("layers: the file that plugin authors need imports nothing", async () => {
  const out = (await graph()).filter((e) => e.from === "src/plugins/api.ts");
  assertEquals(out, []);
});

Deno.test("layers: no circle among files, nor one that closes when a module is loaded", async () => {
  const next = new Map<string, string[]>();
  for (const { from, to, dynamic } of await graph()) {
    // a dynamic import counts too: what it brings is not to be understood without what asks for it. But a table
    // entry's loader is data: the command that it names may well print the table
    const loader = dynamic && from.startsWith("src/cli/spec/");
    if (from !== to && !loader) next.set(from, [...next.get(from) ?? [], to]);
  }
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      return;
    }
    state.set(file, "open");
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, "done");
  };
  for (const file of next.keys()) visit(file, []);
  assertEquals(circles, []);
});

/** Raw calls that only some layers make: comments and strings are taken off first. */
function rawCalls(file: string): string[] {
  const text = Deno.readTextFileSync(ROOT + file)
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
  return text.match(
    /\bDeno\.[A-Za-z]+(?:\.[A-Za-z]+)*\s*\(|\bDate\.now\(|\bnew Date\(\)|\bperformance\.\w+\(/g,
  ) ?? [];
}

Deno.test("layers: no raw file, clock or process call below the composition roots", () => {
  const free = new Set(["platform", "workers", "cli", "std"]);
  const found = entries().filter((f) => !free.has(layerOf(f) ?? "cli"))
    .flatMap((f) => rawCalls(f).map((call) => `${f}: ${call}`));
  assertEquals(found, []);
});

Deno.test("layers: the process of a look loads a few small files, and no text", async () => {
  const edges = (await graph()).filter((e) => !e.dynamic && !e.typeOnly);
  const seen = new Set(["src/cli/serve/look_main.ts"]);
  for (const file of seen) for (const { from, to } of edges) if (from === file) seen.add(to);
  const bytes = [...seen].reduce((sum, file) => sum + Deno.statSync(ROOT + file).size, 0);
  // of each vault that is looked at such a process keeps all of them in memory
  assertEquals([...seen].filter((file) => /^src\/(text\/(en|ja)|engine|vault)/.test(file)), []);
  assertEquals([seen.size <= 12, bytes < 64_000], [true, true], [...seen].join(" "));
});
