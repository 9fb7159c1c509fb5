/** New names of a directory whose listing fails while they wait for it: what is in its place is recorded all the same. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, names } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { META } from "../helpers/maintain_helper.ts";

/** What the records of a vault say of the files that have one of these sizes. */
function linesOf(vault: string, sizes: readonly number[]): string[] {
  const runs = join(vault, META, "runs");
  return names(runs).flatMap((name) => Deno.readTextFileSync(join(runs, name)).split("\n"))
    .flatMap((line) => line === "" ? [] : [JSON.parse(line)])
    .filter(({ kind, size }) => kind === "version" && sizes.includes(size))
    .map(({ path, to }) => `${path} ${to === undefined ? "began" : "ended"}`).sort();
}

for (const fails of [1, 2]) {
  Deno.test(`backup: a listing that fails leaves no new file of its directory out of the record, the ${fails}. of those after the first was placed`, async () => {
    const path = Deno.realPathSync(Deno.makeTempDirSync());
    const [source, vault] = [join(path, "source"), join(path, "vault")];
    makeTree(source, { d: { known: "known" } });
    await backUp(source, [vault]);
    makeTree(source, { d: { a: "new", b: "new too" } });
    // somebody put files there: whether the new ones are entries of their own the listing tells
    for (const name of ["a", "b"]) Deno.writeTextFileSync(join(vault, "d", name), "a stranger's");
    let [placed, lists] = [false, 0];
    const fs = tapFs(denoFs, (call, work) => {
      placed ||= call.op === "rename" && /[\\/]d[\\/][ab]$/.test(call.to ?? "");
      if (placed && call.op === "list" && call.path === join(vault, "d") && ++lists === fails) {
        throw Object.assign(new Error("it may not be listed now"), { code: "EACCES" });
      }
      return work();
    });
    await backUp(source, [vault], {}, { fs, hours: 1 });
    assert(lists >= fails);
    await backUp(source, [vault], {}, { hours: 2 });
    assertEquals(linesOf(vault, ["new".length, "new too".length]), ["d/a began", "d/b began"]);
    Deno.removeSync(path, { recursive: true });
  });
}
