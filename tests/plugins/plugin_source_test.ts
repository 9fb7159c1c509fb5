/** Where a plugin may have the source read from: only where it is granted, and only a view of the source. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  makeTree,
  names,
  read,
  run,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

interface Made {
  /** What the plugin answers. */
  to: string;
  allow?: object;
  onError?: string;
}

function world(): TempDir {
  const dir = tempDir();
  makeTree(dir.path, {
    source: { a: "1", b: "2", c: "3" },
    secrets: { id_key: "SECRET", other: "SECRET" },
    views: { now: { a: "1 then", b: "2", c: "3" }, other: { x: "x" } },
    "turns.ts": `export default {
      name: "turns",
      preBackup: (run) => ({ source: run.options.to }),
    };`,
  });
  return dir;
}

async function backup(
  dir: TempDir,
  { to, allow = {}, onError = "warn" }: Made,
): Promise<RunResult> {
  const plugins = [{ path: "./turns.ts", allow, options: { to }, onError }];
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  return await hikae(dir, "backup", "docs");
}

function hikae(dir: TempDir, ...args: string[]): Promise<RunResult> {
  return run([...args, "--config", "hikae.jsonc"], { cwd: dir.path });
}

function kept(dir: TempDir): string[] {
  return names(dir.at("vault")).filter((name) => !name.startsWith("."));
}

Deno.test("a plugin without the right to it cannot have another directory read", async () => {
  for (const allow of [{}, { read: ["{vaults}"] }, { source: [] }]) {
    using dir = world();
    for (const place of ["secrets", "views/now"]) {
      const ran = await backup(dir, { to: dir.at(place), allow });
      assertEquals(ran.code, 3, ran.stderr);
      assertMatch(ran.stderr, /"source": true|none of the directories/);
      assertEquals([kept(dir), read(dir.at("vault", "a"))], [["a", "b", "c"], "1"]);
    }
  }
});

Deno.test("a plugin with the right can have no directory read that is no view of the source", async () => {
  using dir = world();
  assertEquals(
    (await backup(dir, { to: dir.at("views", "now"), allow: { source: true } })).code,
    0,
  );
  for (const place of ["secrets", "views", "views/other"]) {
    const ran = await backup(dir, { to: dir.at(place), allow: { source: true } });
    assertEquals(ran.code, 3, ran.stderr);
    assertMatch(ran.stderr, /is no view of/);
    assertEquals(kept(dir), ["a", "b", "c"]);
  }
  const ran = await backup(dir, {
    to: dir.at("secrets"),
    allow: { source: true },
    onError: "abort",
  });
  assertEquals(ran.code, 1);
});

Deno.test("a list of directories grants these, and no way out of them by a link", async () => {
  using dir = world();
  const allow = { source: ["./views"] };
  assertEquals((await backup(dir, { to: dir.at("views", "now"), allow })).code, 0);
  assertEquals(read(dir.at("vault", "a")), "1 then");
  makeTree(dir.at("elsewhere"), { a: "evil", b: "evil", c: "evil" });
  if (Deno.build.os !== "windows") {
    Deno.symlinkSync(dir.at("elsewhere"), dir.at("views", "link"));
    const ran = await backup(dir, { to: dir.at("views", "link"), allow });
    assertEquals(ran.code, 3);
    assertMatch(ran.stderr, /none of the directories of its "allow.source"/);
  }
  const up = await backup(dir, { to: `${dir.at("views")}/../elsewhere`, allow });
  assertEquals(up.code, 3);
  assert(read(dir.at("vault", "a")) !== "evil");
});

Deno.test("the right is shown by --explain-permissions and by plugin list", async () => {
  using dir = world();
  await backup(dir, { to: dir.at("views", "now"), allow: { source: ["./views"] } });
  const explained = await hikae(dir, "backup", "docs", "--explain-permissions", "--json");
  const plugin = explained.json.find((m) => `${m.thread}`.startsWith("plugin"));
  assertEquals(plugin?.source, [dir.at("views")]);
  assertMatch((await hikae(dir, "plugin", "list")).stdout, /given +source .*views/);
  const shipped = { path: "hikae:snapshot_source", allow: { run: ["findmnt"] } };
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins: [shipped] } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  assertMatch(
    (await hikae(dir, "plugin", "list")).stdout,
    /given +run findmnt; source \(all\)|given +source \(all\); run findmnt/,
  );
});
