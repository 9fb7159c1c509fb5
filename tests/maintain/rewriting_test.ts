/** Records that are rewritten: in pieces of many lines, and none is taken for damaged because of it. */

import { assert, assertEquals } from "@std/assert";
import { Reader } from "../../src/engine/reader.ts";
import { wholeProof } from "../../src/vault/proof.ts";
import { PROOF } from "../../src/vault/record_row.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { Grown, META, names } from "../helpers/maintain_helper.ts";

const FILES = 700;

async function grown(): Promise<Grown> {
  const world = new Grown();
  for (let i = 0; i < FILES; i++) world.put({ [`f${i}`]: `content of ${i}` });
  await world.day(0).backup();
  world.put({ f7: "another", f8: "another" }).drop("f9");
  await world.day(1).backup();
  world.put({ f7: "a third" });
  await world.day(2).backup();
  return world;
}

Deno.test("prune writes a record of many lines anew in a few pieces, and all its lines are in it", async () => {
  using world = await grown();
  let writes = 0;
  await world.day(3).prune({ policy: { last: 1 } }, (call, work) => {
    if (call.op === "file.write" && call.path.endsWith("$TMP@record")) writes++;
    return work();
  });
  // of two records, each some pieces and a last line
  assert(writes > 2 && writes < 16, `${writes}`);
  const [first = ""] = names(world.in(META, "runs"));
  const lines = Deno.readTextFileSync(world.in(META, "runs", first)).split("\n");
  assert(lines.length > FILES - 5, `${lines.length}`);
  world.assertSound();
  const rows = world.dump();
  dropIndex(world.vault);
  world.reindex();
  assertEquals(world.dump(), rows);
});

Deno.test("an index made anew after a prune takes no forgotten run for damaged, and asks the disk for nothing", async () => {
  using world = await grown();
  await world.day(3).prune({ policy: { last: 1 } });
  dropIndex(world.vault);
  let listed = 0;
  const ports = world.ports((call, work) => {
    if (call.op === "list" && call.path.startsWith(world.vault)) listed++;
    return work();
  });
  const reader = Reader.open(ports, world.vault);
  try {
    const { catalog, vault } = reader;
    assertEquals(catalog.broken(), []);
    assertEquals(wholeProof(vault, catalog).whole, true);
    assertEquals(catalog.records().filter((r) => r.forgotten).map((r) => r.proof), [
      PROOF.unsealed,
      PROOF.unsealed,
    ]);
  } finally {
    reader.close();
  }
  // the records, and nothing below them
  assert(listed < 8, `${listed}`);
  assertEquals(world.messages, []);
});

Deno.test("a record whose first line is damaged is made anew in a few pieces", async () => {
  using world = await grown();
  const [first = ""] = names(world.in(META, "runs"));
  const path = world.in(META, "runs", first);
  const text = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, text.replace(/^.{20}/, "x".repeat(20)));
  dropIndex(world.vault);
  let writes = 0;
  await world.day(3).backup({}, (call, work) => {
    if (call.op === "file.write" && call.path.endsWith("$TMP@record")) writes++;
    return work();
  }).catch(() => {});
  assert(writes > 0 && writes < 8, `${writes}`);
  const made = Deno.readTextFileSync(path).split("\n");
  // the last line says that it was damaged
  assertEquals(made.slice(1, -2), text.split("\n").slice(1, -2));
});
