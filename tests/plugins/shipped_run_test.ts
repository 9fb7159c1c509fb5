/** Backups of the real program with shipped plugins from a real config. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SNAPSHOT_SOURCE, withSnapshotSource } from "../../src/cli/snapshot/snapshot_source.ts";
import { lookAt } from "../../src/cli/plugin/plugin_look.ts";
import { makeTree, names, read, run, tempDir } from "../helpers/cli_helper.ts";
import { serve } from "./shipped_support.ts";

const LINUX = Deno.build.os === "linux";

function canRun(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "a job with shipped plugins: rules, copy, messages, and the guard when files are scrambled",
  ignore: !LINUX || !canRun("rclone", "version"),
  fn: async () => {
    await using server = serve();
    using dir = tempDir();
    const files = Object.fromEntries(
      Array.from({ length: 6 }, (_, n) => [`letter${n}.txt`, `dear ${n}, `.repeat(100)]),
    );
    makeTree(dir.at("src"), { ...files, "big.iso": "x".repeat(3000) });
    const net = [server.host];
    const plugins = [
      { path: "hikae:skip_rules", options: { patterns: ["*.iso"] } },
      {
        path: "hikae:ransom_guard",
        options: { files: 5 },
        allow: { read: ["{source}", "{vaults}"] },
      },
      { path: "hikae:replicate", options: { remote: dir.at("copy") }, allow: { run: ["rclone"] } },
      {
        path: "hikae:webhook",
        options: { urlEnv: "HIKAE_TEST_HOOK", host: server.host, format: "slack" },
        allow: { net, env: ["HIKAE_TEST_HOOK"] },
      },
      { path: "hikae:healthcheck", options: { url: `${server.url}/check` }, allow: { net } },
    ];
    const jobs = { docs: { source: dir.at("src"), vaults: [dir.at("vault")], plugins } };
    makeTree(dir.path, { "hikae.jsonc": JSON.stringify({ jobs }) });
    const env = { HIKAE_TEST_HOOK: `${server.url}/hook/s3cr3t` };
    const backup = (): ReturnType<typeof run> =>
      run(["backup", "docs", "--config", dir.at("hikae.jsonc")], { env, cwd: dir.path });

    const first = await backup();
    assertEquals(first.code, 0, first.stderr);
    const vault = names(dir.at("vault")).filter((n) => !n.startsWith("."));
    assertEquals(vault, Object.keys(files));
    assertEquals(names(dir.at("copy")), names(dir.at("vault")));
    assertEquals(server.got.map((g) => g.path), ["/check/start", "/hook/s3cr3t", "/check"]);
    assertMatch(server.got[1]?.body ?? "", /hikae: docs done\\n.*vault: 6 new, 0 changed/);

    for (const name of Object.keys(files)) {
      Deno.writeFileSync(dir.at("src", name), crypto.getRandomValues(new Uint8Array(2000)));
    }
    const second = await backup();
    assertEquals(second.code, 4, second.stderr);
    assertStringIncludes(second.stderr, "6 files were scrambled since the last run");
    assertEquals(server.got.slice(3).map((g) => g.path), [
      "/check/start",
      "/hook/s3cr3t",
      "/check/fail",
    ]);
    assertMatch(server.got[4]?.body ?? "", /hikae: docs held/);
    assertEquals(read(dir.at("copy"), "letter0.txt"), files["letter0.txt"]);
    assert(![first, second].some((r) => (r.stdout + r.stderr).includes("s3cr3t")));
  },
});

Deno.test("--snapshot-source grants what the plugin asks for, and comes last", async () => {
  const job = { name: "j", source: "/", vaults: [] };
  const looked = await lookAt(SNAPSHOT_SOURCE, job, "/", true);
  assertEquals(looked.problem, undefined);
  assertEquals(looked.asked?.run, SNAPSHOT_SOURCE.allow.run);
  const other = { path: "hikae:webhook", allow: {}, options: {}, onError: "warn" } as const;
  assertEquals(withSnapshotSource([other]), [other, SNAPSHOT_SOURCE]);
  const own = { ...SNAPSHOT_SOURCE, onError: "warn" } as const;
  assertEquals(withSnapshotSource([own, other]), [own, other], "the entry of the config stands");
});

Deno.test({
  name: "--snapshot-source: a backup from a real btrfs snapshot, which is gone afterwards",
  ignore: !LINUX || Deno.uid() !== 0 || !canRun("mkfs.btrfs", "--version"),
  fn: async () => {
    using dir = tempDir();
    const [image, mnt, vault] = [dir.at("image"), dir.at("mnt"), dir.at("vault")];
    makeTree(mnt, {});
    Deno.createSync(image).close();
    Deno.truncateSync(image, 256 * 1024 * 1024);
    // Loop devices may be closed to a container
    if (!canRun("mkfs.btrfs", "-q", image) || !canRun("mount", "-o", "loop", image, mnt)) return;
    try {
      makeTree(mnt, { docs: { "a.txt": "a", sub: { "b.txt": "b" } } });
      const source = dir.at("mnt", "docs");
      const first = await run(["backup", source, vault, "--snapshot-source"]);
      assertEquals(first.code, 0, first.stderr);
      assertStringIncludes(first.stderr + first.stdout, "reading from the snapshot");
      assertEquals(read(vault, "sub", "b.txt"), "b");
      assertEquals(names(mnt), ["docs"]);
      Deno.writeTextFileSync(dir.at("mnt", "docs", "a.txt"), "changed");
      const second = await run(["backup", source, vault, "--snapshot-source", "--json"]);
      assertEquals(second.code, 0, second.stderr);
      const done = second.json.findLast((m) => m.message_type === "summary");
      assertEquals([done?.files_changed, done?.files_unmodified, done?.files_deleted], [1, 1, 0]);
      const plain = await run(["backup", source, vault]);
      assertEquals(plain.code, 0, "the same vault goes on without a snapshot");
      assertEquals(names(mnt), ["docs"]);
    } finally {
      canRun("umount", mnt);
    }
  },
});
