/** What a restore takes for a place that is backed up. */

import { assertEquals } from "@std/assert";
import { isBackedUp } from "../../src/cli/places/backed_up.ts";
import { LINKS, makeTree, tempDir } from "../helpers/cli_helper.ts";

const WINDOWS = Deno.build.os === "windows";

Deno.test("backed up: the source itself, what lies in it and what holds it, there or not, and nothing beside it", () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { deep: {} } });
  const root = Deno.realPathSync(dir.at("."));
  const here = (...names: string[]): string => [root, ...names].join(WINDOWS ? "\\" : "/");
  const asked = (place: string, ...sources: string[]): boolean =>
    isBackedUp(place, sources, WINDOWS);
  for (const place of [here("s"), here("s", "sub"), here("s", "new", "deep"), root]) {
    assertEquals(asked(place, here("s")), true, place);
  }
  for (const place of [here("s2"), here("other"), here("other", "s")]) {
    assertEquals(asked(place, here("s")), false, place);
  }
  assertEquals(asked(here("s"), here("gone"), here("s", "sub")), true);
  assertEquals(asked(here("gone", "deep"), here("gone")), true);
  assertEquals(asked(here("s")), false);
  assertEquals(asked(here("s"), "a name of another system", ""), false);
});

Deno.test({
  name: "backed up: a source that is named through a link",
  ignore: !LINKS,
  fn: () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { sub: {} });
    Deno.symlinkSync(dir.at("s"), dir.at("link"), { type: "dir" });
    const place = Deno.realPathSync(dir.at("s"));
    assertEquals(isBackedUp(place, [dir.at("link")], WINDOWS), true);
    assertEquals(isBackedUp(place, [dir.at("link", "sub")], WINDOWS), true);
  },
});

Deno.test({
  name: "backed up: a source under the path of another mount",
  ignore: Deno.build.os !== "linux" || !mounts(),
  fn: () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { sub: {} });
    Deno.mkdirSync(dir.at("m"));
    assertEquals(mount("--bind", dir.at("s"), dir.at("m")), true);
    try {
      const [s, m] = [Deno.realPathSync(dir.at("s")), Deno.realPathSync(dir.at("m"))];
      assertEquals(isBackedUp(m, [s], false), true);
      assertEquals(isBackedUp(`${m}/sub/new`, [s], false), true);
      assertEquals(isBackedUp(m, [`${s}/sub`], false), true);
    } finally {
      new Deno.Command("umount", { args: [dir.at("m")] }).outputSync();
    }
  },
});

function mount(...args: string[]): boolean {
  return new Deno.Command("mount", { args }).outputSync().success;
}

/** True where this user may mount. */
function mounts(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const dir = Deno.makeTempDirSync();
  const done = mount("--bind", dir, dir);
  if (done) new Deno.Command("umount", { args: [dir] }).outputSync();
  Deno.removeSync(dir);
  return done;
}
