/** Design: nothing follows a link in a source or a vault, whoever planted it. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { run } from "../helpers/cli_helper.ts";
import {
  counts,
  errors,
  isThere,
  Link,
  listTree,
  makeTree,
  META,
  Place,
  read,
  removeTree,
  stamps,
} from "./fixture.ts";

/** A place whose vault has one run, and a directory beside it that must stay as it is. */
async function prepared(): Promise<{ p: Place; beside: string; untouched: () => void }> {
  const p = new Place({ a: "1", d: { b: "2", e: { c: "3" } }, l: new Link("a") });
  const beside = join(p.path, "beside");
  makeTree(beside, { a: "mine", b: "mine", sub: { c: "mine" } });
  await p.backup();
  const before = listTree(beside);
  return {
    p,
    beside,
    untouched: () => {
      assertEquals(listTree(beside), before);
      for (const f of ["a", "b", "sub/c"]) assertEquals(read(beside, f), "mine");
    },
  };
}

Deno.test("a link in the place of a mirror file is replaced, not written through", async () => {
  const { p, beside, untouched } = await prepared();
  using _ = p;
  Deno.removeSync(p.in("a"));
  Deno.symlinkSync(join(beside, "a"), p.in("a"));
  p.put({ a: "changed" });
  await p.try();
  await p.backup();
  untouched();
  assertEquals(read(p.in("a")), "changed");
  assert(Deno.lstatSync(p.in("a")).isFile);
});

Deno.test("a link in the place of a mirror directory is not followed", async () => {
  const { p, beside, untouched } = await prepared();
  using _ = p;
  removeTree(p.in("d"));
  Deno.symlinkSync(beside, p.in("d"));
  p.put({ d: { b: "changed", n: "new" } });
  p.drop("d", "e");
  const b = await p.try();
  untouched();
  if (b.code !== 0) assert(errors(b).length > 0, b.stdout);
});

Deno.test("nothing behind a link in the place of a mirror directory is printed or restored", async () => {
  const { p, beside } = await prepared();
  using _ = p;
  Deno.renameSync(p.in("d"), p.in("real"));
  Deno.symlinkSync(beside, p.in("d"));
  const printed = await run(["cat", p.vault, "d/b"]);
  assertEquals([printed.code, printed.stdout], [1, ""]);
  const target = join(p.path, "out");
  assertEquals((await run(["restore", p.vault, "--to", target, "--force"])).code, 3);
  assertEquals(listTree(target).filter((path) => /mine|damaged/.test(path)), []);
  assert(!isThere(join(target, "d/b")));
  Deno.removeSync(p.in("d"));
  Deno.renameSync(p.in("real"), p.in("d"));
  assertEquals((await run(["cat", p.vault, "d/b"])).stdout, "2");
});

Deno.test("a link in the place of a meta directory is not followed", async () => {
  const { p, beside, untouched } = await prepared();
  using _ = p;
  removeTree(p.in("d", META));
  Deno.symlinkSync(beside, p.in("d", META));
  p.put({ d: { b: "changed" } });
  await p.try();
  untouched();
});

Deno.test("a link in the place of the runs directory is not followed", async () => {
  const { p, beside, untouched } = await prepared();
  using _ = p;
  removeTree(p.meta("runs"));
  Deno.symlinkSync(beside, p.meta("runs"));
  p.put({ a: "changed" });
  await p.try();
  untouched();
});

Deno.test("a link in the place of a metadata file, a link record or lock.json is not written through", async () => {
  const { p, beside, untouched } = await prepared();
  using _ = p;
  for (const name of ["metadata.txt", "$LNK$l", "lock.json"]) {
    Deno.removeSync(p.meta(name));
    Deno.symlinkSync(join(beside, "a"), p.meta(name));
  }
  p.put({ a: "changed" });
  p.drop("l");
  p.put({ l: new Link("b") });
  await p.try();
  untouched();
  await p.backup();
  assertEquals(read(p.meta("$LNK$l")), "b");
});

Deno.test("a vault whose root's meta directory is a link is none", async () => {
  const { p, untouched } = await prepared();
  using _ = p;
  const moved = join(p.path, "moved");
  Deno.renameSync(p.meta(), moved);
  Deno.symlinkSync(moved, p.meta());
  const before = listTree(moved);
  const b = await p.try();
  assert(b.code === 10 || b.code === 13, String(b.code));
  assert(b.stdout.includes(".$META$ is a symbolic link"), b.stdout);
  assertEquals(listTree(moved), before);
  untouched();
});

Deno.test("a source directory that became a link is a link: nothing behind it is read", async () => {
  const { p, beside, untouched } = await prepared();
  using _ = p;
  p.drop("d");
  Deno.symlinkSync(beside, p.src("d"));
  const b = await p.backup("--allow-mass-change");
  assertEquals(counts(b), { files_new: 1, files_deleted: 2, dirs_deleted: 2, files_unmodified: 2 });
  assertEquals(isThere(p.in("d")), false);
  untouched();
});

Deno.test("a source named through a link is resolved once; so is a vault", async () => {
  using p = new Place({ a: "1" });
  Deno.symlinkSync(p.source, join(p.path, "to-source"));
  Deno.mkdirSync(p.vault);
  Deno.symlinkSync(p.vault, join(p.path, "to-vault"));
  const { run } = await import("../helpers/cli_helper.ts");
  const r = await run(["backup", join(p.path, "to-source"), join(p.path, "to-vault")]);
  assertEquals([r.code, read(p.in("a")), stamps(p.vault).length], [0, "1", 1]);
});
