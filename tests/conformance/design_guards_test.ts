/** Design, *Never lose anything*: the guards, the freeze, the second look, files that will not hold still. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import type { FileHandle, FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { planBackup } from "../../src/engine/backup/dry_run.ts";
import { StateDir } from "../../src/cli/state.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import type { ErrorMessage, Message } from "../../src/base/event.ts";
import { type BackupOptions, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import {
  type Backup,
  counts,
  errors,
  isThere,
  listTree,
  makeTree,
  META,
  metadata,
  names,
  Place,
  read,
  record,
  run,
  sha256sum,
  stamps,
  system,
  tempState,
  type TreeSpec,
} from "./fixture.ts";

const many = (n: number, text: string): TreeSpec =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, `${text} ${i}`]));

/** A guarded stop writes nothing: the tree of the vault, its records too, is what it was. */
async function stopsAt(p: Place, code: string, flag: string, ...flags: string[]): Promise<Backup> {
  const before = listTree(p.vault);
  const b = await p.try(flags);
  assertEquals(b.code, 4, b.stdout);
  assertEquals(errors(b).map((e) => e.code), [code]);
  assertStringIncludes(String(errors(b)[0]?.hint), flag);
  assertEquals(listTree(p.vault), before);
  return b;
}

Deno.test("guard: an empty source where the last snapshot had files: exit 4, --allow-mass-change", async () => {
  using p = new Place({ a: "1", d: { b: "2" } });
  await p.backup();
  p.drop("a");
  p.drop("d");
  await stopsAt(p, "guard_empty_source", "--allow-mass-change");
  p.put({ d: { empty: {} } });
  await stopsAt(p, "guard_empty_source", "--allow-mass-change");
  const b = await p.backup("--allow-mass-change");
  assertEquals(b.summary.files_deleted, 2);
});

Deno.test("guard: an empty source is fine where the last snapshot had no files", async () => {
  using p = new Place({ d: {} });
  await p.backup();
  p.drop("d");
  assertEquals(counts(await p.backup()), { dirs_deleted: 1 });
});

Deno.test("guard: more than 100 and more than half of the files changed: exit 4, --allow-mass-change", async () => {
  using p = new Place(many(150, "text"));
  await p.backup();
  p.put(many(101, "encrypted"));
  await stopsAt(p, "guard_mass_change", "--allow-mass-change");
  assertEquals((await p.backup("--allow-mass-change")).summary.files_changed, 101);
});

Deno.test("guard: changed plus deleted count together, those of a deleted directory too", async () => {
  using p = new Place({ d: many(80, "x"), ...many(60, "y") });
  await p.backup();
  p.drop("d");
  p.put(many(21, "changed and of another size"));
  await stopsAt(p, "guard_mass_change", "--allow-mass-change");
});

Deno.test("guard: 100 of 150 pass, and so do 101 of 202", async () => {
  using p = new Place(many(150, "text"));
  await p.backup();
  p.put(many(100, "other"));
  assertEquals((await p.backup()).summary.files_changed, 100);
  p.put({ more: many(52, "m") });
  await p.backup();
  p.put(many(101, "third"));
  assertEquals((await p.backup()).summary.files_changed, 101);
});

Deno.test("guard: content of the same size is hashed before deciding: a mass touch does not trip it", async () => {
  using p = new Place(many(150, "text"));
  await p.backup();
  for (const name of names(p.source)) Deno.utimeSync(p.src(name), 1_600_000_000, 1_600_000_000);
  assertEquals(counts(await p.backup()), { files_attrs: 150 });
  for (const name of names(p.source)) {
    Deno.writeTextFileSync(p.src(name), read(p.src(name)).replace("text", "tixt"));
  }
  await stopsAt(p, "guard_mass_change", "--allow-mass-change");
});

Deno.test("guard: a first run needs no guard", async () => {
  using p = new Place(many(150, "text"));
  assertEquals((await p.backup()).summary.files_new, 150);
});

