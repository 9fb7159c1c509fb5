/** `hikae adopt`: a plain copy becomes a vault with two snapshots, and no byte of it is copied again. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { recording } from "../../src/platform/doubles/recording.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import {
  errors,
  isThere,
  Link,
  LINKS,
  makeTree,
  names,
  read,
  record,
  run,
  stamps,
  type TempDir,
  tempDir,
  write,
} from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { type State, stateOf, tell } from "../faults/tell.ts";
import { adoptHere, unsound } from "./helper.ts";

const UNIX = Deno.build.os !== "windows";
const BIG = "what is large enough to be shared\n".repeat(400);

/** A source, and a copy of it as `cp -a` leaves it. */
function world(): TempDir & { source: string; copy: string } {
  const dir = tempDir();
  const [source, copy] = [dir.at("source"), dir.at("copy")];
  makeTree(source, {
    "a.txt": "a",
    big: BIG,
    empty: {},
    deep: { er: { "b.txt": "b", ...(LINKS ? { link: new Link("../../a.txt") } : {}) } },
  });
  copyTree(source, copy);
  return Object.assign(dir, { source, copy });
}

/** Copies with times and modes, links as links. */
function copyTree(from: string, to: string): void {
  const info = Deno.lstatSync(from);
  if (info.isSymlink) Deno.symlinkSync(Deno.readLinkSync(from), to);
  else if (info.isFile) Deno.copyFileSync(from, to);
  else {
    Deno.mkdirSync(to);
    for (const name of names(from)) copyTree(join(from, name), join(to, name));
  }
  if (!info.isSymlink && info.mtime !== null) Deno.utimeSync(to, info.mtime, info.mtime);
}

/** A state without the times of links, which no copy has, and without the root. */
function plain(state: State | undefined): Map<string, string> {
  return new Map(
    [...state ?? []].filter(([path]) => path !== "").map((
      [path, what],
    ) => [path, what.startsWith("link") ? what.replace(/ \d+$/, "") : what]),
  );
}

Deno.test("adopt: the copy as found is a snapshot, what the source has by now another", async () => {
  using w = world();
  Deno.utimeSync(join(w.copy, "a.txt"), 1_500_000_000, 1_500_000_000);
  write(join(w.source, "deep", "er", "b.txt"), "b, by now");
  write(join(w.source, "new.txt"), "new");
  write(join(w.copy, "old.txt"), "only here");
  Deno.removeSync(join(w.source, "empty"));
  const found = plain(stateOf(w.copy));
  const done = await adoptHere(w.source, w.copy);
  assertEquals([done.thrown, done.errors], [undefined, []]);
  const [first, last] = done.summaries;
  const files = LINKS ? 5 : 4;
  assertEquals([first?.files_new, first?.bytes_added, first?.run, first?.runs], [files, 0, 1, 2]);
  assertEquals(
    [last?.files_new, last?.files_changed, last?.files_deleted, last?.files_attrs, last?.run],
    // no copy has the times of links
    [1, 1, 1, LINKS ? 2 : 1, 2],
  );
  assertEquals(last?.bytes_added, "b, by now".length + "new".length);
  const { states } = tell(w.copy);
  const [one = "", two = ""] = stamps(w.copy);
  assertEquals(plain(states.get(one)), found);
  assertEquals(plain(states.get(two)), plain(stateOf(w.source)));
  const meta = join(w.copy, ".$META$");
  assertEquals(read(meta, `.$DEL@${two}$old.txt`), "only here");
  assertEquals(read(w.copy, "deep", "er", ".$META$", `$OLD@${two}$b.txt`), "b");
  assertEquals(await unsound(w.copy), []);
  assert(!names(meta).some((name) => name.startsWith("$TMP@")), names(meta).join());
});

