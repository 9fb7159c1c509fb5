/** Design, *Commands*: what the commands answer, held against each other. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Link, Place, run } from "./fixture.ts";
import { setIndexAside } from "../helpers/index_helper.ts";

Deno.test("--dry-run tells each path once, by path, and as diff tells it after the run", async () => {
  using p = new Place({
    a: { x: "1", z: { y: "2" } },
    "a-b": "3",
    dir: { below: { f: "4" } },
    file: "5",
    gone: { deep: { f: "6" }, f: "7" },
    link: new Link("a"),
  });
  await p.backup();
  for (const name of ["dir", "file", "gone", "link"]) p.drop(name);
  p.put({
    a: { x: "other" },
    "a!": "8",
    dir: "9",
    file: { in: "10" },
    link: "11",
    new: { f: "12" },
  });
  const dry = await p.try(["--dry-run"]);
  await p.backup();
  const diff = await run(["diff", p.vault, "latest~1", "--json"]);
  const changes = (all: Record<string, unknown>[]): unknown[] =>
    all.filter((m) => m.message_type === "change");
  assertEquals(changes(dry.json), changes(diff.json));
  assertEquals(changes(dry.json).length, 14);
});

/** The texts of a result's notes. */
function notes(result: { json: Record<string, unknown>[] }): string[] {
  return result.json.filter((m) => m.message_type === "note").map((m) => String(m.message));
}

Deno.test("--dry-run says when a guard would stop the run", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  p.drop("a");
  const dry = await p.try(["--dry-run"]);
  assertEquals(dry.code, 0);
  assertStringIncludes(notes(dry).join(), "the source is empty, and the last snapshot had 1 file;");
  assertStringIncludes(notes(dry).join(), "--allow-mass-change");
  assertEquals(notes(await p.try(["--dry-run", "--allow-mass-change"])), []);
  assertEquals((await p.try()).code, 4);
});

Deno.test("after a run that broke off, latest is the run before, whatever lies in its place", async () => {
  using p = new Place({ same: "22", longer: "22", gone: "22", kept: "22" });
  const { stamp } = await p.backup();
  const index = setIndexAside(p.vault);
  await run(["list", p.vault]);
  p.put({ same: "23", longer: "2333" });
  p.drop("gone");
  await p.backup();
  const record = p.meta("runs", `${p.newest}.jsonl`);
  const lines = Deno.readTextFileSync(record).trimEnd().split("\n");
  Deno.writeTextFileSync(record, lines.slice(0, -1).join("\n") + "\n");
  index();
  for (const name of ["same", "longer", "gone", "kept"]) {
    const { code, stdout, stderr } = await run(["cat", p.vault, name]);
    assertEquals([code, stdout, stderr], [0, "22", ""], name);
  }
  const found = (await run(["find", p.vault, "*", "--json"])).json;
  assertEquals(found.map((v) => Deno.readTextFileSync(p.in(String(v.stored_as)))), [
    "22",
    "22",
    "22",
    "22",
  ]);
  const r = await run(["restore", p.vault, "--to", `${p.path}/to`, "--json"]);
  assertEquals([r.code, r.json.at(-1)?.stamp], [0, stamp]);
  assertEquals(Deno.readTextFileSync(`${p.path}/to/same`), "22");
});

Deno.test("a path that is not there: exit 1, and the error's path is the one that was asked for", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  for (const words of [["ls"], ["cat"], ["history"], ["restore", "--to", `${p.path}/to`]]) {
    const [command = "", ...flags] = words;
    const { code, json } = await run([command, p.vault, "nix", ...flags, "--json"]);
    assertEquals([code, json.length, json[0]?.message_type], [1, 1, "error"], command);
    assertEquals([json[0]?.code, json[0]?.path], ["no_such_path", "nix"], command);
  }
});
