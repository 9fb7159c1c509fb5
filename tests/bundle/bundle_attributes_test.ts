/** Extended attributes and access lists in bundles: by GNU tar, and by `bundle restore --attributes`. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { paxRecordsOf } from "../../src/bundle/pax_attributes.ts";
import { makeTree, run as hikae, tempDir } from "../helpers/cli_helper.ts";
import {
  create,
  hasStock,
  idOf,
  objects,
  stateOf,
  stockRestoreOf,
  type World,
  world,
} from "./bundle_support.ts";

const base64 = (bytes: number[]): string => new Uint8Array(bytes).toBase64();

Deno.test("bundle attributes: names and lists as GNU tar writes them", () => {
  const told = paxRecordsOf({
    "user.a%=b\\012": base64([0, 255]),
    "macos.flags": base64([1]),
    "system.posix_acl_access": base64(
      [2, 0, 0, 0].concat(
        [1, 0, 7, 0, 255, 255, 255, 255],
        [2, 0, 4, 0, 233, 3, 0, 0],
        [4, 0, 5, 0, 255, 255, 255, 255],
        [16, 0, 5, 0, 255, 255, 255, 255],
        [32, 0, 0, 0, 255, 255, 255, 255],
      ),
    ),
    "system.posix_acl_default": base64([2, 0, 0, 0, 9]),
  });
  assertEquals(told.map(({ key, value }) => [key, new TextDecoder("latin1").decode(value)]), [
    ["SCHILY.acl.access", "user::rwx,user:1001:r--,group::r-x,mask::r-x,other::---"],
    ["SCHILY.xattr.user.a%25%3Db\n", "\0ÿ"],
  ]);
});

async function ran(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

/** True where the real programs are there, and the disk of the tests keeps what they set. */
async function canAttribute(): Promise<boolean> {
  using dir = tempDir();
  makeTree(dir.path, { a: "1" });
  const file = dir.at("a");
  return Deno.build.os === "linux" && hasStock() &&
    await ran("setfattr", "-n", "user.x", "-v", "1", file) !== undefined &&
    await ran("setfacl", "-m", "u:1001:r", file) !== undefined &&
    await ran("getfattr", "--version") !== undefined;
}

/** What the real programs tell of a tree. */
async function told(root: string): Promise<string> {
  const all = await new Deno.Command("sh", {
    args: [
      "-c",
      'find . -print0 | LC_ALL=C sort -z | xargs -0 sh -c \'getfattr -h -d -m - -e hex -- "$@"; getfacl -n -- "$@"\' -',
    ],
    cwd: root,
  }).output();
  return new TextDecoder().decode(all.stdout);
}

async function saved(w: World, ...flags: string[]): Promise<void> {
  const done = await hikae(["backup", w.source, w.vault, "--attributes"], { env: w.env });
  assertEquals(done.code, 0, done.stderr);
  assertEquals((await create(w, ...flags)).errors, 0);
}

Deno.test({
  name: "bundle attributes: each state's come back by GNU tar, and by bundle restore",
  ignore: !await canAttribute(),
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    const at = (path: string): string => join(w.source, path);
    makeTree(w.source, { a: "1", d: { x: "x" }, plain: "no" });
    await ran("setfattr", "-n", "user.odd=%", "-v", "0x00ff0a3d", at("a"));
    await ran("setfattr", "-n", "user.on", "-v", "dir", at("d"));
    await ran("setfacl", "-m", "u:1001:r,g:1002:rw", at("d/x"));
    await ran("setfacl", "-d", "-m", "u:1001:rx", at("d"));
    await saved(w);
    const before = [await told(w.source), stateOf(w.source)];
    const stamp = (objects(w)[0] ?? "").slice(0, 15);
    await ran("setfattr", "-x", "user.odd=%", at("a"));
    await ran("setfattr", "-n", "user.new", "-v", "1", at("plain"));
    await saved(w);
    const now = [await told(w.source), stateOf(w.source)];
    const stock = {
      bundles: join(w.where, idOf(w)),
      key: dir.at("key.txt"),
      more: "--xattrs --acls",
    };
    const expected = [{ name: "then", until: stamp, state: before }, { name: "now", state: now }];
    for (const { name, state, ...until } of expected) {
      await stockRestoreOf({ ...stock, ...until }, dir.at(name));
      assertEquals([await told(dir.at(name)), stateOf(dir.at(name))], state, name);
      const to = dir.at(`${name}-own`);
      const words = ["bundle", "restore", w.where, "--to", to, "-i", dir.at("key.txt"), "--json"];
      const point = "until" in until ? ["--at", stamp] : [];
      const done = await hikae([...words, ...point, "--attributes"], { env: w.env });
      assertEquals([done.code, done.json.at(-1)?.attributes_refused], [0, 0], done.stderr);
      assertEquals([await told(to), stateOf(to)], state, name);
    }
    const verify = ["bundle", "verify", w.where, "-i", dir.at("key.txt")];
    assertEquals((await hikae(verify, { env: w.env })).code, 0);
    const bare = dir.at("bare");
    const words = ["bundle", "restore", w.where, "--to", bare, "-i", dir.at("key.txt")];
    assertEquals((await hikae(words, { env: w.env })).code, 0);
    assertEquals((await ran("getfattr", "-R", "-d", bare))?.trim(), "");
  },
});

Deno.test({
  name:
    "bundle attributes: a server that cannot be asked leaves no directory that was made for them",
  ignore: !await canAttribute(),
  fn: async () => {
    using dir = tempDir();
    const w = await world(dir);
    const to = dir.at("out");
    const words = [
      "bundle",
      "restore",
      "s3:https://s3.example.org/bucket",
      "--to",
      to,
      "--attributes",
    ];
    const keys = { AWS_ACCESS_KEY_ID: "", AWS_SHARED_CREDENTIALS_FILE: dir.at("none") };
    const env = { ...w.env, ...keys };
    const { code, stderr } = await hikae([...words, "-i", dir.at("key.txt")], { env });
    assertEquals([code, stderr.includes("there are no keys")], [1, true], stderr);
    assertEquals([...Deno.readDirSync(dir.path)].some((e) => e.name === "out"), false);
  },
});
