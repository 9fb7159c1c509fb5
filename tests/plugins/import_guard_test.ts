/** The import guard against every `node:` module that there is, in a static import and in a re-export. */

import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { builtinModules } from "node:module";
import { tempDir } from "../helpers/cli_helper.ts";

/** As docs/plugins.md has them. */
const HARMLESS = new Set(
  ("assert assert/strict buffer crypto events path path/posix path/win32 querystring stream stream/promises " +
    "stream/web string_decoder timers timers/promises url util util/types zlib").split(" "),
);

/** What came of importing each file of `texts`, by its name, in a thread that may read everything. */
async function imported(
  texts: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  using dir = tempDir();
  const urls = Object.entries(texts).map(([name, text]) => {
    Deno.writeTextFileSync(dir.at(name), text);
    return toFileUrl(dir.at(name)).href;
  });
  const worker = new Worker(new URL("./guard_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { read: true } },
  });
  const results = await new Promise<Record<string, string>>((resolve) => {
    worker.onmessage = (event: MessageEvent<Record<string, string>>): void => resolve(event.data);
    worker.postMessage(urls);
  });
  worker.terminate();
  return Object.fromEntries(
    Object.entries(results).map(([url, came]) => [url.slice(url.lastIndexOf("/") + 1), came]),
  );
}

Deno.test("no node: module but the harmless ones is let through by a static import", async () => {
  const names = [...new Set([...builtinModules, "sqlite", "sea", "test", "test/reporters"])];
  const texts: Record<string, string> = {};
  const file = (name: string, how: string): string => `${name.replace(/\W/g, "_")}-${how}.ts`;
  for (const name of names) {
    texts[file(name, "static")] = `import * as x from "node:${name}";\nexport default typeof x;\n`;
    texts[file(name, "bare")] = `import * as x from "${name}";\nexport default typeof x;\n`;
    texts[file(name, "again")] = `export * from "node:${name}";\nexport default "object";\n`;
    texts[file(name, "text")] =
      `import x from "node:${name}" with { type: "text" };\nexport default x;\n`;
  }
  const came = await imported(texts);
  const loaded = (name: string, how: string): boolean =>
    came[file(name, how)]?.startsWith("loaded") === true;
  for (const how of ["static", "bare", "again"]) {
    assertEquals(names.filter((n) => loaded(n, how) && !HARMLESS.has(n)), [], how);
  }
  assertEquals(names.filter((n) => HARMLESS.has(n) && !loaded(n, "static")), []);
  // as text there is nothing of a module to be had: what comes is the text of the refusal, or none
  const told = names.filter((n) => !HARMLESS.has(n)).map((n) => came[file(n, "text")] ?? "").filter(
    (t) => t.startsWith("loaded"),
  );
  assertEquals(told.filter((t) => !t.startsWith("loaded: throw new TypeError(")), []);
});

Deno.test("a file of the plugin's own is imported as code, and as nothing else", async () => {
  const came = await imported({
    "own.ts": "export default 1;\n",
    "as_code.ts": 'export { default } from "./own.ts";\n',
    "as_text.ts": 'import x from "./own.ts" with { type: "text" };\nexport default x;\n',
    "as_json.ts": 'import x from "./own.ts" with { type: "json" };\nexport default x;\n',
    "as_bytes.ts": 'import x from "./own.ts" with { type: "bytes" };\nexport default x;\n',
    "dynamic.ts":
      'export default await import("./own.ts", { with: { type: "text" } }).then((m) => m.default);\n',
  });
  const loaded = Object.keys(came).filter((name) => came[name]?.startsWith("loaded"));
  assertEquals(loaded.sort(), ["as_code.ts", "own.ts"]);
});
