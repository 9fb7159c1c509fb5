/** `diff` between snapshots and against the source; all looks against a model of random histories. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "../conformance/fixture.ts";
import { Link, removeTree, run, type RunResult, summary } from "../helpers/cli_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";

function changes(r: RunResult): string[] {
  assertEquals(r.code, 0, r.stdout + r.stderr);
  return r.json.filter((m) => m.message_type === "change")
    .map((m) => `${m.modifier} ${m.path}${m.type === "dir" ? "/" : m.type === "link" ? "@" : ""}`);
}

Deno.test("diff shows what came, went, changed, and became something else", async () => {
  using place = new Place({ same: "1", mod: "1", gone: "1", turn: "1", dir: { in: "1" }, t: "1" });
  const { stamp: a } = await place.backup();
  place.put({ mod: "2", new: { x: "1" } });
  for (const name of ["gone", "turn", "dir"]) place.drop(name);
  place.put({ turn: new Link("same"), dir: "file now" });
  Deno.utimeSync(place.src("t"), 1, 1);
  const { stamp: b } = await place.backup();
  const forth = ["T dir", "- dir/in", "- gone", "M mod", "+ new/", "+ new/x", "T turn@"];
  assertEquals(changes(await run(["diff", place.vault, a, b, "--json"])), forth);
  const r = await run(["diff", place.vault, "latest~1", "--json"]);
  assertEquals(changes(r), forth);
  assertEquals(summary(r), {
    message_type: "summary",
    from: a,
    to: b,
    added: 2,
    removed: 2,
    modified: 1,
    type_changed: 2,
    errors: 0,
  });
  assertEquals(changes(await run(["diff", place.vault, b, a, "--json"])), [
    "T dir/",
    "+ dir/in",
    "+ gone",
    "M mod",
    "- new/",
    "- new/x",
    "T turn",
  ]);
  assertEquals(changes(await run(["diff", place.vault, a, "--path", "new", "--json"])), [
    "+ new/",
    "+ new/x",
  ]);
  assertEquals(changes(await run(["diff", place.vault, b, "--json"])), []);
  const text = await run(["diff", place.vault, a]);
  assertStringIncludes(text.stdout, "M mod\n+ new/\n");
  assertStringIncludes(text.stderr, `from ${a} to ${b}: 2 added, 2 removed, 1 modified`);
});

Deno.test("a file that went and came back with the same content is no difference", async () => {
  using place = new Place({ f: "1", g: "2" });
  const { stamp } = await place.backup();
  place.drop("f");
  await place.backup();
  place.put({ f: "1" });
  await place.backup();
  assertEquals(changes(await run(["diff", place.vault, stamp, "--json"])), []);
});

Deno.test("diff --source compares with the source as it is now, by the rules of the last backup", async () => {
  using place = new Place({ f: "1", g: "2", same: "3", d: { x: "1" }, "skip.tmp": "1" });
  const { stamp } = await place.backup("--exclude", "*.tmp");
  const now = async (...args: string[]): Promise<string[]> =>
    changes(await run(["diff", place.vault, "latest", "--source", "--json", ...args]));
  assertEquals(await now(), []);
  const before = Deno.lstatSync(place.src("f"));
  place.put({ f: "2", new: "n", "other.tmp": "1", e: { y: "1" } });
  Deno.utimeSync(place.src("f"), before.atime ?? 0, before.mtime ?? 0);
  Deno.utimeSync(place.src("same"), 5, 5);
  place.drop("g");
  place.drop("d");
  assertEquals(await now(), ["- d/", "- d/x", "+ e/", "+ e/y", "M f", "- g", "+ new"]);
  assertEquals(await now("--path", "d"), ["- d/", "- d/x"]);
  await place.backup("--exclude", "*.tmp");
  assertEquals(changes(await run(["diff", place.vault, stamp, "--source", "--json"])).length, 7);
  for (const rest of [["--source"], []]) {
    const typo = await run(["diff", place.vault, stamp, "--path", "typo", "--json", ...rest]);
    assertEquals(typo.code, 1, "a path that never was is not one without a change");
    assertEquals(typo.json.map((m) => m.code), ["no_such_path"]);
  }
  assertEquals((await run(["diff", place.vault, stamp, "--path", "same"])).code, 0);
  const both = await run(["diff", place.vault, "latest", "latest", "--source"]);
  assertEquals(both.code, 2);
  removeTree(place.source);
  assertEquals((await run(["diff", place.vault, "latest", "--source"])).code, 1);
});

Deno.test("diff --source: what a rule leaves out is not gone when the source has it no more", async () => {
  using place = new Place({ f: "1", "a.tmp": "1", "d.tmp": { x: "1" } });
  await place.backup();
  for (const name of ["a.tmp", "d.tmp"]) place.drop(name);
  const rest = ["latest", "--source", "--json"];
  assertEquals(changes(await run(["diff", place.vault, ...rest])).length, 3);
  await place.backup("--exclude", "*.tmp");
  assertEquals(changes(await run(["diff", place.vault, ...rest])), []);
});

Deno.test("diff --source tells a file that moved as the backup after it does", async () => {
  const big = "what moves\n".repeat(500);
  using place = new Place({ big, small: "s", empty: "", dir: { in: "1", same: "2" }, other: "o" });
  place.put({ link: new Link("somewhere") });
  await place.backup();
  const move = (from: string, to: string): void => Deno.renameSync(place.src(from), place.src(to));
  move("big", "far");
  move("small", "tiny");
  move("empty", "void");
  move("dir", "dir2");
  move("link", "link2");
  // of its size and time, and another content
  const { mtime } = Deno.statSync(place.src("other"));
  place.drop("other");
  place.put({ another: "O" });
  Deno.utimeSync(place.src("another"), mtime ?? 0, mtime ?? 0);
  const look = async (...args: string[]): Promise<string[]> => {
    const told = await run(["diff", place.vault, ...args, "--json"]);
    return told.json.map((m) => `${m["modifier"]} ${m["path"]} ${m["from"]} ${m["moved"]}`);
  };
  const before = (await look("latest", "--source")).slice(0, -1);
  await place.backup();
  assertEquals(before, (await look("latest~1")).slice(0, -1));
  assertEquals(before.filter((line) => line.startsWith("R")).map((line) => line.slice(0, -10)), [
    "R dir2/in dir/in",
    "R dir2/same dir/same",
    "R far big",
    "R link2 link",
    "R tiny small",
  ]);
});

Deno.test("a vault in its source is no difference", async () => {
  using place = new Place({ f: "1" });
  const vault = place.src("vault");
  await run(["backup", place.source, vault]);
  const r = await run(["diff", vault, "latest", "--source", "--json"]);
  // the root's directory has another time since; that alone is not shown
  assertEquals(changes(r), []);
});

/** A tree as a model: a path to a content; directories say undefined. */
type Tree = Map<string, string | undefined>;

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** Changes the source at random, and the model with it. */
function churn(place: Place, tree: Tree, next: (below: number) => number): void {
  for (let i = 0; i < 25; i++) {
    const dirs = ["", ...[...tree].filter(([, c]) => c === undefined).map(([p]) => p)];
    const dir = dirs[next(dirs.length)] ?? "";
    const name = `${"abcdef"[next(6)]}${[".txt", "", "-x"][next(3)]}`;
    const path = dir === "" ? name : `${dir}/${name}`;
    const here = place.src(...path.split("/"));
    if (tree.has(path) && next(2) === 0) {
      removeTree(here);
      for (const p of [...tree.keys()]) {
        if (p === path || p.startsWith(`${path}/`)) tree.delete(p);
      }
    } else if (!tree.has(path) && next(3) === 0) {
      Deno.mkdirSync(here);
      tree.set(path, undefined);
    } else if (!tree.has(path) || tree.get(path) !== undefined) {
      const content = `${next(1000)}`;
      Deno.writeTextFileSync(here, content);
      tree.set(path, content);
    }
  }
}

