/**
 * Moves and hard links on Windows, where a second name is made only of a file whose number Deno tells exactly: under Wine that
 * is each, on NTFS some. Blocks that are shared (ReFS, Dev Drives) only a real Windows shows.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { noise, ShareWorld } from "../share/world.ts";

const WINDOWS = Deno.build.os === "windows";

for (const share of ["auto", "link", "never"] as const) {
  Deno.test({
    name:
      `sharing on Windows, --share ${share}: what moved is told, and every past state comes back`,
    ignore: !WINDOWS,
    async fn(): Promise<void> {
      using w = new ShareWorld({ share });
      for (const [i, path] of ["photos/a.jpg", "photos/b.jpg", "x", "y"].entries()) {
        w.put(path, noise(i));
      }
      await w.backup();
      w.move("photos", "pictures");
      for (const [from, to] of [["x", "z"], ["y", "x"], ["z", "y"]] as const) w.move(from, to);
      const { summary, errors } = await w.backup({ checksum: true });
      assertEquals(errors, []);
      const { files_moved, bytes_added = 0, bytes_shared = 0 } = summary;
      assertEquals([files_moved, bytes_added + bytes_shared], [2, 40_000]);
      if (share === "never") assertEquals(bytes_shared, 0);
      assertEquals((await w.diff()).filter((line) => line.startsWith("R")), [
        "R photos/a.jpg > pictures/a.jpg",
        "R photos/b.jpg > pictures/b.jpg",
      ]);
      assertEquals(await w.history("pictures/a.jpg"), [
        "photos/a.jpg",
        "pictures/a.jpg < photos/a.jpg",
      ]);
      assertEquals(await w.wrongStates(), []);
    },
  });
}

Deno.test({
  name:
    "sharing on Windows: hard links of the source come back with what was written through one of them",
  ignore: !WINDOWS,
  async fn(): Promise<void> {
    using w = new ShareWorld();
    const [one, two] = [w.put("one.bin", noise(1)), join(w.source, "two.bin")];
    Deno.linkSync(one, two);
    await w.backup();
    Deno.writeFileSync(two, noise(2, 12_000));
    assertEquals(Deno.readFileSync(one), noise(2, 12_000));
    const { errors } = await w.backup();
    assertEquals(errors, []);
    assertEquals(await w.wrongStates(), []);
    Deno.removeSync(one);
    await w.backup();
    assertEquals(await w.wrongStates(), []);
  },
});
