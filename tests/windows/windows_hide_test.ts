/** The meta directories of a vault are hidden from the Explorer (Windows). */

import { assert, assertEquals } from "@std/assert";
import { HIDE_LINE, release } from "../../src/cli/backup/hide_meta.ts";
import { makeTree, run, tempDir, write } from "../helpers/cli_helper.ts";

Deno.test("hidden: no name is part of the command line, and without the word nothing is hidden", () => {
  assertEquals(
    HIDE_LINE,
    'set /p HIKAE_GO=& if "!HIKAE_GO!"=="go" "!HIKAE_ATTRIB!" +h "!HIKAE_VAULT!\\.$META$" /s /d',
  );
  assert(!HIDE_LINE.includes("%"), "what cmd would put in before it reads the line");
});

Deno.test("hidden: what hides them and hangs holds up the end of no run", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "setInterval(() => {}, 1000)"],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = child.status.then(() => ended = true);
  await release(child, true, 50);
  assertEquals(ended, false);
  child.kill();
  await status;
});

/** The hidden directories below a path; Wine counts each name with a dot among them. */
function hidden(root: string): string[] {
  const { stdout } = new Deno.Command("cmd.exe", {
    windowsRawArguments: true,
    args: ["/d", "/u", "/c", "dir /a:hd /s /b"],
    cwd: root,
  }).outputSync();
  return new TextDecoder("utf-16le").decode(stdout).split(/\r?\n/)
    .filter((line) => line !== "").map((line) => line.slice(root.length + 1)).sort();
}

Deno.test({
  name: "hidden: after a run each meta directory is, also those of directories that came later",
  ignore: Deno.build.os !== "windows",
  async fn(): Promise<void> {
    using dir = tempDir();
    makeTree(dir.at("s"), { "100% a!b": { f: "1" } });
    const vault = dir.at("v & x!");
    assertEquals((await run(["backup", dir.at("s"), vault])).code, 0);
    assertEquals(hidden(vault), [".$META$", "100% a!b\\.$META$"]);
    write(dir.at("s", "new", "g"), "2");
    assertEquals((await run(["backup", dir.at("s"), vault])).code, 0);
    assertEquals(hidden(vault), [".$META$", "100% a!b\\.$META$", "new\\.$META$"]);
    const verified = await run(["verify", vault]);
    assertEquals(verified.code, 0, verified.stdout);
  },
});