Deno.test("guard: of several vaults only those stop that it concerns", async () => {
  using p = new Place(many(120, "a"));
  await p.backup();
  p.put(many(120, "bb"));
  const other = join(p.path, "other");
  const b = await p.try([other]);
  assertEquals(b.code, 3);
  assertEquals(errors(b).map((e) => [e.code, e.vault]), [["guard_mass_change", p.vault]]);
  assertEquals(read(other, "f0"), "bb 0");
  assertEquals(stamps(p.vault).length, 1);
});

Deno.test("guard: a vault that this machine knows and that is suddenly empty: exit 4, --init", async () => {
  using p = new Place({ a: "1" });
  using state = tempState();
  const { env } = state;
  assertEquals((await p.try([], { env })).code, 0);
  for (const empty of [true, false]) {
    Deno.removeSync(p.vault, { recursive: true });
    if (empty) Deno.mkdirSync(p.vault);
    const b = await p.try([], { env });
    assertEquals(b.code, 4);
    assertEquals(errors(b).map((e) => e.code), ["guard_empty_vault"]);
    assertStringIncludes(String(errors(b)[0]?.hint), "--init");
    assertEquals(names(p.vault), []);
    assertEquals(isThere(p.vault), empty);
    assertEquals((await p.try(["--init"], { env })).code, 0);
  }
});

Deno.test("guard: a vault whose first run from this machine failed is known all the same", async () => {
  using p = new Place(many(120, "a"));
  using state = tempState();
  const { env } = state;
  // another machine has used the vault before
  await p.backup();
  p.put(many(120, "bb"));
  assertEquals(errors(await p.try([], { env })).map((e) => e.code), ["guard_mass_change"]);
  Deno.removeSync(p.vault, { recursive: true });
  assertEquals(errors(await p.try([], { env })).map((e) => e.code), ["guard_empty_vault"]);
  assert(!isThere(p.vault));
});

Deno.test("guard: another source than that of the last run is named, also where a guard stops it", async () => {
  using p = new Place(many(120, "a"));
  const other = join(p.path, "other");
  makeTree(other, { z: "1" });
  await p.backup();
  const note = `the last run here was of ${p.source}`;
  for (const [allow, code, told] of [["", 4, true], ["y", 0, true], ["", 0, false]] as const) {
    const flags = allow === "" ? [] : ["--allow-mass-change"];
    const b = await run(["backup", other, p.vault, "--json", ...flags]);
    assertEquals(b.code, code, b.stdout);
    const notes = b.json.filter((m) => m.message_type === "note").map((m) => String(m.message));
    assertEquals(notes.map((n) => n.startsWith(note)), told ? [true] : []);
  }
});

Deno.test("guard: what another run remembered meanwhile stays remembered", async () => {
  using dir = tempState();
  const states = [0, 1].map(() => new StateDir((name) => dir.env[name]));
  for (const [i, state] of states.entries()) {
    await state.start();
    const problem = await state.remember({ [`/v${i}`]: { source: "/s", seen: "2026-11-21" } });
    assertEquals(problem, undefined);
    assertEquals(Object.keys(state.knownVaults()), ["/v0", "/v1"].slice(0, i + 1));
  }
  for (const state of states) state.close();
});

Deno.test("guard: a machine that cannot remember a vault says so, and backs up", async () => {
  using p = new Place({ a: "1" });
  using state = tempState();
  const file = join(state.path, "file");
  Deno.writeTextFileSync(file, "no directory");
  const places: Record<string, string>[] = [{ HIKAE_STATE_DIR: join(file, "state") }];
  // a service may have no home at all; Deno itself needs one on Windows
  if (Deno.build.os !== "windows") {
    places.push({ HIKAE_STATE_DIR: "", XDG_STATE_HOME: "", HOME: "" });
  }
  for (const env of places) {
    const b = await p.try([], { env });
    assertEquals(b.code, 0);
    const notes = b.json.filter((m) => m.message_type === "note").map((m) => String(m.message));
    assertStringIncludes(notes.join(), "cannot remember its vaults");
  }
});

