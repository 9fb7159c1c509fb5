/** The engine of `restore` in this process: hostile targets and vaults, disks that fail, links. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import {
  isThere,
  Link,
  listTree,
  makeTree,
  names,
  read,
  record,
  stateDirectory,
  tempDir,
} from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreOn } from "../helpers/restore_helper.ts";

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

Deno.test("restore: a link where a directory or file must go is replaced, never written through", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { deep: { a: "new" } }, f: "file" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("outside"), { deep: { a: "mine" }, f: "mine" });
  makeTree(dir.at("t"), { sub: new Link("../outside"), f: new Link("../outside/f") });
  const { errors } = await restoreOn(dir.at("v"), dir.at("t"));
  assertEquals(errors, []);
  assertEquals(listTree(dir.at("t")), ["f", "sub/", "sub/deep/", "sub/deep/a"]);
  assertEquals(read(dir.at("outside", "deep", "a")), "mine");
  assertEquals(read(dir.at("outside", "f")), "mine");
});

Deno.test("restore: a link on the way to what is restored is refused", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { a: "new" } });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("outside"), { a: "mine" });
  makeTree(dir.at("t"), { sub: new Link("../outside") });
  const { errors } = await restoreOn(dir.at("v"), dir.at("t"), { paths: ["sub/a"] });
  assertEquals(errors.map((e) => e.code), ["unstorable"]);
  assertEquals(read(dir.at("outside", "a")), "mine");
  assertEquals(Deno.readLinkSync(dir.at("t", "sub")), "../outside");
});

Deno.test("restore: a directory that becomes a link during the run is not written through", async () => {
  for (
    const [when, lanes] of [["dir", 0], ["sub/f20", 0], ["sub/f40", 0], ["dir", 2], [
      "sub/f40",
      2,
    ]] as const
  ) {
    using dir = tempDir();
    const files = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`f${i + 10}`, "x"]));
    makeTree(dir.at("s"), { sub: { ...files, deep: { a: "a" }, l: new Link("x") } });
    await backUp(dir.at("s"), [dir.at("v")]);
    makeTree(dir.at("outside"), { deep: {} });
    let swapped = false;
    const swap = (): void => {
      if (swapped) return;
      swapped = true;
      Deno.renameSync(dir.at("t", "sub"), dir.at("aside"));
      Deno.symlinkSync("../outside", dir.at("t", "sub"));
    };
    const fs: FileSystem = {
      ...denoFs,
      mkdir: (path, mode) => {
        denoFs.mkdir(path, mode);
        if (when === "dir" && path === dir.at("t", "sub")) swap();
      },
      open: (path, options) => {
        const file = denoFs.open(path, options);
        if (options.createNew && path === dir.at("t", when)) swap();
        return file;
      },
    };
    const { errors } = await restoreOn(dir.at("v"), dir.at("t"), {}, fs, lanes);
    assert(errors.some((e) => e.code === "unstorable"), when);
    assertEquals(swapped, true);
    const leaked = listTree(dir.at("outside"));
    // between two looks at a directory a few files may go where it was led, never a link or a subtree
    assert(leaked.length <= (when === "dir" ? 1 : 33), `${when}: ${leaked}`);
    assertEquals(leaked.filter((p) => p.includes("deep/") && p !== "deep/"), []);
    assert(!isThere(dir.at("outside", "l")));
  }
});

Deno.test("restore: links are made last, replace what is there, and a hostile target is only text", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), {
    up: new Link("../../../../etc/passwd"),
    sub: { other: new Link("/etc"), same: new Link("x") },
  });
  Deno.utimeSync(dir.at("s", "sub"), 1_600_000_000, 1_600_000_000);
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), {
    up: "a file",
    sub: { other: new Link("elsewhere"), same: new Link("x") },
  });
  const { errors, links, result } = await restoreOn(dir.at("v"), dir.at("t"));
  assertEquals(errors, []);
  assertEquals(links, 2);
  assertEquals(result.counts.links_kept + result.counts.files_attrs, 1);
  assertEquals(listTree(dir.at("t")), listTree(dir.at("s")));
  const time = (path: string): number | undefined => Deno.lstatSync(path).mtime?.getTime();
  for (const name of ["up", "sub/other", "sub/same", "sub"]) {
    assertEquals(time(dir.at("t", name)), time(dir.at("s", name)), name);
  }
});

Deno.test("restore: a directory with something in it gives way to a file only with --delete", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "file" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), { a: { precious: "p" } });
  const kept = await restoreOn(dir.at("v"), dir.at("t"));
  assertEquals(kept.errors.map((e) => [e.path, e.code]), [["a", "unstorable"]]);
  assertEquals(read(dir.at("t", "a", "precious")), "p");
  const { errors } = await restoreOn(dir.at("v"), dir.at("t"), { delete: true });
  assertEquals(errors, []);
  assertEquals(read(dir.at("t", "a")), "file");
});

Deno.test("restore: forged paths in a vault's records lead nowhere outside the target", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { a: "a" }, b: "b" });
  await backUp(dir.at("s"), [dir.at("v")]);
  const runs = dir.at("v", ".$META$", "runs");
  const [file = ""] = names(runs);
  for (const evil of ["../evil", "sub/../../evil", "/evil", "sub/..", "."]) {
    const lines = record(dir.at("v"));
    const forged = { ...lines.find((l) => l.path === "b"), path: evil };
    const text = [...lines.slice(0, -1), forged, lines.at(-1)].map((l) => JSON.stringify(l));
    using copy = tempDir();
    Deno.mkdirSync(copy.at("v", ".$META$", "runs"), { recursive: true });
    Deno.writeTextFileSync(copy.at("v", ".$META$", "runs", file), `${text.join("\n")}\n`);
    Deno.copyFileSync(dir.at("v", ".$META$", "vault.json"), copy.at("v", ".$META$", "vault.json"));
    makeTree(copy.at("v"), { sub: { a: "a" }, b: "b" });
    Deno.writeTextFileSync(copy.at("evil"), "b");
    await restoreOn(copy.at("v"), copy.at("t"));
    assertEquals(names(copy.path), ["evil", "t", "v"], evil);
    assertEquals(listTree(copy.at("t")).filter((p) => p.includes("evil")), [], evil);
  }
});

Deno.test("restore: a full disk stops it with a clear error and leaves no temporary file", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", b: "b", c: "c" });
  await backUp(dir.at("s"), [dir.at("v")]);
  let files = 0;
  const fs: FileSystem = {
    ...denoFs,
    open: (path, options) => {
      const file = denoFs.open(path, options);
      const isContent = options.createNew === true && !path.endsWith("-n0");
      if (!isContent || ++files < 2) return file;
      return new Proxy(file, {
        get: (target, key) =>
          key === "write"
            ? () => {
              throw failure("ENOSPC", "no space left on device");
            }
            : (...args: never[]) => (target[key as "close"] as (...a: never[]) => void)(...args),
      });
    },
  };
  for (const lanes of [0, 2]) {
    files = 0;
    const to = dir.at(`t${lanes}`);
    const work = (): Promise<unknown> => restoreOn(dir.at("v"), to, {}, fs, lanes);
    const error = await assertRejects(work, HikaeError) as HikaeError;
    assertEquals([error.id, error.path], ["failed", join(to, "b")]);
    assertEquals(error.message, "restore: the disk is full");
    assertEquals(names(to), ["a"]);
  }
});

Deno.test("restore: what a killed restore left is cleared away, a name of the user's like it is not", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", ".hikae-tmp-mine": "m" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), { ".hikae-tmp-0123abcd-4": "left over", ".hikae-tmp-own": "o" });
  const { errors } = await restoreOn(dir.at("v"), dir.at("t"));
  assertEquals(errors, []);
  assertEquals(names(dir.at("t")), [".hikae-tmp-mine", ".hikae-tmp-own", "a"]);
});

Deno.test("restore: a target that folds case gets one of two names, the other is reported", async () => {
  for (const already of [false, true]) {
    using dir = tempDir();
    makeTree(dir.at("s"), { A: "upper", a: "lower", D: { x: "x" }, d: { y: "y" }, other: "o" });
    await backUp(dir.at("s"), [dir.at("v")]);
    if (already) makeTree(dir.at("t"), { a: "there" });
    const root = dir.at("t");
    const { errors } = await restoreOn(dir.at("v"), root, {}, foldingFs(root));
    assertEquals(errors.map((e) => e.code), ["name", "name"]);
    assertEquals(errors.map((e) => e.path.toLowerCase()).sort(), ["a", "d"]);
    assertEquals(listTree(root), ["D/", "D/x", already ? "a" : "A", "other"].sort());
    assertEquals(read(root, already ? "a" : "A"), already ? "lower" : "upper");
  }
});

Deno.test("restore --delete: what has a restored name in other letters goes where the target tells them apart, and stays where it is the same", async () => {
  for (const folds of [false, true]) {
    using dir = tempDir();
    makeTree(dir.at("s"), { f: "f", d: { x: "x" }, other: "o" });
    await backUp(dir.at("s"), [dir.at("v")]);
    const root = dir.at("t");
    makeTree(root, { F: "there", D: { X: "there" } });
    const fs = folds ? foldingFs(root) : denoFs;
    const { errors } = await restoreOn(dir.at("v"), root, { delete: true }, fs);
    assertEquals(errors, []);
    const wanted = folds ? ["D/", "D/X", "F", "other"] : ["d/", "d/x", "f", "other"];
    assertEquals(listTree(root), wanted);
    assertEquals(read(root, folds ? "F" : "f"), "f");
  }
});

Deno.test("restore: a file that is brought a second time has the mode and time of its snapshot", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "right", "a.": "wrong" });
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.chmodSync(dir.at("s", "a"), 0o600);
  Deno.utimeSync(dir.at("s", "a"), new Date(1e12), new Date(1e12));
  await backUp(dir.at("s"), [dir.at("v")]);
  const root = dir.at("t");
  const real = (path: string): string => path.replace(/\.$/, "");
  let blind = true;
  const dropsDots: FileSystem = {
    ...denoFs,
    lstat: (path) => denoFs.lstat(real(path)),
    // the other name comes just after it was asked for
    exists: (path) =>
      (path !== `${root}/a.` || !blind || (blind = false)) && denoFs.exists(real(path)),
    rename: (from, to) => denoFs.rename(real(from), real(to)),
  };
  const { errors } = await restoreOn(dir.at("v"), root, {}, dropsDots);
  assertEquals(errors.map((e) => [e.path, e.code]), [["a.", "name"]]);
  const { mode, mtime } = Deno.statSync(join(root, "a"));
  assertEquals([read(root, "a"), (mode ?? 0) & 0o777, mtime?.getTime()], ["right", 0o600, 1e12]);
});

Deno.test("restore: content that a running backup moved is followed", async () => {
  for (const lanes of [0, 2]) {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "first" });
    await backUp(dir.at("s"), [dir.at("v")]);
    let moved = false;
    const fs: FileSystem = {
      ...denoFs,
      open: (path, options) => {
        if (path === dir.at("v", "a") && !moved) {
          moved = true;
          const meta = dir.at("v", ".$META$");
          Deno.renameSync(path, `${meta}/$OLD@20990101_000000$a`);
          const first = `${
            JSON.stringify({ ...record(dir.at("v"))[0], stamp: "20990101_000000" })
          }\n`;
          Deno.writeTextFileSync(`${meta}/runs/20990101_000000.jsonl`, first);
          Deno.writeTextFileSync(path, "second");
          Deno.removeSync(path);
        }
        return denoFs.open(path, options);
      },
    };
    const { errors } = await restoreOn(dir.at("v"), dir.at("t"), {}, fs, lanes);
    assertEquals(errors, []);
    assertEquals(moved, true);
    assertEquals(read(dir.at("t", "a")), "first");
  }
});

Deno.test("restore: content that a backup replaced is followed also when that backup has ended and told the index", async () => {
  for (const lanes of [0, 2]) {
    using dir = tempDir();
    makeTree(dir.at("s"), { a: "first", b: "second" });
    await backUp(dir.at("s"), [dir.at("v")]);
    let ran = false;
    const fs: FileSystem = {
      ...denoFs,
      open: (path, options) => {
        if (path === dir.at("v", "a") && !ran) {
          ran = true;
          Deno.writeTextFileSync(dir.at("s", "a"), "other");
          const main = fromFileUrl(new URL("../../main.ts", import.meta.url));
          const args = ["run", "-A", "--quiet", main, "backup", dir.at("s"), dir.at("v")];
          const env = { HIKAE_STATE_DIR: stateDirectory() };
          assertEquals(new Deno.Command(Deno.execPath(), { args, env }).outputSync().code, 0);
        }
        return denoFs.open(path, options);
      },
    };
    const { errors } = await restoreOn(dir.at("v"), dir.at("t"), {}, fs, lanes);
    assertEquals(errors, []);
    assertEquals([ran, read(dir.at("v", "a")), read(dir.at("t", "a"))], [true, "other", "first"]);
  }
});

Deno.test({
  name:
    "restore: names that are one file in the target each get the attributes that the snapshot has for them",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const paths = ["a", "b", "sub/c", "one", "two"];
    makeTree(dir.at("s"), { a: "same", b: "same", sub: { c: "same" }, one: "1" });
    Deno.linkSync(dir.at("s", "one"), dir.at("s", "two"));
    for (const [i, path] of paths.entries()) {
      Deno.utimeSync(dir.at("s", path), 1_000_000 + i, 1_000_000 + i);
      Deno.chmodSync(dir.at("s", path), i === 1 ? 0o600 : 0o644);
    }
    await backUp(dir.at("s"), [dir.at("v")]);
    const attrs = (root: string): string[] =>
      paths.map((path) => {
        const { mode, mtime } = Deno.lstatSync(dir.at(root, path));
        return `${(mode ?? 0) & 0o777} ${mtime?.getTime()}`;
      });
    const wanted = attrs("s");
    const inode = (path: string): number | null => Deno.lstatSync(dir.at("t", path)).ino;
    for (const overwrite of ["always", "if-changed", "if-newer"] as const) {
      makeTree(dir.at("t"), { a: "same", sub: {}, one: "1" });
      for (const [from, to] of [["a", "b"], ["a", "sub/c"], ["one", "two"]] as const) {
        Deno.linkSync(dir.at("t", from), dir.at("t", to));
      }
      for (const path of ["a", "one"]) Deno.utimeSync(dir.at("t", path), 1000, 1000);
      const one = inode("one");
      const { errors } = await restoreOn(dir.at("v"), dir.at("t"), { overwrite, preview: true });
      assertEquals([overwrite, errors, attrs("t")], [overwrite, [], wanted]);
      assertEquals(paths.map((path) => read(dir.at("t", path))), [
        "same",
        "same",
        "same",
        "1",
        "1",
      ]);
      assertEquals(inode("one"), inode("two"));
      // one file in the snapshot too: nothing is written again for its times
      if (overwrite !== "if-newer") assertEquals(inode("one"), one);
      const again = await restoreOn(dir.at("v"), dir.at("t"), { overwrite, preview: true });
      assertEquals([again.result.counts.files_replaced, again.result.counts.files_attrs], [0, 0]);
      Deno.removeSync(dir.at("t"), { recursive: true });
    }
  },
});

Deno.test("restore --verify: a disk that does not keep what was written is found out", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "right", b: "b" });
  await backUp(dir.at("s"), [dir.at("v")]);
  const fs: FileSystem = {
    ...denoFs,
    rename: (from, to) => {
      denoFs.rename(from, to);
      if (to === dir.at("t", "a")) Deno.writeTextFileSync(to, "wrong");
    },
  };
  const { errors, result } = await restoreOn(dir.at("v"), dir.at("t"), { verify: true }, fs, 1);
  assertEquals(errors.map((e) => [e.path, e.code]), [["a", "damaged"]]);
  assertEquals(result.counts.files_verified, 1);
});

Deno.test({
  name: "restore: set-id bits come back only with the owner whose rights they lend",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("s"), { tool: "t" });
    Deno.chownSync(dir.at("s", "tool"), 1234, 1234);
    Deno.chmodSync(dir.at("s", "tool"), 0o6755);
    await backUp(dir.at("s"), [dir.at("v")]);
    for (const [owner, uid, mode] of [[true, 1234, 0o6755], [false, 0, 0o755]] as const) {
      const self = { owner, uid: 0, gid: 0, umask: 0o22 };
      const to = dir.at(`t${uid}`);
      await restoreOn(dir.at("v"), to, { self });
      const got = Deno.lstatSync(`${to}/tool`);
      assertEquals([got.uid, (got.mode ?? 0) & 0o7777], [uid, mode]);
      const again = await restoreOn(dir.at("v"), to, { self });
      assertEquals([again.result.counts.files_kept, again.result.counts.files_attrs], [1, 0]);
    }
  },
});

Deno.test({
  name:
    "restore: content that nothing proves gets no set-id bit, as damaged content or in its place",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  fn: async () => {
    using dir = tempDir();
    const large = "x".repeat(3 << 20);
    makeTree(dir.at("s"), { tool: "true", large });
    for (const name of ["tool", "large"]) Deno.chmodSync(dir.at("s", name), 0o4755);
    await backUp(dir.at("s"), [dir.at("v")]);
    const self = { owner: true, uid: 0, gid: 0, umask: 0o22 };
    const modes = (to: string): [string, number][] =>
      names(dir.at(to)).map((n) => [n, (Deno.lstatSync(dir.at(to, n)).mode ?? 0) & 0o7777]);
    // somebody's file of the same size and time
    const { mtime } = Deno.lstatSync(dir.at("s", "tool"));
    makeTree(dir.at("there"), { tool: "evil" });
    Deno.chownSync(dir.at("there", "tool"), 1234, 1234);
    Deno.utimeSync(dir.at("there", "tool"), mtime ?? 0, mtime ?? 0);
    await restoreOn(dir.at("v"), dir.at("there"), { self, overwrite: "if-changed" });
    assertEquals(read(dir.at("there", "tool")), "true");
    // a vault in which somebody else may write
    Deno.writeTextFileSync(dir.at("v", "tool"), "evil");
    Deno.writeTextFileSync(dir.at("v", "large"), large.replace("x", "y"));
    await restoreOn(dir.at("v"), dir.at("t"), { self, force: true });
    assertEquals(modes("t"), [["large.hikae-damaged", 0o755], ["tool.hikae-damaged", 0o755]]);
    assertEquals(modes("there"), [["large", 0o4755], ["tool", 0o4755]]);
  },
});

Deno.test("restore: lanes beside the engine give the same tree and the same counts", async () => {
  using dir = tempDir();
  const many = (n: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, `${i}`]));
  makeTree(dir.at("s"), {
    ...many(100),
    a: { ...many(70), b: { ...many(3), l: new Link("x") } },
    damaged: "right",
    empty: {},
  });
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.writeTextFileSync(dir.at("v", "damaged"), "wrong");
  makeTree(dir.at("t0"), { f1: "there", a: { f2: "there" } });
  makeTree(dir.at("t3"), { f1: "there", a: { f2: "there" } });
  const alone = await restoreOn(dir.at("v"), dir.at("t0"), { verify: true });
  const lanes = await restoreOn(dir.at("v"), dir.at("t3"), { verify: true }, denoFs, 3);
  assertEquals(lanes.result.counts, alone.result.counts);
  assertEquals(lanes.result.counts.files_verified, 173);
  assertEquals(lanes.errors.map((e) => [e.path, e.code]), [["damaged", "damaged"]]);
  assertEquals(listTree(dir.at("t3")), listTree(dir.at("t0")));
  for (const name of ["", "a", "a/b", "f7", "a/b/f1"]) {
    const time = (t: string): number | undefined =>
      Deno.lstatSync(dir.at(t, name)).mtime?.getTime();
    assertEquals(time("t3"), time("s"), name);
  }
});

/** A file system that takes names below `root` for the same in any case, and keeps the first one's letters. */
function foldingFs(root: string): FileSystem {
  const real = (path: string): string => {
    if (!path.startsWith(`${root}/`)) return path;
    let at = root;
    for (const part of path.slice(root.length + 1).split("/")) {
      const there = names(at).find((n) => n.toLowerCase() === part.toLowerCase());
      at = `${at}/${there ?? part}`;
    }
    return at;
  };
  return {
    ...denoFs,
    lstat: (path) => denoFs.lstat(real(path)),
    exists: (path) => denoFs.exists(real(path)),
    list: (path) => denoFs.list(real(path)),
    listWhole: (path) => denoFs.listWhole(real(path)),
    open: (path, options) => denoFs.open(real(path), options),
    mkdir: (path, mode) => denoFs.mkdir(real(path), mode),
    rename: (from, to) => denoFs.rename(real(from), real(to)),
    remove: (path) => denoFs.remove(real(path)),
    chmod: (path, mode) => denoFs.chmod(real(path), mode),
    utime: (path, a, m) => denoFs.utime(real(path), a, m),
  };
}
