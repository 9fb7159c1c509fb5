/** `hikae import` and what a glob takes along beside the copies. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  Link,
  makeTree,
  names,
  run,
  stamps,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";

const copy = (text: string): TreeSpec => ({ "Macintosh HD": { a: text } });

Deno.test("import leaves out another name of a copy and a copy that was not finished, and says so", async () => {
  using dir = tempDir();
  makeTree(dir.at("tm"), {
    "2024-01-15-120001": copy("1"),
    "2024-02-15-120002.backup": copy("2"),
    "2024-03-15-120003.inProgress": copy("3"),
    Latest: new Link("2024-02-15-120002.backup"),
  });
  const copies = names(dir.at("tm")).map((name) => dir.at("tm", name, "Macintosh HD"));
  const made = await run(["import", ...copies, "--to", dir.at("v")]);
  assertEquals(made.code, 0);
  assertEquals(stamps(dir.at("v")), ["20240115_120001", "20240215_120002"]);
  const told = made.stdout + made.stderr;
  assertStringIncludes(told, "3.inProgress/Macintosh HD: this copy was not finished");
  assertStringIncludes(told, `Latest/Macintosh HD: this leads to ${copies[1]}`);
  const twice = await run(["import", copies[0] ?? "", `${copies[0]}/`, "--to", dir.at("w")]);
  assertEquals(twice.code, 2);
  assertStringIncludes(twice.stderr, "one copy is named twice");
  const none = await run(["import", copies[2] ?? "", "--to", dir.at("w")]);
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "none of these copies was finished");
});

Deno.test("import of the directory that holds the copies says how they become snapshots", async () => {
  using dir = tempDir();
  makeTree(dir.at("tm"), { "2024-01-15-120001": copy("1"), "2024-02-15-120002": copy("2") });
  makeTree(dir.at("plain"), { "2024-01-15-120001": copy("1"), photos: copy("2") });
  const all = await run(["import", dir.at("tm"), "--to", dir.at("v"), "--dry-run"]);
  assertStringIncludes(all.stdout + all.stderr, `hikae import ${dir.at("tm")}/*`);
  const one = await run(["import", dir.at("plain"), "--to", dir.at("v"), "--dry-run"]);
  assertEquals((one.stdout + one.stderr).includes("look like copies"), false);
});