Deno.test("a directory that is neither empty nor a vault is refused: exit 10", async () => {
  using p = new Place({ a: "1" });
  Deno.mkdirSync(p.vault);
  Deno.writeTextFileSync(p.in("mine"), "keep");
  const b = await p.try();
  assertEquals(b.code, 10);
  assertEquals(listTree(p.vault), ["mine"]);
});

Deno.test("source and vault that are swapped are told, with the line as it was meant", async () => {
  using p = new Place({ a: "1" });
  assertEquals((await p.try()).code, 0);
  for (const more of [[], ["--dry-run"]]) {
    const b = await run(["backup", p.vault, p.source, ...more]);
    assertEquals(b.code, 10);
    assertStringIncludes(b.stderr, `did you mean hikae backup ${p.source} ${p.vault}?`);
  }
  assertEquals(listTree(p.source), ["a"]);
});

/** A backup in this process on a file system that misbehaves. */
async function on(
  fs: Partial<FileSystem>,
  p: Place,
  options: BackupOptions = {},
  work = backup,
): Promise<{ errors: ErrorMessage[]; counts: Record<string, number>; code: number }> {
  const messages: Message[] = [];
  const ports = enginePorts(messages, { ...denoFs, ...fs });
  const [outcome] = await work(ports, backupRequest(p.source, [p.vault], options));
  const summary = messages.findLast((m) => m.message_type === "summary") ?? {};
  return {
    errors: messages.filter((m) => m.message_type === "error") as ErrorMessage[],
    counts: counts({ summary }),
    code: outcome?.failed !== undefined ? 1 : outcome?.errors === 0 ? 0 : 3,
  };
}

const failing = (code: string): Error =>
  Object.assign(new Error(`made to fail (${code})`), { code });

Deno.test("a name that a disk calls missing is told as one that it cannot hold, and a file that is missing is not", async () => {
  using p = new Place({ "a:b": "1", c: "2", d: "3" });
  const missing = (path: string): never => {
    throw Object.assign(failing("ENOENT"), { path });
  };
  const r = await on({
    rename: (from, to) =>
      to.includes(":") || to === p.in("d") ? missing(to) : denoFs.rename(from, to),
  }, p);
  const told = new Map(r.errors.map((e) => [e.path, e]));
  assertStringIncludes(told.get("a:b")?.message ?? "", "the disk cannot hold this name");
  assertEquals(told.get("a:b")?.hint, "rename it, or leave it out with --exclude");
  assert(!told.get("d")?.message.includes("cannot hold"), told.get("d")?.message);
  assertEquals([...told.keys()].sort(), ["a:b", "d"]);
});

Deno.test("no vault is made where files cannot be written on, as in a desktop's view of a share", async () => {
  using p = new Place({ a: "1" });
  const r = await on({
    open: (path, options) => {
      const old = options.read === true && options.write === true && denoFs.exists(path);
      if (old && path.startsWith(p.vault)) throw failing("EOPNOTSUPP");
      return denoFs.open(path, options);
    },
  }, p);
  // told by the run's end: nothing was copied, and no vault is there
  assertEquals([r.code, listTree(p.vault).filter((name) => !name.startsWith(".$META$"))], [1, []]);
  assertEquals(isThere(p.meta("vault.json")), false);
});

Deno.test("a directory that cannot be listed whole freezes its subtree, and the summary names it", async () => {
  using p = new Place({ d: { a: "1", e: { b: "2" } }, c: "3" });
  await on({}, p);
  p.drop("d", "e");
  const r = await on({
    list: (path) => {
      if (path === p.src("d")) throw failing("EIO");
      return denoFs.list(path);
    },
  }, p);
  assertEquals(r.errors.map((e) => [e.path, e.code]), [["d", "EIO"]]);
  assertEquals(r.counts, { files_unmodified: 1, errors: 1 });
  assertEquals(read(p.in("d", "e", "b")), "2");
  assertEquals(record(p.vault).filter((l) => l.kind === "error").map((l) => l.path), ["d"]);
});

