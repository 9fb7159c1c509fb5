/** The port's own way on Windows, over a file system that behaves like it; and which links are made as what. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { FileInfo, FileSystem, LinkKind } from "../../src/base/fs.ts";
import { troubleHint } from "../../src/engine/restore/trouble.ts";
import { verifyHint } from "../../src/engine/verify/content.ts";
import { isLocalAbsolute, linkKindOf, windowsFs } from "../../src/platform/windows_fs.ts";

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Files with a read-only attribute, as Windows guards them. */
class Disk {
  readonly calls: string[] = [];
  readonly modes = new Map<string, number>();
  readonly slept: number[] = [];
  /** How many more calls find the file in use. */
  busy = 0;
  mayLink = true;

  port(): FileSystem {
    const locked = (path: string): boolean => this.modes.get(path) === 0o444;
    const told = (call: string, ...paths: string[]): void => {
      this.calls.push([call, ...paths].join(" "));
      if (this.busy > 0) {
        this.busy--;
        throw failure("EBUSY");
      }
    };
    const unused = (): never => {
      throw new Error("not used");
    };
    const fs = {
      lstat: (path: string): FileInfo => {
        const mode = this.modes.get(path);
        if (mode === undefined) throw failure("ENOENT");
        return { type: mode === 0o777 ? "dir" : "file", mode } as FileInfo;
      },
      open: (path: string) => (told("open", path), {}),
      list: unused,
      rename: (from: string, to: string) => {
        told("rename", from, to);
        if (locked(to)) throw failure("EPERM");
        this.modes.set(to, this.modes.get(from) ?? 0o666);
        this.modes.delete(from);
      },
      remove: (path: string) => {
        told("remove", path);
        if (locked(path)) throw failure("EPERM");
        this.modes.delete(path);
      },
      chmod: (path: string, mode: number) => {
        this.calls.push(`chmod ${path} ${mode.toString(8)}`);
        this.modes.set(path, mode);
      },
      utime: (path: string) => {
        told("utime", path);
        if (locked(path)) throw failure("EPERM");
      },
      symlink: (target: string, path: string, kind?: LinkKind) => {
        told("symlink", target, path, kind ?? "");
        if (!this.mayLink && kind !== "junction") throw failure("EPERM");
      },
    };
    return windowsFs(
      fs as unknown as FileSystem,
      (ms) => void this.slept.push(ms),
      (target) => target.endsWith("dir") ? "dir" : "file",
    );
  }
}

Deno.test("windows: a file in use is tried again, and then the error is that of the system", () => {
  const disk = new Disk();
  disk.busy = 2;
  disk.port().open("a", { read: true });
  assertEquals(disk.calls.length, 3);
  disk.busy = 1000;
  const error = assertThrows(() => disk.port().open("a", { read: true })) as { code?: string };
  assertEquals(error.code, "EBUSY");
  assert(disk.slept.length > 2 && disk.slept.length < 20);
});

Deno.test("windows: a tree full of files in use does not make a run wait for each", () => {
  const disk = new Disk();
  disk.busy = 1_000_000;
  const port = disk.port();
  for (let i = 0; i < 1000; i++) assertThrows(() => port.open("a", { read: true }));
  const waited = disk.slept.reduce((sum, ms) => sum + ms, 0);
  assert(waited < 62_000, `${waited} ms`);
});

Deno.test("windows: what is not there is not waited for", () => {
  const disk = new Disk();
  assertThrows(() => disk.port().lstat("nothing"));
  assertEquals(disk.slept, []);
});

Deno.test("windows: a read-only file is replaced and removed", () => {
  const disk = new Disk();
  disk.modes.set("old", 0o444).set("new", 0o666);
  disk.port().rename("new", "old");
  assertEquals([...disk.modes], [["old", 0o666]]);
  disk.modes.set("old", 0o444);
  disk.port().remove("old");
  assertEquals([...disk.modes], []);
});

Deno.test("windows: a read-only file that cannot be replaced for another reason is read-only again", () => {
  const disk = new Disk();
  disk.modes.set("old", 0o444).set("new", 0o666);
  const port = disk.port();
  // held by a program from the second attempt on
  const original = disk.calls.push.bind(disk.calls);
  disk.calls.push = (...words: string[]): number => {
    if (words[0]?.startsWith("chmod old 666")) disk.busy = 1000;
    return original(...words);
  };
  assertThrows(() => port.rename("new", "old"));
  assertEquals(disk.modes.get("old"), 0o444);
  assertEquals(disk.modes.get("new"), 0o666);
});

Deno.test("windows: a read-only file takes its times and stays read-only", () => {
  const disk = new Disk();
  disk.modes.set("a", 0o444);
  disk.port().utime("a", 1, 1);
  assertEquals(disk.modes.get("a"), 0o444);
  assertEquals(disk.calls, ["utime a", "chmod a 666", "utime a", "chmod a 444"]);
});

Deno.test("windows: of a mode only the write bit of a file is set, and only when it differs", () => {
  const disk = new Disk();
  disk.modes.set("a", 0o666).set("d", 0o777);
  const port = disk.port();
  port.chmod("a", 0o644);
  port.chmod("d", 0o500);
  assertEquals(disk.calls, []);
  port.chmod("a", 0o500);
  assertEquals(disk.modes.get("a"), 0o444);
  port.chmod("a", 0o600);
  assertEquals(disk.modes.get("a"), 0o666);
});

Deno.test("windows: links have the kind of what they lead to; a junction stands in for a directory's", () => {
  const disk = new Disk();
  disk.port().symlink("x", "l");
  disk.port().symlink("C:\\dir", "m");
  disk.mayLink = false;
  disk.port().symlink("C:\\dir", "n");
  assertThrows(() => disk.port().symlink("dir", "o"), Error, "EPERM");
  assertThrows(() => disk.port().symlink("C:\\x", "p"), Error, "EPERM");
  assertEquals(disk.calls.filter((c) => !c.includes(" o ") && !c.includes(" p ")), [
    "symlink x l file",
    "symlink C:\\dir m dir",
    "symlink C:\\dir n dir",
    "symlink C:\\dir n junction",
  ]);
});

Deno.test("windows: what a link to be made leads to", () => {
  const dirs = new Set(["C:\\a\\sub", "D:\\docs", "\\\\nas\\share\\x"]);
  const kind = (target: string): LinkKind => linkKindOf(target, "C:\\a\\link", (p) => dirs.has(p));
  assertEquals(kind("sub"), "dir");
  assertEquals(kind("other"), "file");
  assertEquals(kind("other\\"), "dir");
  assertEquals(kind("D:\\docs"), "dir");
  assertEquals(kind("\\\\nas\\share\\x"), "dir");
  assertEquals(kind("D:\\nothing"), "file");
  assert(isLocalAbsolute("c:/x") && isLocalAbsolute("\\\\?\\C:\\x"));
  assert(!isLocalAbsolute("\\\\nas\\share") && !isLocalAbsolute("x\\y") && !isLocalAbsolute("C:x"));
});

Deno.test("windows: what is in use is said to be that, not to be damaged or another user's", () => {
  assertStringIncludes(troubleHint("EACCES", "target", true) ?? "", "close what has it open");
  assertStringIncludes(troubleHint("EACCES", "target", false) ?? "", "as a user who may");
  assertStringIncludes(troubleHint("EIO", "target", true) ?? "", "check the target's disk");
  assertStringIncludes(verifyHint({ until: null }, "EBUSY"), "close the program");
  assertStringIncludes(verifyHint({ until: null }, "EACCES"), "as a user who may read");
  assertStringIncludes(verifyHint({ until: null }, ""), "--repair");
});
