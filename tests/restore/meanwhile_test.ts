/** What somebody does in a target while a restore is at work there, and what the lanes leave for the engine. */

import { assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { Link, makeTree, names, read, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreOn } from "../helpers/restore_helper.ts";

const LATER = 4_000_000_000;

/** A disk on which somebody does something when the first temporary file is made. */
function meanwhile(does: () => void): FileSystem {
  let done = false;
  return {
    ...denoFs,
    open: (path, options) => {
      if (!done && options.createNew && path.includes(".hikae-tmp-")) {
        done = true;
        does();
      }
      return denoFs.open(path, options);
    },
  };
}

function write(path: string, content: string): void {
  Deno.writeTextFileSync(path, content);
  Deno.utimeSync(path, LATER, LATER);
}

Deno.test("restore: what somebody changes after it was looked at stays where if-newer would keep it", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", b: "b", c: "c", link: new Link("a") });
  await backUp(dir.at("s"), [dir.at("v")]);
  for (const overwrite of ["if-newer", "always"] as const) {
    const to = dir.at(overwrite);
    makeTree(to, { a: "old", b: "old", c: "c", link: "old" });
    for (const name of names(to)) Deno.utimeSync(`${to}/${name}`, 1000, 1000);
    const fs = meanwhile(() => {
      for (const name of ["b", "c", "link"]) write(`${to}/${name}`, "mine");
    });
    const { errors, result } = await restoreOn(dir.at("v"), to, { overwrite }, fs);
    assertEquals(errors, [], overwrite);
    const kept = overwrite === "if-newer";
    // what is the same is not written, and then it is somebody's own
    assertEquals(["a", "b", "c"].map((n) => read(`${to}/${n}`)), [
      "a",
      kept ? "mine" : "b",
      "mine",
    ]);
    assertEquals(Deno.lstatSync(`${to}/link`).isSymlink, !kept);
    assertEquals(Deno.lstatSync(`${to}/c`).mtime?.getTime(), LATER * 1000);
    const { files_restored, files_kept, files_replaced, links_kept } = result.counts;
    assertEquals(
      [files_restored, files_kept, files_replaced, links_kept],
      kept ? [1, 3, 1, 1] : [3, 1, 3, 0],
    );
    assertEquals(names(to), ["a", "b", "c", "link"]);
  }
});

Deno.test("restore: no other name of a file is made of what somebody put under its first name", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "right" });
  for (const name of ["b", "c"]) Deno.linkSync(dir.at("s", "a"), dir.at("s", name));
  await backUp(dir.at("s"), [dir.at("v")]);
  const to = dir.at("to");
  makeTree(to, { there: "" });
  const fs = meanwhile(() => write(`${to}/b`, "mine"));
  // without the name that the records call the file
  const asked = { overwrite: "never", paths: ["b", "c"] } as const;
  const { errors } = await restoreOn(dir.at("v"), to, asked, fs);
  assertEquals([errors, read(`${to}/b`), read(`${to}/c`)], [[], "mine", "right"]);
});

Deno.test("restore: what is left of damaged content comes once, also where a lane met it first", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", b: "b", c: "c", d: "d" });
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.writeTextFileSync(dir.at("v", "b"), "x");
  for (const lanes of [0, 2]) {
    const to = dir.at(`${lanes}`);
    const { errors } = await restoreOn(dir.at("v"), to, { force: true }, denoFs, lanes);
    assertEquals(errors.map(({ path, code }) => [path, code]), [["b", "damaged"]]);
    assertEquals(names(to), ["a", "b.hikae-damaged", "c", "d"]);
    assertEquals(read(`${to}/b.hikae-damaged`), "x");
  }
});