Deno.test("guard: a touched file that cannot be read stops neither the run nor a dry run", async () => {
  using p = new Place(many(130, "x"));
  await on({}, p);
  for (let i = 0; i < 130; i++) Deno.utimeSync(p.src(`f${i}`), 1e9, 1e9);
  const locked = {
    open: (path: string, options: Parameters<FileSystem["open"]>[1]): FileHandle => {
      if (path === p.src("f7")) throw failing("EACCES");
      return denoFs.open(path, options);
    },
  };
  for (const work of [planBackup, backup]) {
    const r = await on(locked, p, {}, work);
    assertEquals(r.errors.map((e) => [e.path, e.during, e.code]), [["f7", "read", "EACCES"]]);
    assertEquals([r.code, r.counts], [3, { files_attrs: 129, errors: 1 }]);
  }
});

Deno.test("a directory that no run could list is in no snapshot, also when it is gone", async () => {
  using p = new Place({ d: { a: "1" }, c: "3", f: { a: "1" } });
  const blind = {
    list: (path: string): ReturnType<FileSystem["list"]> => {
      if (path === p.src("d") || path === p.src("f")) throw failing("EACCES");
      return denoFs.list(path);
    },
  };
  assertEquals((await on(blind, p)).counts, { files_new: 1, errors: 2 });
  p.drop("d");
  p.drop("f");
  p.put({ f: "a file now" });
  const gone = await on({}, p);
  assertEquals(gone.counts, { files_new: 1, files_unmodified: 1 });
  const told = stamps(p.vault).flatMap((s) => record(p.vault, s)).filter((l) => l.type === "dir");
  assertEquals(told.filter((l) => l.path === "d" || l.path === "f"), []);
});

Deno.test("an entry that a listing dropped in silence is not deleted: lstat must answer NotFound", async () => {
  using p = new Place({ a: "1", b: "2", d: { c: "3" } });
  await on({}, p);
  const short = (path: string): ReturnType<FileSystem["list"]> =>
    denoFs.list(path).filter((e) => path !== p.source || (e.name !== "b" && e.name !== "d"));
  const r = await on({ list: short, listWhole: (path) => Promise.resolve(short(path)) }, p);
  assertEquals(r.counts.files_deleted, undefined);
  assertEquals(r.counts.dirs_deleted, undefined);
  assertEquals(read(p.in("b")), "2");
  assertEquals(read(p.in("d", "c")), "3");
  assertEquals(Object.keys(metadata(p.vault).files).sort(), ["a", "b"]);
});

Deno.test("nothing is deleted where the directory does not list without error by Deno.readDir", async () => {
  using p = new Place({ a: "1", b: "2" });
  await on({}, p);
  p.drop("b");
  const r = await on({ listWhole: () => Promise.reject(failing("EIO")) }, p);
  assertEquals([r.code, r.counts.files_deleted, r.errors.length], [3, undefined, 1]);
  assertEquals(read(p.in("b")), "2");
});

Deno.test("an lstat that fails is not a deletion: the copy stays, exit 3", async () => {
  using p = new Place({ a: "1", b: "2", d: { c: "3" } });
  await on({}, p);
  const lstat = (path: string): ReturnType<FileSystem["lstat"]> => {
    if (path === p.src("b") || path === p.src("d")) throw failing("EACCES");
    return denoFs.lstat(path);
  };
  const r = await on({ lstat }, p);
  assertEquals([r.code, r.counts.files_deleted, r.counts.dirs_deleted], [3, undefined, undefined]);
  assertEquals(r.errors.map((e) => e.path).sort(), ["b", "d"]);
  assertEquals(read(p.in("d", "c")), "3");
});

Deno.test("names that are not valid UTF-8 are reported as errors (exit 3), never skipped in silence", async () => {
  using p = new Place({ a: "1", d: {} });
  await system("sh", "-c", `printf x > "${p.src("d")}/$(printf 'bad\\377name')"`);
  for (let i = 0; i < 2; i++) {
    const b = await p.try();
    assertEquals(b.code, 3);
    assertEquals(errors(b).map((e) => [e.path, e.code]), [["d/bad\uFFFDname", "name"]]);
    assertEquals(b.summary.errors, 1);
  }
});