Deno.test("adopt: no file of the copy is moved, written or read twice, and none is copied again", async () => {
  using w = world();
  const before = Deno.lstatSync(join(w.copy, "big"));
  const rec = recording();
  const done = await adoptHere(w.source, w.copy, {}, { fs: tapFs(denoFs, rec.around) });
  assertEquals([done.thrown, done.errors], [undefined, []]);
  assertEquals(done.summaries.map((s) => s.bytes_added), [0, 0]);
  const after = Deno.lstatSync(join(w.copy, "big"));
  assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
  const inCopy = rec.calls.filter((c) => c.path.startsWith(w.copy) && !c.path.includes(".$META$"));
  const changes = inCopy.filter((c) => c.effect === "change" && !["utime", "chmod"].includes(c.op));
  assertEquals(
    changes.map((c) => `${c.op} ${c.path.slice(w.copy.length + 1)}`),
    LINKS ? ["remove deep/er/link"] : [],
  );
  const opened = inCopy.filter((c) => c.op === "open" && c.path.endsWith("big"));
  assertEquals(opened.length, 1);
});

Deno.test("adopt: a backup after it reads no content, and one between its two runs reads all", async () => {
  using w = world();
  await adoptHere(w.source, w.copy);
  const rec = recording();
  const reads = async (hours: number): Promise<string[]> => {
    rec.calls.length = 0;
    await backUp(w.source, [w.copy], {}, { fs: tapFs(denoFs, rec.around), hours });
    return rec.calls.filter((c) => c.op === "open" && c.path.startsWith(w.source)).map((c) =>
      c.path
    );
  };
  assertEquals(await reads(2), []);
  // as if the adoption had been killed between its runs: what the copy holds was never held against the source
  const [, last = ""] = stamps(w.copy);
  for (const stamp of stamps(w.copy).slice(1)) {
    Deno.removeSync(join(w.copy, ".$META$", "runs", `${stamp}.jsonl`));
  }
  assert(last !== "");
  dropIndex(w.copy);
  assertEquals((await reads(3)).length, 3);
});

Deno.test("adopt: content that rotted in the copy, with size and time kept, is a past version", async () => {
  using w = world();
  const at = join(w.copy, "a.txt");
  const { mtime } = Deno.statSync(at);
  write(at, "z");
  if (mtime !== null) Deno.utimeSync(at, mtime, mtime);
  const { summaries } = await adoptHere(w.source, w.copy);
  assertEquals(summaries[1]?.files_changed, 1);
  assertEquals(read(at), "a");
});

Deno.test({
  name:
    "adopt: a copy that is the source's own files gets files of its own, so that no edit in place changes the past",
  ignore: !UNIX,
  fn: async () => {
    using w = world();
    for (const name of ["a.txt", "big", "deep/er/b.txt"]) {
      Deno.removeSync(join(w.copy, name));
      Deno.linkSync(join(w.source, name), join(w.copy, name));
    }
    // under another name by now, and left out by a rule
    Deno.renameSync(join(w.source, "big"), join(w.source, "larger"));
    Deno.chmodSync(join(w.copy, "deep", "er"), 0o500);
    const before = stateOf(w.copy);
    const dry = await run(["adopt", w.copy, "--source", w.source, "-n", "--json"]);
    assertEquals(
      dry.json.filter((m) => m.message_type === "note")
        .map((m) => [m.path, /own: (.*)$/.exec(String(m.message))?.[1]]),
      [[w.copy, "a.txt, big"], ["deep/er", "b.txt"]],
    );
    assertEquals(stateOf(w.copy), before);
    const { messages, thrown } = await adoptHere(w.source, w.copy, {
      rules: { exclude: ["larger"], excludeIfPresent: [], oneFileSystem: false },
    });
    assertEquals(thrown, undefined);
    const notes = messages.flatMap((m) => m.message_type === "note" ? [String(m.message)] : []);
    assert(notes.some((note) => note.startsWith("3 files of the copy were")), `${notes}`);
    const [first = ""] = stamps(w.copy);
    for (const name of ["a.txt", "larger", "deep/er/b.txt"]) {
      Deno.writeTextFileSync(join(w.source, name), "edited in place");
    }
    const { outcomes } = await backUp(w.source, [w.copy], {}, { hours: 3 });
    assertEquals(outcomes[0]?.failed, undefined);
    const target = w.at("target");
    assertEquals((await run(["restore", w.copy, "--at", first, "--to", target])).code, 0);
    assertEquals(plain(stateOf(target)), plain(before));
    assertEquals(await unsound(w.copy), []);
  },
});

