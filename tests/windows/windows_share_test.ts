/**
 * Moves and hard links on Windows, where no second name is made in a vault: what moved is told, stored, and comes back. Only a
 * real Windows shows blocks that are shared (ReFS, Dev Drives): there `bytes_shared` takes the place of `bytes_added`.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeTree, run, stamps, summary as summaryOf, tempDir } from "../helpers/cli_helper.ts";

const WINDOWS = Deno.build.os === "windows";
const BIG = "0123456789abcdef".repeat(640);

for (const share of ["auto", "link", "never"]) {
  Deno.test({
    name:
      `sharing on Windows, --share ${share}: what moved is told, and every past state comes back`,
    ignore: !WINDOWS,
    async fn(): Promise<void> {
      using dir = tempDir();
      const [source, vault] = [dir.at("s"), dir.at("v")];
      makeTree(source, {
        photos: { "a.jpg": BIG, "b.jpg": `${BIG}b` },
        x: `${BIG}1`,
        y: `${BIG}2`,
      });
      const args = ["backup", "--share", share, "--json", source, vault];
      assertEquals((await run(args)).code, 0);
      Deno.renameSync(dir.at("s", "photos"), dir.at("s", "pictures"));
      for (const [from, to] of [["x", "z"], ["y", "x"], ["z", "y"]] as const) {
        Deno.renameSync(dir.at("s", from), dir.at("s", to));
      }
      const later = await run(args);
      assertEquals(later.code, 0);
      const summary = summaryOf(later);
      assertEquals(summary.files_moved, 2);
      const all = Number(summary.bytes_added) + Number(summary.bytes_shared);
      assertEquals(all, 4 * BIG.length + 3);
      const changes = (await run(["diff", "--json", vault])).stdout;
      for (const name of ["a.jpg", "b.jpg"]) {
        assertStringIncludes(changes, `"from":"photos/${name}"`);
      }
      for (const [i, folder] of ["photos", "pictures"].entries()) {
        const to = dir.at(`back-${i}`);
        const at = stamps(vault)[i] ?? "";
        assertEquals((await run(["restore", vault, "--at", at, "--to", to])).code, 0);
        assertEquals([...Deno.readDirSync(to)].map((e) => e.name).sort(), [folder, "x", "y"]);
        const read = (...path: string[]): string =>
          Deno.readTextFileSync(dir.at(`back-${i}`, ...path));
        assertEquals([read(folder, "a.jpg"), read(folder, "b.jpg")], [BIG, `${BIG}b`]);
        assertEquals(
          [read("x"), read("y")],
          i === 0 ? [`${BIG}1`, `${BIG}2`] : [`${BIG}2`, `${BIG}1`],
        );
      }
      assertEquals((await run(["verify", vault])).code, 0);
      assertEquals((await run(["dedupe", vault])).code, 0);
    },
  });
}

Deno.test({
  name:
    "sharing on Windows: hard links of the source are copies in the vault and in what is restored",
  ignore: !WINDOWS,
  async fn(): Promise<void> {
    using dir = tempDir();
    const [source, vault, to] = [dir.at("s"), dir.at("v"), dir.at("back")];
    makeTree(source, { "one.bin": BIG, d: {} });
    Deno.linkSync(dir.at("s", "one.bin"), dir.at("s", "d", "two.bin"));
    assertEquals((await run(["backup", source, vault])).code, 0);
    Deno.writeTextFileSync(dir.at("s", "d", "two.bin"), `${BIG}changed`);
    assertEquals(Deno.readTextFileSync(dir.at("s", "one.bin")), `${BIG}changed`);
    assertEquals((await run(["backup", source, vault])).code, 0);
    for (const root of [vault, to]) {
      if (root === to) assertEquals((await run(["restore", vault, "--to", to])).code, 0);
      const at = (...path: string[]): string => [root, ...path].join("\\");
      assertEquals(Deno.readTextFileSync(at("d", "two.bin")), `${BIG}changed`);
      Deno.writeTextFileSync(at("d", "two.bin"), "edited");
      assertEquals(Deno.readTextFileSync(at("one.bin")), `${BIG}changed`);
      if (root === vault) Deno.writeTextFileSync(at("d", "two.bin"), `${BIG}changed`);
    }
  },
});