Deno.test("a name that is not UTF-8 is reported also beside an entry that has the name it is shown by", async () => {
  using p = new Place({ "bad\uFFFDname": "real" });
  await system("sh", "-c", `printf x > "${p.src()}/$(printf 'bad\\377name')"`);
  for (let i = 0; i < 2; i++) {
    const b = await p.try();
    assertEquals(b.code, 3);
    assertEquals(errors(b).map((e) => [e.path, e.code]), [["bad\uFFFDname", "name"]]);
    assertEquals([b.summary.files_new, b.summary.files_changed], [i === 0 ? 1 : 0, 0]);
    assertEquals(read(p.in("bad\uFFFDname")), "real");
  }
});

/** A file handle with some calls replaced. */
function changed(file: FileHandle, calls: Partial<FileHandle>): FileHandle {
  return new Proxy(file, {
    get: (target, key): unknown => {
      const own = calls[key as keyof FileHandle];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Opens whose reads of `path` change the file under the reader, `times` times. */
function restless(path: string, times: number): Pick<FileSystem, "open"> {
  let left = times;
  return {
    open: (at, options) => {
      const file = denoFs.open(at, options);
      if (at !== path) return file;
      return changed(file, {
        read: (buffer) => {
          const n = file.read(buffer);
          if (n > 0 && left-- > 0) Deno.writeTextFileSync(path, "+", { append: true });
          return n;
        },
      });
    },
  };
}

Deno.test("a file that changes while it is read is read again; what is stored is one consistent read", async () => {
  using p = new Place({ log: "start" });
  const r = await on(restless(p.src("log"), 1), p);
  assertEquals(r.code, 0);
  assertEquals(read(p.in("log")), read(p.src("log")));
  assertEquals(read(p.in("log")), "start+");
  assertEquals(metadata(p.vault).files.log, await sha256sum(read(p.in("log"))));
});

Deno.test("a file that will not hold still is reported, exit 3, and its last good copy stays", async () => {
  using p = new Place({ log: "start", b: "b" });
  await on({}, p);
  p.put({ log: "changed" });
  const r = await on(restless(p.src("log"), 1000), p);
  assertEquals([r.code, r.errors.map((e) => [e.path, e.code])], [3, [["log", "changing"]]]);
  assertEquals(read(p.in("log")), "start");
  assertEquals(listTree(p.vault).filter((n) => n.includes("TMP")), []);
});

Deno.test("a large file that changes while it is read is read again too", async () => {
  using p = new Place({ big: new Uint8Array(9 << 20).fill(65) });
  const r = await on(restless(p.src("big"), 1), p);
  assertEquals([r.code, r.counts], [0, { files_new: 1 }]);
  assertEquals(Deno.lstatSync(p.in("big")).size, (9 << 20) + 1);
});

Deno.test("--one-file-system: what lies on another one is neither seen nor gone", async () => {
  using p = new Place({ a: "1", mnt: { b: "2", deep: { c: "3" } } });
  await on({}, p);
  const lstat = (path: string): ReturnType<FileSystem["lstat"]> => {
    const info = denoFs.lstat(path);
    return path.startsWith(p.src("mnt")) ? { ...info, dev: info.dev + 1 } : info;
  };
  p.put({ mnt: { b: "changed" } });
  const crossing = { rules: { oneFileSystem: true } };
  const r = await on({ lstat }, p, crossing);
  assertEquals(r.counts, { files_unmodified: 1, files_excluded: 2 });
  assertEquals(read(p.in("mnt", "b")), "2");
  using q = new Place({ a: "1", mnt: { b: "2" } });
  const other = (path: string): ReturnType<FileSystem["lstat"]> => {
    const info = denoFs.lstat(path);
    return path.startsWith(q.src("mnt")) ? { ...info, dev: info.dev + 1 } : info;
  };
  await on({ lstat: other }, q, crossing);
  assertEquals(isThere(q.in("mnt")), false);
});

/** How often each file of a directory was opened for reading. */
function counting(source: string): { fs: Partial<FileSystem>; opened: Map<string, number> } {
  const opened = new Map<string, number>();
  const open: FileSystem["open"] = (path, options) => {
    if (path.startsWith(`${source}${SEPARATOR}`)) {
      const name = path.slice(source.length + 1).replaceAll("\\", "/");
      opened.set(name, (opened.get(name) ?? 0) + 1);
    }
    return denoFs.open(path, options);
  };
  return { fs: { open }, opened };
}

/** Lets the clock's second pass in which the source was written: only then its times can be trusted. */
async function settle(): Promise<void> {
  await new Promise((r) => setTimeout(r, 1005 - (Date.now() % 1000)));
}

Deno.test("decision 22: size, mtime, ctime and inode as at the last look: not read; --checksum reads all", async () => {
  using p = new Place({ a: "1", d: { b: "2" } });
  await settle();
  await on({}, p);
  const plain = counting(p.source);
  assertEquals((await on(plain.fs, p)).counts, { files_unmodified: 2 });
  assertEquals([...plain.opened], []);
  const all = counting(p.source);
  assertEquals((await on(all.fs, p, { checksum: true })).counts, { files_unmodified: 2 });
  assertEquals([...all.opened].sort(), [["a", 1], ["d/b", 1]]);
});

Deno.test("decision 22: times within the second of the last look are not trusted", async () => {
  using p = new Place({ a: "1" });
  await on({}, p);
  p.put({ a: "2" });
  // both looks fall into the second of the change, however long they take
  const now = Deno.lstatSync(p.src("a")).ctime?.getTime() ?? 0;
  const within: typeof backup = (ports, request) =>
    backup({ ...ports, clock: { now: () => now } }, request);
  const { fs, opened } = counting(p.source);
  await on(fs, p, {}, within);
  const again = counting(p.source);
  const r = await on(again.fs, p, {}, within);
  assertEquals([opened.get("a"), again.opened.get("a"), r.counts], [1, 1, { files_unmodified: 1 }]);
});

Deno.test("with several vaults the source is read once", async () => {
  using p = new Place({ a: "1", d: { b: "2" } });
  const { fs, opened } = counting(p.source);
  const vaults = [p.vault, join(p.path, "v2"), join(p.path, "v3")];
  const ports = enginePorts([], { ...denoFs, ...fs });
  const outcomes = await backup(ports, backupRequest(p.source, vaults));
  assertEquals(outcomes.map((o) => o.failed), [undefined, undefined, undefined]);
  assertEquals([...opened].sort(), [["a", 1], ["d/b", 1]]);
  for (const v of vaults) assertEquals(read(v, "d", "b"), "2");
});

Deno.test("disk full: the vault stays valid, the message names the path, the next run mends", async () => {
  using p = new Place({ a: "1", b: "2", d: { c: "3" } });
  await on({}, p);
  p.put({ a: "changed", new: "new" });
  let left = 1;
  const open: FileSystem["open"] = (path, options) => {
    if (path.includes("$TMP@") && left-- <= 0) throw failing("ENOSPC");
    return denoFs.open(path, options);
  };
  const r = await on({ open }, p);
  assertEquals(r.code, 1);
  assertStringIncludes(String(r.errors.at(-1)?.message), "full");
  assert(String(r.errors.at(-1)?.path).startsWith(p.vault));
  const again = await on({}, p);
  assertEquals(again.code, 0);
  assertEquals([read(p.in("a")), read(p.in("new"))], ["changed", "new"]);
  assertEquals((await on({}, p)).counts, { files_unmodified: 4 });
  assertEquals(names(p.meta()).filter((n) => n.startsWith("$OLD@")).length, 1);
  assertEquals(listTree(p.vault).filter((n) => n.includes("$TMP@")), []);
  assertEquals(isThere(p.in(META)), true);
});
