/** Bundles by rclone: written, listed, checked and restored. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { bundle, create, idOf, stateOf, world } from "../bundle/bundle_support.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";
import { canRun } from "./server.ts";

Deno.test({
  name: "rclone: a full bundle and one of changes are listed, checked and restored",
  ignore: !canRun("rclone", "version"),
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    Deno.mkdirSync(dir.at("there"));
    Deno.writeTextFileSync(
      dir.at("rclone.conf"),
      `[away]\ntype = alias\nremote = ${dir.at("there")}\n`,
    );
    w.env.RCLONE_CONFIG = dir.at("rclone.conf");
    w.where = "rclone:away:deep/path";
    makeTree(w.source, { a: "1", d: { "é x": "2" } });
    assertEquals((await bundle(w)).full, true);
    Deno.writeTextFileSync(join(w.source, "a"), "changed");
    assertEquals((await bundle(w)).full, false);
    assertEquals((await create(w)).stamp, null);
    const say = async (...args: string[]): Promise<{ code: number; said: string }> => {
      const { code, stdout, stderr } = await hikae(["bundle", ...args], { env: w.env });
      return { code, said: stdout + stderr };
    };
    const verified = await say("verify", w.where, "-i", dir.at("key.txt"));
    assertEquals(verified.code, 0, verified.said);
    const back = dir.at("back");
    const restored = await say("restore", w.where, "--to", back, "-i", dir.at("key.txt"));
    assertEquals(restored.code, 0, restored.said);
    assertEquals(stateOf(back), stateOf(w.source));
    const own = await say("list", `${w.where}/${idOf({ ...w, where: dir.at("there/deep/path") })}`);
    assertEquals(own.code, 0, own.said);
    // the directory is one of bundles as any other
    w.where = dir.at("there/deep/path");
    assertEquals((await say("verify", w.where)).code, 0);
    const [first = ""] = [...Deno.readDirSync(join(w.where, idOf(w)))].map((e) => e.name)
      .filter((name) => name.includes(".0001.")).sort();
    Deno.writeTextFileSync(join(w.where, idOf(w), first), "damaged");
    const damaged = await say("verify", "rclone:away:deep/path");
    assertEquals(damaged.code, 1);
    assertStringIncludes(damaged.said, first);
    // a volume of another size is no volume to go on from, and nothing is written over
    w.where = "rclone:away:deep/path";
    const whole = await create(w);
    assertEquals([whole.full, whole.stamp === null], [true, false]);
    assertEquals((await create(w)).stamp, null);
    const none = await say("list", "rclone:away:nowhere");
    assertEquals(none.code, 10, none.said);
    // a program that anybody may write is not started
    const bin = dir.at("bin");
    Deno.mkdirSync(bin);
    Deno.writeTextFileSync(join(bin, "rclone"), "#!/bin/sh\n");
    Deno.chmodSync(join(bin, "rclone"), 0o777);
    const path = `${bin}:${Deno.env.get("PATH")}`;
    const open = await hikae(["bundle", "list", "rclone:away:x"], {
      env: { ...w.env, PATH: path },
    });
    assertEquals(open.code, 2, open.stderr);
    const unknown = await say("list", "rclone:other:x");
    assertEquals(unknown.code, 1, unknown.said);
    const locked = await say(
      ...["create", w.vault, "--to", "rclone:away:x", "--recipient", w.recipient],
      ...["--lock", "compliance:3"],
    );
    assert(locked.code === 2, locked.said);
  },
});