function expected(a: Tree, b: Tree): string[] {
  const out: string[] = [];
  for (const path of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [x, y] = [a.get(path), b.get(path)];
    const end = (b.has(path) ? y : x) === undefined ? "/" : "";
    if (!a.has(path)) out.push(`+ ${path}${end}`);
    else if (!b.has(path)) out.push(`- ${path}${end}`);
    else if ((x === undefined) !== (y === undefined)) out.push(`T ${path}${end}`);
    else if (x !== y) out.push(`M ${path}${end}`);
  }
  return out;
}

Deno.test("random histories: ls, cat and diff at every point are what a model says", async () => {
  for (const seed of [7, 42]) {
    using place = new Place();
    const next = random(seed);
    const tree: Tree = new Map();
    const states: [string, Tree][] = [];
    for (let i = 0; i < 5; i++) {
      churn(place, tree, next);
      const { stamp } = await place.backup("--allow-mass-change");
      states.push([stamp, new Map(tree)]);
    }
    for (const rebuilt of [false, true]) {
      if (rebuilt) dropIndex(place.vault);
      for (const [at, state] of states) {
        const r = await run(["ls", place.vault, "--at", at, "--json"]);
        const paths = r.json.filter((m) => m.message_type === "entry").map((m) => m.path);
        assertEquals(paths, [...state.keys()].sort(), `seed ${seed}, ls at ${at}`);
      }
      for (const [i, [a, x]] of rebuilt ? [] : states.entries()) {
        const [b, y] = states[(i + 2) % states.length] ?? ["", new Map()];
        const got = changes(await run(["diff", place.vault, a, b, "--json"]));
        assertEquals(got, expected(x, y), `seed ${seed}, diff ${a} ${b}`);
      }
    }
    for (const [at, state] of states) {
      const [path, content] = [...state].findLast(([, c]) => c !== undefined) ?? ["", undefined];
      if (content === undefined) continue;
      assertEquals((await run(["cat", place.vault, path, "--at", at])).stdout, content);
    }
    churn(place, tree, next);
    const last = states.at(-1)?.[1] ?? new Map();
    const got = changes(await run(["diff", place.vault, "latest", "--source", "--json"]));
    assertEquals(got, expected(last, tree), `seed ${seed}, against the source`);
  }
});
