/** The port's own check of each write, with the permissions of the process wide open. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { posix } from "node:path";
import { SEPARATOR } from "@std/path";
import fc from "fast-check";
import "../helpers/seed.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { guardedFs as guardedBy, isBelow, WriteDenied } from "../../src/platform/guarded_fs.ts";
import { listTree, makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";

const guardedFs = (fs: FileSystem, roots: readonly string[]): FileSystem =>
  guardedBy(fs, roots, SEPARATOR);

/** Each call of the port that writes, as a try on a path. */
const WRITES: Readonly<Record<string, (fs: FileSystem, path: string) => unknown>> = {
  "open to write": (fs, p) => fs.open(p, { write: true }),
  "open to append": (fs, p) => fs.open(p, { append: true }),
  "open to create": (fs, p) => fs.open(p, { write: true, create: true }),
  "open to create anew": (fs, p) => fs.open(p, { write: true, createNew: true }),
  "open to truncate": (fs, p) => fs.open(p, { write: true, truncate: true }),
  "mkdir": (fs, p) => fs.mkdir(p),
  "remove": (fs, p) => fs.remove(p),
  "chmod": (fs, p) => fs.chmod(p, 0o777),
  "utime": (fs, p) => fs.utime(p, 0, 0),
  "lutime": (fs, p) => fs.lutime(p, 0, 0),
  "lchown": (fs, p) => fs.lchown(p, 1, 1),
  "symlink": (fs, p) => fs.symlink("/etc", p),
  // of what may be written: its second name is what is refused
  "link": (fs, p) => fs.link(writable(p), p),
  "copyFile": (fs, p) => fs.copyFile(writable(p), p),
};

/** A file in the vault of the tree that a path is of. */
function writable(path: string): string {
  return path.replace(/(\/|\\)(source|vault|vault-too)\b.*$/, "$1vault$1mine");
}

const READS = ["lstat", "exists", "list", "listWhole", "readLink", "realPath", "syncAll"];

for (const [name, write] of Object.entries(WRITES)) {
  Deno.test(`the port refuses: ${name} outside the roots`, () => {
    using dir = tempDir();
    makeTree(dir.path, {
      source: { file: "original", d: {} },
      vault: { mine: "m" },
      "vault-too": { f: "f" },
    });
    const fs = guardedFs(denoFs, [dir.at("vault")]);
    const before = listTree(dir.path);
    const outside = [
      dir.at("source", "file"),
      dir.at("source", "new"),
      dir.at("source"),
      dir.at("vault-too", "f"),
      `${dir.at("vault")}/../source/file`,
      `${dir.at("vault")}/x/../../source/file`,
      `${dir.at("vault")}/..`,
      dir.path,
      "source/file",
      "/",
      "",
    ];
    for (const path of outside) {
      const error = assertThrows(() => write(fs, path), WriteDenied);
      assertEquals(error.code, "EACCES");
    }
    assertEquals(listTree(dir.path), before);
    assertEquals(Deno.readTextFileSync(dir.at("source", "file")), "original");
  });
}

Deno.test("the port refuses: rename out of the roots, into them, and beside them", () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { file: "original" }, vault: { mine: "m" } });
  const fs = guardedFs(denoFs, [dir.at("vault")]);
  const [file, mine] = [dir.at("source", "file"), dir.at("vault", "mine")];
  for (const [from, to] of [[file, dir.at("vault", "x")], [mine, file], [file, dir.at("y")]]) {
    assertThrows(() => fs.rename(from ?? "", to ?? ""), WriteDenied);
  }
  assertEquals(listTree(dir.path), ["source/", "source/file", "vault/", "vault/mine"]);
  fs.rename(mine, dir.at("vault", "$OLD@mine"));
});

Deno.test("the port refuses: a second name in the roots for a file outside of them", () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { file: "original" }, vault: {} });
  const fs = guardedFs(denoFs, [dir.at("vault")]);
  assertThrows(() => fs.link(dir.at("source", "file"), dir.at("vault", "file")), WriteDenied);
  assertEquals(listTree(dir.at("vault")), []);
});

Deno.test("every call of the port that writes is checked: a new one must be added here", () => {
  const calls = Object.keys(denoFs).sort();
  const writing = [...new Set(Object.keys(WRITES).map((n) => n.split(" ")[0] ?? "")), "rename"];
  assertEquals([...new Set([...writing, ...READS])].sort(), calls);
  const guarded = guardedFs(denoFs, []);
  for (const name of writing as (keyof FileSystem)[]) assert(guarded[name] !== denoFs[name], name);
});

Deno.test("the port fails closed: a call or an option that nobody has judged yet gets nowhere", () => {
  const hardLink = (): void => {};
  const guarded = guardedFs({ ...denoFs, hardLink } as FileSystem, []);
  assertEquals(Object.keys(guarded).sort(), Object.keys(denoFs).sort());
  using dir = tempDir();
  makeTree(dir.path, { file: "original" });
  const unknown = { read: true, punchHole: true } as Parameters<FileSystem["open"]>[1];
  assertThrows(() => guarded.open(dir.at("file"), unknown), WriteDenied);
  guarded.open(dir.at("file"), { read: true, write: false }).close();
});

Deno.test("the port lets through what lies in a root, and the root itself", () => {
  using dir = tempDir();
  const fs = guardedFs(denoFs, [dir.at("a"), dir.at("b")]);
  fs.mkdir(dir.at("a"));
  fs.mkdir(dir.at("b"));
  const dots = SEPARATOR === "/" ? "..." : "...y";
  fs.open(dir.at("b", dots), { write: true, create: true }).close();
  fs.rename(dir.at("b", dots), dir.at("a", "..x"));
  fs.chmod(dir.at("a", "..x"), 0o600);
  fs.remove(dir.at("a", "..x"));
  fs.remove(dir.at("a"));
});

Deno.test("isBelow: true only for what resolves into the root", () => {
  const part = fc.constantFrom("v", "vault", "..", ".", "", "a", "..a", "vault-too");
  fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
    const path = `/${parts.join("/")}`;
    const root = "/v/vault";
    const real = posix.normalize(path).replace(/(.)\/$/, "$1");
    if (isBelow(path, root, "/")) assert(real === root || real.startsWith(`${root}/`), path);
    if (!parts.includes("..") && path.startsWith(`${root}/`)) {
      assert(isBelow(path, root, "/"), path);
    }
  }));
  assertEquals(isBelow("/etc", "/", "/"), true);
  assertEquals(isBelow("C:\\v\\x", "C:\\v", "\\"), true);
  assertEquals(isBelow("C:\\v\\..\\x", "C:\\v", "\\"), false);
  assertEquals(isBelow("C:\\v/../x", "C:\\v", "\\"), false);
  assertEquals(isBelow("C:\\vault", "C:\\v", "\\"), false);
});

Deno.test("a whole backup stays within its vaults, with nothing but the port to hold it", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { a: "1", d: { b: "2" } } });
  const into = async (writable: string[]): Promise<unknown> => {
    const ports = enginePorts([], guardedFs(denoFs, writable));
    const [outcome] = await backup(ports, backupRequest(dir.at("source"), [dir.at("vault")]));
    return outcome?.failed?.message;
  };
  assert(String(await into([dir.at("elsewhere")])).includes("outside"));
  assertEquals(listTree(dir.path), ["source/", "source/a", "source/d/", "source/d/b"]);
  assertEquals(await into([dir.at("vault")]), undefined);
});
