/** A name that was something else before: what its past tells, and what must not be taken from it. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { find } from "../helpers/ask.ts";
import { history } from "../helpers/ask.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";

Deno.test("history and find: a deleted directory whose place a file took is told once", async () => {
  using g = new Grown();
  g.day(0).put({ d: { inside: "1" }, other: "o" });
  const first = await g.backup();
  g.day(1).drop("d");
  const second = await g.backup();
  g.day(2).put({ d: "a file" });
  const third = await g.backup();
  const vault = { root: g.vault, windows: false };
  const told = (): unknown[] =>
    g.messages.flatMap((m) =>
      m.message_type === "version" ? [[m.path, m.type, m.from, m.to, m.ended]] : []
    );
  const wanted = [
    ["d", "dir", first, second, "deleted"],
    ["d", "file", third, null, null],
  ];
  await history(g.ports(), { ...vault, path: "d" });
  assertEquals(told(), wanted);
  await find(g.ports(), { ...vault, glob: "d", ignoreCase: false });
  assertEquals(told(), wanted);
  await find(g.ports(), { ...vault, glob: "inside", ignoreCase: false });
  assertEquals(told(), [["d/inside", "file", first, second, "deleted"]]);
});

Deno.test("after the index is lost a file is not compared with the times of what had its name before", async () => {
  using g = new Grown();
  g.day(0).put({ f: "first", d: { x: "x" } });
  await g.backup();
  for (const name of ["f", "d"]) Deno.chmodSync(join(g.source, name), 0o700);
  g.day(1);
  await g.backup();
  g.day(2).drop("f", "d");
  await g.backup();
  g.day(3).put({ f: "second", d: "a file now" });
  await g.backup();
  dropIndex(g.vault);
  g.day(4);
  await g.backup();
  const summary = g.messages.find((m) => m.message_type === "summary") ?? { message_type: "note" };
  const { files_attrs, files_unmodified } = summary as unknown as Record<string, unknown>;
  assertEquals({ files_attrs, files_unmodified }, { files_attrs: 0, files_unmodified: 2 });
});
