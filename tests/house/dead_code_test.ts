/** What src exports is used by somebody: dead code is code that nobody mends. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** Exported for others than this repository: the types and helpers of plugin authors, and the doors to `@std`. */
const FOR_OTHERS = ["src/plugins/api.ts", "src/std/"];

/** Rooms that are being built: who uses them comes later. */
const GROWING = ["src/bundle/", "src/engine/bundle/"];

/** Each source text below some directories, by path. */
function texts(dirs: readonly string[]): Map<string, string> {
  const found = new Map([["main.ts", Deno.readTextFileSync(`${ROOT}main.ts`)]]);
  const walk = (dir: string): void => {
    for (const e of Deno.readDirSync(ROOT + dir)) {
      const path = `${dir}/${e.name}`;
      if (e.isDirectory && e.name !== "testdata") walk(path);
      else if (e.name.endsWith(".ts")) found.set(path, Deno.readTextFileSync(ROOT + path));
    }
  };
  for (const dir of dirs) walk(dir);
  return found;
}

Deno.test("dead code: every function and constant that src exports is used in another file", () => {
  const all = texts(["src", "plugins", "tests", "tools", "bench"]);
  const users = new Map<string, number>();
  for (const text of all.values()) {
    for (const word of new Set(text.match(/[A-Za-z_]\w*/g))) {
      users.set(word, (users.get(word) ?? 0) + 1);
    }
  }
  const dead: string[] = [];
  for (const [file, text] of all) {
    if (!file.startsWith("src/") || [...FOR_OTHERS, ...GROWING].some((f) => file.startsWith(f))) {
      continue;
    }
    for (const m of text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)) {
      if ((users.get(m[1] ?? "") ?? 0) < 2) dead.push(`${file}: ${m[1]}`);
    }
  }
  assertEquals(dead.sort(), []);
});
