/** Spec §2 and §3: the meta directory and the metadata file. */

import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  isThere,
  listTree,
  META,
  metadata,
  names,
  Place,
  read,
  sha256sum,
  system,
} from "./fixture.ts";
import { dropIndex } from "../helpers/index_helper.ts";

Deno.test("§2 every directory of the destination has a directory named .$META$", async () => {
  using p = new Place({ a: "1", d: { e: { f: "1" } }, empty: {} });
  await p.backup();
  for (const dir of ["", "d", "d/e", "empty"]) assert(isThere(p.in(dir, META)), dir);
});

Deno.test("§2 a past generation is renamed to $OLD@stamp$name, the stamp that of the run", async () => {
  using p = new Place({ "file_name.ext": "1" });
  const first = await p.backup();
  p.put({ "file_name.ext": "2" });
  const b = await p.backup();
  assert(b.stamp > first.stamp);
  const { ino } = Deno.lstatSync(p.meta(`$OLD@${b.stamp}$file_name.ext`));
  assert(ino !== Deno.lstatSync(p.in("file_name.ext")).ino);
});

Deno.test("§2 a deleted file is renamed to .$DEL@stamp$name", async () => {
  using p = new Place({ "file_name.ext": "1" });
  await p.backup();
  const { ino } = Deno.lstatSync(p.in("file_name.ext"));
  p.drop("file_name.ext");
  const b = await p.backup("--allow-mass-change");
  assertEquals(Deno.lstatSync(p.meta(`.$DEL@${b.stamp}$file_name.ext`)).ino, ino);
});

Deno.test("§2 a meta directory below the root holds metadata.txt, marks, link records and names.txt, nothing else", async () => {
  using p = new Place({ d: { a: "1", b: "2", ["n".repeat(255)]: "long" } });
  await p.backup();
  p.put({ d: { a: "other", ["n".repeat(255)]: "longer" } });
  p.drop("d", "b");
  Deno.symlinkSync("a", p.src("d", "l"));
  await p.backup();
  for (const name of names(p.in("d", META))) {
    assertMatch(name, /^(metadata\.txt|names\.txt|\$OLD@.*|\.\$DEL@.*|\$LNK\$l)$/);
  }
  assertEquals(names(p.in("d", META)).length, 6);
});

Deno.test("§2 the root's meta directory holds vault.json, runs, lock and lock.json besides", async () => {
  using p = new Place({ a: "1" });
  await p.backup();
  assertEquals(names(p.meta()), [
    "lock",
    "lock.json",
    "metadata.txt",
    "runs",
    "vault.json",
  ]);
});

Deno.test("§3 metadata.txt is UTF-8 with \\n line ends, and describes the directory after the backup", async () => {
  using p = new Place({ "日本語.txt": "a", "b c": "b" });
  await p.backup();
  const text = read(p.meta("metadata.txt"));
  assertFalse(text.includes("\r"));
  assert(text.endsWith("\n"));
  assertEquals(metadata(p.vault).files, {
    "日本語.txt": await sha256sum("a"),
    "b c": await sha256sum("b"),
  });
  p.drop("b c");
  p.put({ "日本語.txt": "changed" });
  await p.backup();
  assertEquals(metadata(p.vault).files, { "日本語.txt": await sha256sum("changed") });
});

Deno.test("§3 line 1 is the directory hash, each further line a name, a tab, its hash", async () => {
  using p = new Place({ a: "1", sub: {} });
  await p.backup();
  const hash = await sha256sum("1");
  assertEquals(
    read(p.meta("metadata.txt")),
    `${await sha256sum(`a\0${hash}\n`)}\na\t${hash}\n`,
  );
  assertEquals(read(p.in("sub", META, "metadata.txt")), `${await sha256sum("")}\n`);
});

Deno.test("§3 order is free and blank lines are ignored: a file edited so still tells the same", async () => {
  using p = new Place({ a: "1", b: "2" });
  await p.backup();
  const [hash, one, two] = read(p.meta("metadata.txt")).split("\n");
  Deno.writeTextFileSync(p.meta("metadata.txt"), `\n${hash}\n\n${two}\n\n${one}\n\n`);
  dropIndex(p.vault);
  Deno.removeSync(p.meta("runs"), { recursive: true });
  const b = await p.backup();
  assertEquals(b.summary.files_changed, 0);
  assertEquals(b.summary.files_new, 0);
  assertEquals(listTree(p.vault).filter((n) => /\$(OLD|DEL)@/.test(n)), []);
});

Deno.test("§3 the hash can be checked with the stock command that vault.json names", async () => {
  using p = new Place({ a: "content\n" });
  await p.backup();
  const { hash } = JSON.parse(read(p.meta("vault.json"))) as { hash: string };
  const out = await system(hash, p.in("a"));
  assertEquals(out.split(" ")[0], metadata(p.vault).files.a);
  assertEquals(join(p.vault, "a"), out.trimEnd().split("  ")[1]);
});