Deno.test({
  name: "adopt: names that another copy shares keep their attributes there",
  ignore: !UNIX,
  fn: async () => {
    using w = world();
    const other = w.at("older");
    Deno.mkdirSync(other);
    Deno.linkSync(join(w.copy, "big"), join(other, "big"));
    Deno.chmodSync(join(w.source, "big"), 0o640);
    Deno.utimeSync(join(w.source, "big"), 1_500_000_000, 1_500_000_000);
    const before = Deno.lstatSync(join(other, "big"));
    await adoptHere(w.source, w.copy);
    const after = Deno.lstatSync(join(other, "big"));
    assertEquals([after.mode, after.mtime], [before.mode, before.mtime]);
    assertEquals((Deno.lstatSync(join(w.copy, "big")).mode ?? 0) & 0o777, 0o640);
    assertEquals(read(w.copy, "big"), BIG);
  },
});

Deno.test({
  name: "adopt: without its meta directories an unfinished adoption is the copy as it was",
  ignore: !UNIX,
  fn: async () => {
    using w = world();
    Deno.chmodSync(join(w.copy, "deep"), 0o500);
    const before = stateOf(w.copy);
    const fs = tapFs(denoFs, (call, work) => {
      if (call.to?.endsWith("vault.json")) throw new Error("ends here");
      return work();
    });
    const done = await adoptHere(w.source, w.copy, {}, { fs });
    assert(done.thrown !== undefined);
    // hikae says of it what it is
    const look = await run(["list", w.copy]);
    assertEquals(look.code, 10);
    assertMatch(look.stderr, /a copy is being made a vault here/);
    for (const dir of ["", "deep", "deep/er", "empty"]) {
      const { mtime, mode } = Deno.lstatSync(join(w.copy, dir));
      Deno.chmodSync(join(w.copy, dir), 0o700);
      Deno.removeSync(join(w.copy, dir, ".$META$"), { recursive: true });
      if (mtime !== null) Deno.utimeSync(join(w.copy, dir), mtime, mtime);
      if (mode !== null) Deno.chmodSync(join(w.copy, dir), mode & 0o777);
    }
    assertEquals(stateOf(w.copy), before);
  },
});

Deno.test("adopt: what the drive or rdiff-backup keeps in the root is neither marked nor counted", async () => {
  using w = world();
  makeTree(w.copy, {
    "System Volume Information": { guid: "1" },
    "$RECYCLE.BIN": { "desktop.ini": "1" },
    "rdiff-backup-data": { increments: { "a.txt.2024.diff.gz": "1" } },
  });
  const before = stateOf(w.copy);
  const { summaries } = await adoptHere(w.source, w.copy);
  assertEquals(summaries.map((s) => s.files_deleted), [0, 0]);
  assertEquals(summaries[0]?.files_new, LINKS ? 4 : 3);
  const after = stateOf(w.copy);
  const kept = [...before.keys()].filter((p) => /^(System|\$REC|rdiff)/.test(p));
  assertEquals(kept.length, 7);
  for (const path of kept) assertEquals(after.get(path), before.get(path), path);
  assertEquals(await unsound(w.copy), []);
});

Deno.test("adopt: what a rule leaves out stays in the vault as the copy has it", async () => {
  using w = world();
  write(join(w.copy, "x.tmp"), "of the copy");
  write(join(w.source, "x.tmp"), "of the source");
  write(join(w.source, "y.tmp"), "never copied");
  const { summaries } = await adoptHere(w.source, w.copy, { rules: { exclude: ["*.tmp"] } });
  assertEquals(read(w.copy, "x.tmp"), "of the copy");
  assertEquals(isThere(join(w.copy, "y.tmp")), false);
  assertEquals(summaries[1]?.files_excluded, 2);
});

Deno.test({
  name: "adopt: names of one file are recorded as such",
  ignore: !UNIX,
  fn: async () => {
    using w = world();
    for (const root of [w.source, w.copy]) Deno.linkSync(join(root, "big"), join(root, "second"));
    const { summaries } = await adoptHere(w.source, w.copy);
    assertEquals(summaries.map((s) => s.bytes_added), [0, 0]);
    assertEquals(summaries[1]?.files_changed, 0);
    const line = record(w.copy, stamps(w.copy)[0]).find((l) => l.path === "second");
    assertEquals(line?.link, "big");
  },
});

