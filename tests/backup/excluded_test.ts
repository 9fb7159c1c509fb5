/** What a rule leaves out is left out, also where it cannot be looked at: no error, no exit code 3. */

import { assert, assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { Tree } from "../../src/vault/tree.ts";
import { compileRules } from "../../src/engine/source/rules.ts";
import { readSourceDir } from "../../src/engine/source/source_dir.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { makeTree, run, summary, tempDir } from "../helpers/cli_helper.ts";

/** A disk that lets nobody look at files of this name, as Windows does at `hiberfil.sys`. */
function closed(name: string): FileSystem {
  return new Proxy(denoFs, {
    get: (fs, key) =>
      key !== "lstat" ? Reflect.get(fs, key) : (path: string) => {
        if (!path.endsWith(name)) return fs.lstat(path);
        throw Object.assign(new Error("in use (os error 32)"), { code: "EBUSY" });
      },
  });
}

Deno.test("a file that cannot be looked at is an error, and none where a rule leaves it out", () => {
  using temp = tempDir();
  makeTree(temp.path, { a: "1", "hiberfil.sys": "2" });
  const look = (exclude: string[]): unknown[] => {
    const dir = readSourceDir({
      fs: closed("hiberfil.sys"),
      tree: new Tree(temp.path, Deno.build.os === "windows" ? "\\" : "/"),
      rules: compileRules({ exclude, excludeIfPresent: [], oneFileSystem: false }, []),
      device: Deno.lstatSync(temp.path).dev,
    }, "");
    if (typeof dir === "string") return [dir];
    const left = [...dir.entries].filter((e) => e.excluded).map((e) => `${e.name} ${e.info.type}`);
    return [left, dir.troubles.map((t) => t.code), [...dir.unseen]];
  };
  assertEquals(look([]), [[], ["EBUSY"], ["hiberfil.sys"]]);
  assertEquals(look(["*.sys"]), [["hiberfil.sys file"], [], []]);
  assertEquals(look(["*.sys/"]), [[], ["EBUSY"], ["hiberfil.sys"]]);
});

Deno.test("what a rule leaves out is not looked at, and what became a directory since is asked for as one", () => {
  using temp = tempDir();
  makeTree(temp.path, { a: "1", "b.tmp": "2", d: { x: "3" }, e: { y: "4" } });
  const asked: string[] = [];
  const fs = new Proxy(denoFs, {
    get: (fs, key) =>
      key === "lstat"
        ? (path: string) => {
          asked.push(path.slice(temp.path.length));
          return fs.lstat(path);
        }
        : key === "list"
        ? (path: string) =>
          fs.list(path).map((e) => e.name === "e" ? { ...e, type: "file" as const } : e)
        : Reflect.get(fs, key),
  });
  const dir = readSourceDir({
    fs,
    tree: new Tree(temp.path, Deno.build.os === "windows" ? "\\" : "/"),
    rules: compileRules(
      { exclude: ["*.tmp", "e/"], excludeIfPresent: [], oneFileSystem: false },
      [],
    ),
    device: Deno.lstatSync(temp.path).dev,
  }, "");
  assert(typeof dir === "object");
  const seen = [...dir.entries].map((e) => `${e.name} ${e.type} ${e.excluded}`).sort();
  assertEquals(seen, ["a file false", "b.tmp file true", "d dir false", "e dir true"]);
  assertEquals(asked.map((path) => path.slice(1)).sort(), ["", "a", "e"]);
});

Deno.test({
  name: "a name that is not UTF-8 is an error, and none where a rule leaves it out",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using temp = tempDir();
    makeTree(temp.at("s"), { a: "1" });
    const script =
      `cd "$1" && printf 2 > "$(printf 'b\\377.tmp')" && printf 3 > "$(printf 'b\\376.tmp')"`;
    new Deno.Command("sh", { args: ["-c", script, "sh", temp.at("s")] }).outputSync();
    const told = await run(["backup", temp.at("s"), temp.at("v"), "--json"]);
    assertEquals([told.code, summary(told).errors], [3, 2]);
    const left = await run(["backup", temp.at("s"), temp.at("v"), "--exclude", "*.tmp", "--json"]);
    assertEquals([left.code, summary(left).errors, summary(left).files_deleted], [0, 0, 0]);
  },
});

Deno.test({
  name:
    "windows: names that cannot be opened are left out by a rule, or told with how to remove them",
  ignore: Deno.build.os !== "windows",
  fn: async () => {
    using temp = tempDir();
    makeTree(temp.at("s"), { a: "1" });
    Deno.writeTextFileSync(`\\\\?\\${temp.at("s", "aux")}`, "x");
    const told = await run(["backup", temp.at("s"), temp.at("v"), "--json"]);
    const [error] = told.json.filter((m) => m.message_type === "error");
    assertEquals([told.code, String(error?.hint).includes(`del "\\\\?\\`)], [3, true]);
    const left = await run(["backup", temp.at("s"), temp.at("v"), "--exclude", "aux", "--json"]);
    assertEquals(left.code, 0, left.stderr);
  },
});
