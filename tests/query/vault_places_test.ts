/** Where a new vault may be made: never at what is an address and no directory, nor below a drive that is not there. */

import { newKeyPair } from "../../src/bundle/keygen.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { notAPath, notExpanded, withoutDrive } from "../../src/base/remote_address.ts";
import { realPlaceAndRest } from "../../src/cli/places/places.ts";
import {
  isThere,
  makeTree,
  names,
  run,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

const WINDOWS = Deno.build.os === "windows";

/** The codes of a result's errors. */
function codes(r: RunResult): unknown[] {
  return r.json.filter((m) => m.message_type === "error").map((m) => m.code);
}

const ADDRESSES = [
  "s3:bucket",
  "s3:https://host/bucket",
  "sftp://host/x",
  "me@nas:/x",
  "nas:/x",
  "gdrive:",
  ":sftp,host=nas:x",
  "[fe80::1]:/x",
  "rest:http://host/",
  "http://host/x",
];

Deno.test("a remote address is no path: schemes, hosts and rclone remotes; a name behind ./ is one", () => {
  for (const windows of [false, true]) {
    for (const address of ADDRESSES) {
      const no = notAPath(address, windows);
      assert(no !== undefined, address);
      for (const word of ["mount", "hikae:replicate", "hikae:restic", `./${address}`]) {
        assertStringIncludes(no.hint, word);
      }
    }
    const paths = ["./s3:bucket", "../s3:x", "a/b:c", "/mnt/x:y", ".", "a", "a.b", "-"];
    for (const path of paths) assertEquals(notAPath(path, windows), undefined, path);
  }
  for (
    const path of ["C:", "C:\\x", "C:/x", "C:x", "\\\\nas\\share", "//nas/share", "\\\\?\\C:\\x"]
  ) {
    assertEquals(notAPath(path, true), undefined, path);
  }
  for (const path of ["C:", "C:\\x", "C:/x", "\\\\nas\\share"]) {
    assertStringIncludes(notAPath(path, false)?.problem ?? "", "is a Windows path");
  }
  assertEquals(notAPath("file:///mnt/x", false)?.hint, "write the path alone: /mnt/x");
  assertEquals(notAPath("file:///C:/x", true)?.hint, "write the path alone: C:/x");
});

Deno.test("what a POSIX shell leaves as it is, or was kept from, is told with how to write it", () => {
  const cases: [string, string][] = [
    ["~", '"$HOME"'],
    ["~/Documents", '"$HOME/Documents"'],
    ["$HOME/x", '"$HOME/x"'],
    ["${BACKUP}/x", '"$BACKUP/x"'],
    ["%USERPROFILE%\\My v", '"$HOME/My v"'],
    ["%BACKUP%/x", '"$BACKUP/x"'],
  ];
  for (const [given, better] of cases) {
    const hint = notExpanded(given, false)?.hint ?? "";
    assertStringIncludes(hint, `write ${better},`);
    assertStringIncludes(hint, `'./${given}'`);
    assertEquals(notExpanded(`./${given}`, false), undefined, given);
  }
  for (
    const path of ["~x", "a~", "a/~", "$", "$RECYCLE.BIN", "$OLD@x", "100%", "%a", "it's", "'a"]
  ) {
    assertEquals(notExpanded(path, false), undefined, path);
  }
});

Deno.test("what the other shell of Windows would expand is told with how to write it", () => {
  const cases: [string, string][] = [
    ["~", "%USERPROFILE% in cmd"],
    ["~/Documents", "%USERPROFILE%\\Documents in cmd, $HOME\\Documents in PowerShell"],
    ["$env:USERPROFILE\\x", "write %USERPROFILE%\\x in cmd"],
    ["%USERPROFILE%\\x", "write $env:USERPROFILE\\x in PowerShell"],
    ["'C:\\My", "double quotation marks"],
  ];
  for (const [given, hint] of cases) {
    assertStringIncludes(notExpanded(given, true)?.hint ?? "", hint);
  }
  for (const path of ["~x", "a~", "C:\\~", "100%", "it's"]) {
    assertEquals(notExpanded(path, true), undefined);
  }
  assertStringIncludes(
    withoutDrive("/mnt/usb/documents", "C:")?.problem ?? "",
    "C:\\mnt\\usb\\doc",
  );
  for (const path of ["E:\\x", "//nas/share", "\\\\nas\\share", "x\\y"]) {
    assertEquals(withoutDrive(path, "C:"), undefined, path);
  }
});

Deno.test({
  name: "windows: a vault without a drive is exit 2 and names where it would be",
  ignore: !WINDOWS,
  fn: async () => {
    using temp = tempDir();
    makeTree(temp.path, { docs: { a: "1" } });
    const r = await run(["backup", "docs", "/mnt/usb/documents", "--json"], { cwd: temp.path });
    assertEquals([r.code, codes(r)], [2, ["usage"]], r.stderr);
  },
});

Deno.test("a remote address as a vault, a source or a target is exit 2, and nothing is made", async () => {
  using temp = tempDir();
  makeTree(temp.path, { docs: { a: "1" } });
  const cwd = temp.path;
  assertEquals((await run(["backup", "docs", "./vault"], { cwd })).code, 0);
  const before = names(cwd);
  const lines = [
    ["backup", "docs", "s3:bucket"],
    ["backup", "docs", "./vault", "me@nas:/x"],
    ["backup", "docs", "sftp://host/x", "--dry-run", "--init"],
    ["backup", "gdrive:docs", "./vault"],
    ["list", "s3:bucket"],
    ["restore", "vault", "--to", "s3:bucket"],
    ["job", "docs", "s3:bucket", "--interval", "1h"],
    ["snapshot", "--target-directory", "s3:bucket"],
    ["plugin", "new", "sftp:host:/p"],
    ["config", "init", "me@nas:/x/hikae.jsonc"],
    ["bundle", "keygen", "-o", "gdrive:key.txt"],
  ];
  for (const line of lines) {
    const r = await run([...line, "--json"], { cwd });
    assertEquals([r.code, codes(r)], [2, ["usage"]], `${line.join(" ")}\n${r.stderr}${r.stdout}`);
  }
  const config = (vault: string): string => {
    const jobs = { docs: { source: "./docs", vaults: [vault] } };
    Deno.writeTextFileSync(temp.at("hikae.jsonc"), JSON.stringify({ jobs }, null, 2));
    return vault;
  };
  config("gdrive:backup");
  for (const line of [["backup", "docs"], ["config", "check"]]) {
    const r = await run(line, { cwd });
    assertEquals(r.code, 2, r.stderr);
    assertStringIncludes(r.stderr, '"gdrive:backup" looks like a remote address');
    assertStringIncludes(r.stderr, "hikae:replicate");
  }
  Deno.removeSync(temp.at("hikae.jsonc"));
  assertEquals(names(cwd), before);
  if (WINDOWS) return;
  const own = await run(["backup", "docs", "./s3:bucket"], { cwd });
  assertEquals([own.code, isThere(temp.at("s3:bucket", "a"))], [0, true], own.stderr);
  // what is there may be looked at by its bare name
  assertEquals((await run(["list", "s3:bucket"], { cwd })).code, 0);
});

/** A source, and a home that may be another place. */
function world(temp: TempDir, home = "nobody"): { source: string; env: Record<string, string> } {
  makeTree(temp.path, { docs: { a: "1" } });
  const env = { HOME: temp.at(home), USERPROFILE: temp.at(home) };
  return { source: temp.at("docs"), env };
}

Deno.test("a vault whose parents are missing is the guard's stop, and --init makes them", async () => {
  using temp = tempDir();
  const { source, env } = world(temp);
  const vault = temp.at("usb", "docs");
  for (const more of [[], ["--dry-run"]]) {
    const r = await run(["backup", source, vault, ...more, "--json"], { env });
    assertEquals([r.code, codes(r), isThere(temp.at("usb"))], [
      4,
      ["guard_missing_parent"],
      false,
    ], r.stderr);
    const [error] = r.json.filter((m) => m.message_type === "error");
    assertStringIncludes(String(error?.message), temp.at("usb"));
    assertStringIncludes(String(error?.hint), "--init");
  }
  // one directory is always made, and the others of a run go on
  const two = await run(["backup", source, vault, temp.at("beside"), "--json"], { env });
  assertEquals([two.code, codes(two), isThere(temp.at("beside", "a"))], [
    3,
    ["guard_missing_parent"],
    true,
  ]);
  const jobs = { docs: { source, vaults: [vault] } };
  Deno.writeTextFileSync(temp.at("c.jsonc"), JSON.stringify({ jobs }));
  const job = await run(["backup", "docs", "--config", temp.at("c.jsonc"), "--json"], { env });
  assertEquals([job.code, codes(job)], [4, ["guard_missing_parent"]]);
  const check = await run(["config", "check", "--config", temp.at("c.jsonc"), "--json"], { env });
  assertEquals([check.code, codes(check)], [1, ["guard_missing_parent"]]);
  const said = (r: RunResult): unknown[] =>
    r.json.filter((m) => m.message_type === "error").map((m) => m.message);
  assertEquals(said(check), said(job).map((m) => `job docs: ${m}`));
  assertEquals((await run(["backup", source, vault, "--init"], { env })).code, 0);
  assert(isThere(join(vault, "a")));
  // it is known now, and needs no word
  assertEquals((await run(["backup", source, vault], { env })).code, 0);
});

Deno.test("bundles are written to no drive that is not there either, and config check says the same", async () => {
  using temp = tempDir();
  const { source, env } = world(temp);
  const vault = temp.at("vault");
  assertEquals((await run(["backup", source, vault], { env })).code, 0);
  const { recipient } = await newKeyPair();
  const to = temp.at("usb", "bundles");
  const create = ["bundle", "create", vault, "--to", to, "--recipient", recipient, "--json"];
  const stopped = await run(create, { env });
  assertEquals([stopped.code, codes(stopped), isThere(temp.at("usb"))], [
    4,
    ["guard_missing_parent"],
    false,
  ], stopped.stderr);
  const jobs = { docs: { source, vaults: [vault], bundle: { to, recipients: [recipient] } } };
  Deno.writeTextFileSync(temp.at("c.jsonc"), JSON.stringify({ jobs }));
  const check = await run(["config", "check", "--config", temp.at("c.jsonc"), "--json"], { env });
  assertEquals([check.code, codes(check)], [1, ["guard_missing_parent"]]);
  const job = await run(["backup", "docs", "--config", temp.at("c.jsonc")], { env });
  assertEquals([job.code, isThere(temp.at("usb"))], [3, false], job.stderr);
  assertStringIncludes(job.stderr, "is the drive there?");
  Deno.mkdirSync(temp.at("usb"));
  assertEquals((await run(create, { env })).code, 0);
});

Deno.test("missing parents below the user's home, on the source's own disk, are made", async () => {
  using temp = tempDir();
  const { source, env } = world(temp, ".");
  const vault = temp.at("Backup", "machine", "docs");
  const r = await run(["backup", source, vault, "--json"], { env });
  assertEquals([r.code, isThere(join(vault, "a"))], [0, true], r.stderr);
});

Deno.test({
  name: "missing parents on another disk are made from its mount point, and not from below home",
  ignore: Deno.build.os !== "linux" || !canMount(),
  fn: async () => {
    using temp = tempDir();
    const { source, env } = world(temp, ".");
    makeTree(temp.path, { disk: {} });
    using _mount = mount(temp.at("disk"));
    const fresh = temp.at("disk", "Backup", "documents");
    assertEquals((await run(["backup", source, fresh], { env })).code, 0);
    makeTree(temp.at("disk"), { plain: {} });
    const below = temp.at("disk", "plain", "a", "b");
    assertEquals((await run(["backup", source, below], { env })).code, 4);
  },
});

function canMount(): boolean {
  if (Deno.uid() !== 0) return false;
  using temp = tempDir();
  try {
    using _mount = mount(temp.path);
    return Deno.statSync(temp.path).dev !== Deno.statSync(dirname(temp.path)).dev;
  } catch {
    return false;
  }
}

/** A small disk of its own, for the time of a test. */
function mount(at: string): Disposable {
  const args = ["-t", "tmpfs", "-o", "size=8m", "tmpfs", at];
  if (!new Deno.Command("mount", { args }).outputSync().success) throw new Error("no mount");
  return {
    [Symbol.dispose]: () => void new Deno.Command("umount", { args: [at] }).outputSync(),
  };
}

Deno.test("a place that another process makes meanwhile is there, and no link that leads nowhere", () => {
  using dir = tempDir();
  Deno.mkdirSync(dir.at("bundles"));
  const { realPathSync } = Deno;
  let asked = 0;
  Deno.realPathSync = (path) => {
    if (asked++ === 0) throw new Deno.errors.NotFound("not yet");
    return realPathSync(path);
  };
  try {
    const { real, missing } = realPlaceAndRest(dir.at(), "bundles");
    assertEquals([real, missing], [realPathSync(dir.at("bundles")), []]);
  } finally {
    Deno.realPathSync = realPathSync;
  }
});
