/** Files of a vault that somebody exchanged: no repair puts one right at the price of the other. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { Grown, isThere, listTree, META } from "../helpers/maintain_helper.ts";

/** Each takes the place of the one before it, the first that of the last. */
function exchange(g: Grown, ...files: string[]): void {
  const [first = "", ...others] = files.map((file) => g.in(...file.split("/")));
  const aside = `${g.path}/aside`;
  Deno.renameSync(first, aside);
  let free = first;
  for (const file of others) {
    Deno.renameSync(file, free);
    free = file;
  }
  Deno.renameSync(aside, free);
}

/** A vault of files of one size and time, one of them with a past. */
async function alike(g: Grown): Promise<string> {
  const put = (files: Record<string, string>): Grown => {
    g.put({ d: files });
    for (const name of Object.keys(files)) Deno.utimeSync(`${g.source}/d/${name}`, 1e9, 1e9);
    return g;
  };
  await put({ a: "past", b: "of b", c: "of c" }).day(0).backup();
  await put({ a: "of a" }).day(1).backup({ checksum: true });
  const [mark = ""] = [...Deno.readDirSync(g.in("d", META))].map((e) => e.name)
    .filter((name) => name.startsWith("$OLD@"));
  return `d/${META}/${mark}`;
}

function repair(g: Grown, source: string | undefined, around?: Around): number[] {
  const who = { root: g.vault, given: "v", host: "test", pid: 1, windows: false };
  const from = source === undefined ? {} : { source };
  const { damaged, repaired, errors } = verify(g.ports(around), { ...who, repair: true, ...from });
  return [damaged, repaired, errors];
}

Deno.test("verify --repair: a copy that is another version's only one goes to its place", async () => {
  using g = new Grown();
  const past = await alike(g);
  const whole = listTree(g.vault);
  for (
    const files of [["d/a", "d/b"], ["d/b", "d/a"], ["d/a", past], ["d/a", "d/b", "d/c", past]]
  ) {
    // the source has some of them, or none
    for (const lost of [["b"], ["a"], ["a", "b", "c"], []]) {
      using source = new Grown();
      source.put({ d: { a: "of a", b: "of b", c: "of c" } });
      for (const name of lost) source.drop(`d/${name}`);
      exchange(g, ...files);
      const all = files.length;
      assertEquals(repair(g, source.source), [all, all, 0], `${files} without ${lost}`);
      assertEquals(listTree(g.vault), whole);
      g.assertSound();
    }
  }
});

Deno.test("verify --repair: what one that was cut set aside goes once it is where it belongs, and nothing else does", async () => {
  using g = new Grown();
  await alike(g);
  const [whole, other] = [g.in(META, "repair.damaged"), g.in(META, "repair.damaged2")];
  Deno.copyFileSync(g.in("d", "a"), whole);
  Deno.writeTextFileSync(other, "of nobody");
  assertEquals(repair(g, undefined), [0, 0, 0]);
  assertEquals([isThere(whole), isThere(other)], [false, true]);
});

Deno.test("verify --repair of exchanged files that is cut off at any change loses none, and the next one is whole", async () => {
  using g = new Grown();
  const past = await alike(g);
  let cuts = 0;
  for (let at = 1;; at++) {
    exchange(g, "d/a", "d/b", past);
    let changes = 0;
    const cut: Around = (call, work) => {
      if (call.op === "rename" && ++changes >= at) throw new Error("cut");
      return work();
    };
    repair(g, undefined, cut);
    if (changes < at) break;
    cuts++;
    assertEquals(repair(g, undefined)[2], 0, `cut at ${at}`);
    g.assertSound();
  }
  assert(cuts > 3, `${cuts}`);
});

Deno.test("verify --repair that is interrupted has told the damage that it met", async () => {
  using g = new Grown();
  await g.put({ a: "content", b: "more" }).day(0).backup();
  Deno.writeTextFileSync(g.in("a"), "rotten!");
  Deno.writeTextFileSync(g.in("b"), "rot!");
  const messages: Message[] = [];
  let checked = 0;
  const ports = {
    ...g.ports(),
    emit: (m: Message): void => void messages.push(m),
    cancelled: (): boolean => checked > 1,
  };
  const progress = { ...ports.progress, done: (files: number): void => void (checked += files) };
  const request = { root: g.vault, given: "v", host: "test", pid: 1, windows: false, repair: true };
  assertThrows(() => verify({ ...ports, progress }, request), HikaeError, "interrupted");
  assertEquals(checked, 2);
  const told = messages.filter((m) => m.message_type === "error").map((m) => m.path);
  assertEquals(told, ["a"]);
});