/** The id of what stopped an adoption, which has written nothing. */
async function refused(source: string, copy: string): Promise<string> {
  const before = isThere(copy) ? stateOf(copy) : undefined;
  const { thrown } = await adoptHere(source, copy);
  if (before !== undefined) assertEquals(stateOf(copy), before);
  return thrown instanceof HikaeError ? thrown.id : String(thrown);
}

Deno.test("adopt: refuses what is no copy of the source, before anything is written", async () => {
  using w = world();
  makeTree(w.at("other"), { "x.txt": "x", "y.txt": "y", "a.txt": "a" });
  assertEquals(await refused(w.source, w.at("other")), "guard_mass_change");
  makeTree(w.at("deeper"), { source: { "a.txt": "a" } });
  assertEquals(await refused(w.source, w.at("deeper")), "guard_mass_change");
  makeTree(w.at("empty"), { dirs: { alone: {} } });
  assertEquals(await refused(w.source, w.at("empty")), "failed");
  makeTree(w.at("none"), {});
  assertEquals(await refused(w.source, w.at("none")), "failed");
  await backUp(w.source, [w.at("vault")]);
  assertEquals(await refused(w.source, w.at("vault")), "failed");
  // a copy of a vault without its root's own files, and one with a vault in it
  copyTree(w.at("vault"), w.at("half"));
  Deno.removeSync(join(w.at("half"), ".$META$", "vault.json"));
  assertEquals(await refused(w.source, w.at("half")), "failed");
  copyTree(w.at("vault"), join(w.copy, "nested"));
  assertEquals(await refused(w.source, w.copy), "failed");
  assertEquals(await refused(w.at("gone"), w.copy), "source_missing");
});

Deno.test("adopt: the command line, its exit codes and its JSON", async () => {
  using w = world();
  write(join(w.source, "new.txt"), "new");
  write(join(w.copy, "old.txt"), "old");
  const before = stateOf(w.copy);
  const dry = await run(["adopt", w.copy, "--source", w.source, "-n", "--json"]);
  assertEquals(dry.code, 0, dry.stderr);
  assertEquals(
    dry.json.filter((m) => m.message_type === "change").map((m) => `${m.modifier} ${m.path}`),
    ["+ new.txt", "- old.txt"],
  );
  assertEquals(stateOf(w.copy), before);
  const explained = await run([
    "adopt",
    w.copy,
    "--source",
    w.source,
    "--explain-permissions",
    "--json",
  ]);
  const engine = explained.json.find((m) => m.thread === "engine");
  assertEquals(
    (engine?.read as string[]).slice(0, 2),
    [w.source, w.copy].map((p) => Deno.realPathSync(p)),
  );
  assertEquals((engine?.write as string[])[0], Deno.realPathSync(w.copy));
  const done = await run(["adopt", w.copy, "--source", w.source, "--json"]);
  assertEquals(done.code, 0, done.stderr);
  const summaries = done.json.filter((m) => m.message_type === "summary");
  assertEquals(summaries.map((s) => [s.run, s.runs, s.adopted ?? false]), [[1, 2, true], [
    2,
    2,
    false,
  ]]);
  assertEquals(done.json.at(-1), summaries[1]);
  // a second time it goes on with what is there
  const again = await run(["adopt", w.copy, "--source", w.source, "--json"]);
  assertEquals([again.code, again.json.at(-1)?.files_unmodified], [0, LINKS ? 5 : 4]);
  for (
    const [words, code] of [
      [["adopt", w.copy], 2],
      [["adopt", w.at("none"), "--source", w.source], 1],
      [["adopt", w.path, "--source", w.source], 2],
      [["adopt", w.source, "--source", w.at("none")], 1],
    ] as const
  ) {
    const no = await run([...words, "--json"]);
    assertEquals([no.code, errors(no).length], [code, 1], words.join(" "));
  }
});
