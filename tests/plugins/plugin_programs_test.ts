/** Programs that plugins are granted: found once, and refused where others could put another in their place. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { findProgram } from "../../src/base/find_program.ts";
import {
  isTrustedGroup,
  type Owned,
  type OwnerLook,
  writableByOthers,
} from "../../src/base/others_write.ts";
import { makeTree, run, type RunResult, type TempDir, tempDir } from "../helpers/cli_helper.ts";
import { entry, trial } from "./plugins_support.ts";

const UNIX = Deno.build.os !== "windows";

Deno.test("a program is found by PATH in order, never in a relative directory", () => {
  const there = new Set(["/b/tool", "/c/tool", "./tool", "tool", "/own/tool"]);
  const look = {
    path: ":.:/a:/b/:/c",
    endings: "",
    windows: false,
    isProgram: (p: string) => there.has(p),
  };
  assertEquals(findProgram("tool", look), "/b/tool");
  assertEquals(findProgram("/own/tool", look), "/own/tool");
  assertEquals(findProgram("./tool", look), undefined);
  assertEquals(findProgram("other", look), undefined);
  const windows = {
    path: "bin;C:\\a;D:\\b\\",
    endings: ".COM;.EXE",
    windows: true,
    isProgram: (p: string) => p === "D:\\b\\tool.exe",
  };
  assertEquals(findProgram("tool", windows), "D:\\b\\tool.exe");
  assertEquals(findProgram("tool.exe", windows), "D:\\b\\tool.exe");
});

function lookAt(tree: Record<string, Partial<Owned>>, uid = 1000): OwnerLook {
  return {
    stat: (path) => ({ uid: 0, gid: 0, mode: 0o755, isDirectory: true, ...tree[path] }),
    realPath: (path) => path.replace("/link/", "/real/"),
    uid,
    sudoUid: undefined,
    isTrustedGroup: (gid) => gid === 0 || gid === 1000,
  };
}

Deno.test("who may write a directory on the way to a program may choose the program", () => {
  const at = "/usr/local/bin/tool";
  const found = (tree: Record<string, Partial<Owned>>, path = at): string | undefined =>
    writableByOthers(path, lookAt(tree));
  assertEquals(found({}), undefined);
  assertEquals(found({ "/usr/local": { mode: 0o777 } }), "/usr/local");
  assertEquals(found({ [at]: { mode: 0o757, isDirectory: false } }), at);
  assertEquals(found({ "/usr/local": { mode: 0o1777 } }), undefined);
  assertEquals(found({ [at]: { mode: 0o1757, isDirectory: false } }), at);
  assertEquals(found({ "/usr": { uid: 1234 } }), "/usr");
  assertEquals(
    found({ "/usr/local": { mode: 0o1777 }, "/usr/local/bin": { uid: 1234 } }),
    "/usr/local/bin",
  );
  assertEquals(found({ "/usr": { uid: 1000, mode: 0o700 } }), undefined);
  assertEquals(found({ "/usr": { gid: 1000, mode: 0o775 } }), undefined);
  assertEquals(found({ "/usr": { gid: 100, mode: 0o775 } }), "/usr");
  assertEquals(found({ "/real": { mode: 0o777 } }, "/link/tool"), "/real");
  assertEquals(found({ "/link": { mode: 0o777 } }, "/link/tool"), "/link");
});

Deno.test("a group is trusted when only this user, root or administrators are in it", () => {
  const group =
    "root:x:0:\nme:x:1000:\nstaff:x:50:\nshared:x:100:me,you\nmine:x:101:me\nwheel:x:10:you\n";
  const passwd = "root:x:0:0::/:\nme:x:1000:1000::/:\nyou:x:1001:1001::/:\nhers:x:1002:102::/:\n";
  const trusted = (gid: number): boolean => isTrustedGroup(gid, { user: 1000, group, passwd });
  assertEquals([0, 1000, 50, 100, 101, 10, 102, 999].map(trusted), [
    true,
    true,
    true,
    false,
    true,
    true,
    false,
    false,
  ]);
});

function job(dir: TempDir, plugin: object): void {
  const jobs = { docs: { source: "source", vaults: ["vault"], plugins: [plugin] } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
}

function hikae(dir: TempDir, path: string, ...args: string[]): Promise<RunResult> {
  const env = { PATH: `${path}:${Deno.env.get("PATH")}` };
  return run([...args, "--config", "hikae.jsonc"], { cwd: dir.path, env });
}

function withProgram(): TempDir {
  const dir = tempDir();
  makeTree(dir.path, {
    source: { a: "1" },
    bin: { mytool: "#!/bin/sh\necho from $0\n" },
    "runs.ts": `export default {
      name: "runs",
      permissions: { run: ["mytool"] },
      async preBackup(_run, host) {
        const { stdout } = await new Deno.Command("mytool").output();
        host.log("info", new TextDecoder().decode(stdout));
      },
    };`,
  });
  if (UNIX) Deno.chmodSync(dir.at("bin", "mytool"), 0o755);
  return dir;
}

Deno.test({
  name: "a program in a directory that others may write is refused before the run, exit code 2",
  ignore: !UNIX,
  fn: async () => {
    using dir = withProgram();
    job(dir, { path: "./runs.ts", allow: { run: ["mytool"] } });
    Deno.chmodSync(dir.at("bin"), 0o777);
    const refused = await hikae(dir, dir.at("bin"), "backup", "docs");
    assertEquals(refused.code, 2, refused.stderr);
    assert(refused.stderr.includes("others may write"), refused.stderr);
    Deno.chmodSync(dir.at("bin"), 0o755);
    const ran = await hikae(dir, dir.at("bin"), "backup", "docs");
    assertEquals(ran.code, 0, ran.stderr);
    assert(ran.stderr.includes(`from ${dir.at("bin", "mytool")}`), ran.stderr);
  },
});

Deno.test({
  name: "a program that comes into PATH later is not the one that was found",
  ignore: !UNIX,
  fn: async () => {
    using dir = withProgram();
    makeTree(dir.at("early"), {});
    const path = `${dir.at("early")}:${dir.at("bin")}:${Deno.env.get("PATH")}`;
    const t = await trial([entry("./runs.ts", { allow: { run: ["mytool"] } })], {
      baseDir: dir.path,
      settings: { path },
    });
    Deno.copyFileSync(dir.at("bin", "mytool"), dir.at("early", "mytool"));
    await t.set.preBackup();
    await t.set.close();
    assertEquals(t.warnings, []);
    assertMatch(t.logs.join(), /from .*\/bin\/mytool/);
  },
});

Deno.test("config check names a granted program that is not installed", async () => {
  using dir = withProgram();
  job(dir, {
    path: "hikae:replicate",
    allow: { run: ["no-such-program"] },
    options: { remote: "r:", rclone: "no-such-program" },
  });
  const checked = await run(["config", "check", "--config", "hikae.jsonc"], { cwd: dir.path });
  assertEquals(checked.code, 1);
  assert(
    checked.stderr.includes("no-such-program is granted, and is not installed"),
    checked.stderr,
  );
});
