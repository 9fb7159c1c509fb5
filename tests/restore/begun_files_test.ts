/** Files that a restore writes under their own names at once: kills, what is in the way, what is damaged. */

import { assert, assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, names, read, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { restoreOn } from "../helpers/restore_helper.ts";

const NAMES = ".hikae-tmp-0123abcd-n7";

/** Names, content and times of the files in two directories. */
function files(root: string): string[] {
  return ["", "sub/"].flatMap((dir) =>
    names(`${root}/${dir}`).filter((name) => name !== "sub").map((name) => {
      const path = `${root}/${dir}${name}`;
      return `${dir}${name} ${read(path)} ${Deno.lstatSync(path).mtime?.getTime()}`;
    })
  );
}

Deno.test("restore: killed at any step, the next one makes whole what was torn, though it may overwrite nothing", async () => {
  using dir = tempDir();
  const three = { a: "first", b: "second", c: "third" };
  makeTree(dir.at("s"), { ...three, sub: three });
  for (const path of ["a", "b", "c", "sub/a", "sub/b", "sub/c"]) {
    Deno.utimeSync(dir.at("s", path), 1_600_000_000, 1_600_000_000);
  }
  await backUp(dir.at("s"), [dir.at("v")]);
  const wanted = files(dir.at("s"));
  let tornOnes = 0;
  for (const overwrite of ["never", "if-newer"] as const) {
    for (let [at, dead] = [0, true]; dead; at++) {
      const to = dir.at(`${overwrite}${at}`);
      const state = stepping(at, true);
      // what the dead do not tell is none of this
      await restoreOn(dir.at("v"), to, { overwrite }, tapFs(denoFs, state.around)).catch(() => {});
      dead = state.dead;
      const shown = (path: string): boolean => !path.startsWith(".hikae-tmp-");
      const before = dead && at > 0 ? names(to).filter(shown) : [];
      if (before.some((name) => name !== "sub" && !wanted.includes(of(to, name)))) tornOnes++;
      const { errors } = await restoreOn(dir.at("v"), to, { overwrite });
      assertEquals(errors, [], `${overwrite}, step ${at}`);
      assertEquals(files(to), wanted, `${overwrite}, step ${at}`);
      Deno.removeSync(to, { recursive: true });
    }
  }
  assert(tornOnes > 3, `torn under their own names: ${tornOnes}`);
});

Deno.test("restore: in place, or into what is backed up, nothing torn has its own name, whenever it is killed: the next backup would take it for a version", async () => {
  using dir = tempDir();
  const three = { a: "first", b: "second", c: "third" };
  makeTree(dir.at("s"), { sub: three });
  await backUp(dir.at("s"), [dir.at("v")]);
  for (const options of [{ preview: true }, { backedUp: true }]) {
    for (let [at, dead] = [0, true]; dead; at++) {
      const to = dir.at(`${Object.keys(options)}${at}`);
      const state = stepping(at, true);
      await restoreOn(dir.at("v"), to, options, tapFs(denoFs, state.around)).catch(() => {});
      dead = state.dead;
      for (const [name, content] of Object.entries(three)) {
        const path = `${to}/sub/${name}`;
        const there = denoFs.exists(path) ? read(path) : content;
        assertEquals(there, content, `step ${at}`);
      }
      if (!dead) assertEquals(names(`${to}/sub`), ["a", "b", "c"]);
    }
  }
});

function of(root: string, name: string): string {
  const path = `${root}/${name}`;
  return `${name} ${read(path)} ${Deno.lstatSync(path).mtime?.getTime()}`;
}

Deno.test("restore: what a killed one named is brought again, and no other file that may not be overwritten", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", b: "b", c: "c" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), { a: "", b: "mine", [NAMES]: `["x"]\n["a"]\n["b` });
  const { errors, result } = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(errors, []);
  assertEquals(names(dir.at("t")), ["a", "b", "c"]);
  assertEquals(["a", "b", "c"].map((name) => read(dir.at("t", name))), ["a", "mine", "c"]);
  assertEquals([result.counts.files_replaced, result.counts.files_kept], [1, 1]);
});

Deno.test("restore: what somebody wrote into a file since a killed one named it is theirs: never and if-newer keep it", async () => {
  using dir = tempDir();
  const wanted = { grown: "ab", other: "abc", same: "abc", cut: "abc", zeros: "abc", empty: "abc" };
  makeTree(dir.at("s"), wanted);
  await backUp(dir.at("s"), [dir.at("v")]);
  for (const overwrite of ["never", "if-newer"] as const) {
    const to = dir.at(overwrite);
    const named = `${JSON.stringify(Object.keys(wanted))}\n`;
    const there = { grown: "abc", other: "aXc", same: "abc", cut: "ab", zeros: "\0b\0", empty: "" };
    makeTree(to, { ...there, [NAMES]: named });
    const { errors } = await restoreOn(dir.at("v"), to, { overwrite });
    assertEquals(errors, []);
    assertEquals(names(to), ["cut", "empty", "grown", "other", "same", "zeros"]);
    assertEquals(
      ["grown", "other", "same", "cut", "zeros", "empty"].map((n) => read(`${to}/${n}`)),
      [
        "abc",
        "aXc",
        "abc",
        "abc",
        "abc",
        "abc",
      ],
    );
  }
});

Deno.test("restore: where what was torn cannot be brought, the next one still knows of it", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "right", b: "b" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), { a: "ri", [NAMES]: `["a"]\n` });
  Deno.writeTextFileSync(dir.at("v", "a"), "wrong");
  const first = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(first.errors.map((e) => [e.path, e.code]), [["a", "damaged"]]);
  assertEquals(names(dir.at("t")), [NAMES, "a", "b"]);
  Deno.writeTextFileSync(dir.at("v", "a"), "right");
  const second = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(second.errors, []);
  assertEquals([names(dir.at("t")), read(dir.at("t", "a"))], [["a", "b"], "right"]);
});

Deno.test("restore: what somebody else puts under a new name meanwhile is never written into: it is replaced as a whole", async () => {
  for (const lanes of [0, 2]) {
    using dir = tempDir();
    makeTree(dir.at("s"), { sub: { a: "a", b: "b", c: "c", d: "d" } });
    await backUp(dir.at("s"), [dir.at("v")]);
    const theirs = dir.at("t", "sub", "b");
    const fs: FileSystem = {
      ...denoFs,
      open: (path, options) => {
        if (path === theirs && options.createNew) {
          Deno.writeTextFileSync(path, "theirs");
          Deno.linkSync(path, dir.at("other name"));
        }
        return denoFs.open(path, options);
      },
    };
    const { errors } = await restoreOn(dir.at("v"), dir.at("t"), {}, fs, lanes);
    assertEquals(errors, []);
    assertEquals(names(dir.at("t", "sub")), ["a", "b", "c", "d"]);
    assertEquals([read(theirs), read(dir.at("other name"))], ["b", "theirs"]);
  }
});

Deno.test("restore: a file that could not be written whole under its own name, nor removed, is known to the next one", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { sub: { a: "a", b: "whole", c: "c" } });
  await backUp(dir.at("s"), [dir.at("v")]);
  const place = dir.at("t", "sub", "b");
  const fs = tapFs(denoFs, (call, work) => {
    const hit = call.path === place && (call.op === "file.utime" || call.op === "remove");
    if (hit) throw Object.assign(new Error("I/O error"), { code: "EIO" });
    return work();
  });
  const { errors } = await restoreOn(dir.at("v"), dir.at("t"), {}, fs);
  assertEquals(errors.map((e) => e.path), ["sub/b"]);
  Deno.writeTextFileSync(place, "who");
  const again = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(again.errors, []);
  assertEquals([names(dir.at("t", "sub")), read(place)], [["a", "b", "c"], "whole"]);
});

Deno.test("restore: what a killed one named is known until all of it is whole: a part that is asked for does not end it", async () => {
  using dir = tempDir();
  const three = { a: "first", b: "second", c: "third" };
  makeTree(dir.at("s"), { sub: { ...three, below: { d: "d" } } });
  await backUp(dir.at("s"), [dir.at("v")]);
  const all = ["never", "if-newer", "always", "if-changed"] as const;
  const parts = ["sub/a", "sub/below", "sub/below/d", "sub/[ac]"];
  for (const [i, overwrite] of all.entries()) {
    const to = dir.at(overwrite);
    makeTree(to, { sub: { a: "fi", b: "sec", c: "third", [NAMES]: `["a","b","c"]\n` } });
    const { errors } = await restoreOn(dir.at("v"), to, { overwrite, paths: [parts[i] ?? ""] });
    assertEquals(errors, []);
    assertEquals(names(`${to}/sub`).includes(NAMES), true, overwrite);
    await restoreOn(dir.at("v"), to, { overwrite: "never" });
    assertEquals(names(`${to}/sub`), ["a", "b", "below", "c"]);
    assertEquals(["a", "b", "c"].map((n) => read(`${to}/sub/${n}`)), Object.values(three));
  }
});

Deno.test("restore: where what was torn is not in the vault now, the next one still knows of it", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "right", b: "b" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("t"), { a: "ri", [NAMES]: `["a"]\n` });
  Deno.renameSync(dir.at("v", "a"), dir.at("elsewhere"));
  const first = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(first.errors.map((e) => e.path), ["a"]);
  assertEquals(names(dir.at("t")), [NAMES, "a", "b"]);
  Deno.renameSync(dir.at("elsewhere"), dir.at("v", "a"));
  const second = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(second.errors, []);
  assertEquals([names(dir.at("t")), read(dir.at("t", "a"))], [["a", "b"], "right"]);
});

Deno.test("restore: a part of another version than the wanted one is no file of somebody's; a whole one is, and a large one is not read", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "first", b: "first", c: "first", d: "first" });
  await backUp(dir.at("s"), [dir.at("v")]);
  makeTree(dir.at("s"), { a: "other", b: "other", c: "other", d: "x".repeat(1 << 20) });
  await backUp(dir.at("s"), [dir.at("v")], {}, { hours: 1 });
  makeTree(dir.at("t"), { a: "fir", b: "first", c: "fib", d: "x", [NAMES]: `["a","b","c","d"]\n` });
  const { errors } = await restoreOn(dir.at("v"), dir.at("t"), { overwrite: "never" });
  assertEquals(errors, []);
  assertEquals(names(dir.at("t")), ["a", "b", "c", "d"]);
  assertEquals(["a", "b", "c", "d"].map((n) => read(dir.at("t", n))), [
    "other",
    "first",
    "fib",
    "x",
  ]);
});

Deno.test("restore: what somebody makes under a new name meanwhile is replaced only where the rule for what is there says so", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", b: "b", c: "c", d: "d" });
  await backUp(dir.at("s"), [dir.at("v")]);
  const nothing = (): boolean => false;
  const kinds: [string, (fs: FileSystem) => FileSystem][] = [
    ["links", (fs) => fs],
    // one that answers only after the look, where the disk has links: no rename may come after it
    ["links, unseen", (fs) => ({ ...fs, exists: nothing })],
    ["no links", (fs) => ({ ...fs, link: refused })],
  ];
  for (const [kind, around] of kinds) {
    for (const overwrite of ["never", "if-newer", "always"] as const) {
      // what comes after the look goes, as the rule says, and is not counted
      if (overwrite === "always" && kind.includes("unseen")) continue;
      for (const lanes of [0, 2]) {
        const to = dir.at(`${kind} ${overwrite} ${lanes}`);
        // not made by the restore: its files come by temporary names
        makeTree(to, { there: "" });
        const made = new Set<string>();
        const fs = around({
          ...denoFs,
          open: (path, options) => {
            if (options.createNew && path.includes(".hikae-tmp-")) {
              for (const name of ["b", "c"]) {
                if (made.size < 2) Deno.writeTextFileSync(`${to}/${name}`, "mine");
                made.add(name);
              }
            }
            return denoFs.open(path, options);
          },
        });
        const { errors, result } = await restoreOn(dir.at("v"), to, { overwrite }, fs, lanes);
        const about = `${kind}, ${overwrite}, ${lanes} lanes`;
        assertEquals(errors, [], about);
        const there = ["a", "b", "c", "d"].map((name) => read(`${to}/${name}`));
        const kept = overwrite !== "always";
        assertEquals(there, kept ? ["a", "mine", "mine", "d"] : ["a", "b", "c", "d"], about);
        const { files_restored, files_kept, files_replaced } = result.counts;
        const counts = [files_restored, files_kept, files_replaced];
        assertEquals(counts, kept ? [2, 2, 0] : [4, 0, 2], about);
        assertEquals(names(to), ["a", "b", "c", "d", "there"], about);
      }
    }
  }
});

function refused(): never {
  throw Object.assign(new Error("no links here"), { code: "EPERM" });
}
