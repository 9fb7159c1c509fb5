/** Restores into a directory of which the disk lists a part: what it does not list is neither gone nor new. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { PlacedNames } from "../../src/base/placed_names.ts";
import { cutting, MANY } from "../helpers/cut_listing.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { Grown, listTree } from "../helpers/maintain_helper.ts";
import { type Restored, restoreOn } from "../helpers/restore_helper.ts";

/** A target as the newest run left it, with what no snapshot has. */
async function withMore(g: Grown, more: Parameters<Grown["put"]>[0]): Promise<string> {
  await g.day(1).backup({ rules: { excludeIfPresent: ["zz tag"] } });
  g.put(more);
  return g.source;
}

function codes({ errors }: Restored): [string, string][] {
  return errors.map(({ path, code }) => [path ?? "", code ?? ""]);
}

Deno.test("restore --delete: a directory whose tag the disk does not list, and an error: nothing in it goes, and it is told", async () => {
  using g = new Grown();
  g.put({ f: "f", d: { g: "g" } });
  const target = await withMore(g, { cache: { ...MANY, "zz tag": "" } });
  const before = listTree(target);
  const torn = await restoreOn(
    g.vault,
    target,
    { delete: true },
    cutting(join(target, "cache"), 50),
  );
  assertEquals(codes(torn), [["cache", "EIO"]]);
  assertEquals(listTree(target), before);
  const whole = await restoreOn(g.vault, target, { delete: true });
  assertEquals([codes(whole), listTree(target)], [[], before]);
});

Deno.test("restore --delete: of a directory that the disk lists in part nothing goes, and it is told", async () => {
  using g = new Grown();
  g.put({ f: "f", d: { g: "g" } });
  const target = await withMore(g, { d: MANY });
  const before = listTree(target);
  const torn = await restoreOn(g.vault, target, { delete: true }, cutting(join(target, "d"), 50));
  assertEquals([codes(torn), listTree(target)], [[["d", "EIO"]], before]);
  const whole = await restoreOn(g.vault, target, { delete: true });
  assertEquals([codes(whole), listTree(join(target, "d"))], [[], ["g"]]);
});

Deno.test("restore: what the quick listing lacks of the new names is there all the same, and stays", async () => {
  using g = new Grown();
  g.put({ d: MANY });
  await g.day(1).backup();
  const target = join(g.path, "target");
  const torn = cutting(join(target, "d"), 50);
  const quick: FileSystem = { ...torn, listWhole: denoFs.listWhole };
  assertEquals(codes(await restoreOn(g.vault, target, {}, quick)), []);
  assertEquals(listTree(target), listTree(g.source));
  Deno.removeSync(target, { recursive: true });
  // where nobody can tell whether each is kept as it is, that is told, once
  assertEquals(codes(await restoreOn(g.vault, target, {}, torn)), [["d", "EIO"]]);
  assertEquals(listTree(target), listTree(g.source));
});

Deno.test("restore: listings that are cut at different places: nothing is put over what one of them lacks", async () => {
  using g = new Grown();
  g.put({ d: MANY });
  await g.day(1).backup();
  const target = join(g.path, "target");
  const theirs = Object.fromEntries(Object.keys(MANY).map((name) => [`${name} of theirs`, name]));
  g.put({ d: theirs });
  Deno.renameSync(g.source, target);
  for (const name of Object.keys(MANY)) Deno.removeSync(join(target, "d", name));
  let asked = 0;
  const quick: FileSystem = {
    ...denoFs,
    list: (at) => {
      const all = denoFs.list(at);
      return at === join(target, "d") ? all.slice(0, 150 - 20 * (asked++ % 5)) : all;
    },
  };
  assertEquals(codes(await restoreOn(g.vault, target, {}, quick)), []);
  for (const [name, content] of Object.entries({ ...MANY, ...theirs })) {
    assertEquals(Deno.readTextFileSync(join(target, "d", name)), content, name);
  }
});

Deno.test("restore of a bundle, a portable snapshot, links: what the quick listing lacks of the new names stays", async () => {
  using g = new Grown();
  const dir = join(g.source, "d");
  const torn = cutting(dir, 50);
  for (const listWhole of [denoFs.listWhole, torn.listWhole]) {
    g.drop("d").put({ d: MANY });
    const told: string[] = [];
    const names = new PlacedNames({ ...torn, listWhole }, {
      native: (path) => join(g.source, path),
      altered: (path) => void told.push(path),
      failed: (path) => void told.push(path),
    });
    for (const name of Object.keys(MANY)) names.add(`d/${name}`, 1);
    await names.close();
    assertEquals(told, listWhole === torn.listWhole ? ["d"] : []);
    assertEquals(listTree(dir), Object.keys(MANY));
  }
});
