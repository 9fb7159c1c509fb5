/** The plugin author's guide, done as it stands. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

const GUIDE = fromFileUrl(new URL("../../docs/guide-plugin-author.md", import.meta.url));

/** The blocks of a language, in order. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter((m) => m[1] === language)
    .map((m) => m[2] ?? "");
}

Deno.test({
  name: "guide: the author's plugin type-checks, is refused without a grant, and runs with it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const places: Record<string, string> = {
      "/tmp": dir.path,
      "~/Documents": dir.at("source"),
      "/mnt/usb/documents": dir.at("vault"),
    };
    const text = Deno.readTextFileSync(GUIDE)
      .replace(/\/tmp\b|~\/Documents|\/mnt\/usb\/documents/g, (place) => places[place] ?? place);
    const [code = ""] = blocks(text, "ts");
    const [config = ""] = blocks(text, "jsonc");
    const [refused = "", granted = ""] = blocks(text, "sh").slice(1);
    const hikae = (line: string): ReturnType<typeof run> =>
      run(
        [...line.trim().matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? "").slice(1),
        { cwd: dir.path },
      );
    makeTree(dir.path, { source: { a: "1", b: "2" } });

    assertEquals((await hikae("hikae plugin new diary.ts")).code, 0);
    Deno.writeTextFileSync(dir.at("diary.ts"), code);
    const check = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-config", "diary.ts"],
      cwd: dir.path,
      stderr: "piped",
    }).output();
    assert(check.success, new TextDecoder().decode(check.stderr));

    const first = await hikae(refused);
    assertEquals(first.code, 2, first.stdout + first.stderr);
    assertStringIncludes(first.stderr, "diary.txt");
    const second = await hikae(granted);
    assertEquals(second.code, 0, second.stderr);

    Deno.writeTextFileSync(dir.at("hikae.jsonc"), config);
    assertEquals((await hikae("hikae plugin list")).code, 2);
    assertEquals((await hikae("hikae config trust")).code, 0);
    assertEquals((await hikae("hikae plugin list")).code, 0);
    assertEquals((await hikae("hikae backup documents")).code, 0);
    const lines = Deno.readTextFileSync(dir.at("diary.txt")).trimEnd().split("\n");
    assertEquals(lines.length, 2);
    assert(lines[1]?.endsWith(" done: 2 files"), lines[1]);
  },
});
