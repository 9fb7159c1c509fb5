/** What a run remembers of files that moved stays small, and what it tells of them stays the same. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Balances } from "../../src/base/balances.ts";
import { Fingerprints } from "../../src/base/fingerprints.ts";
import { ForetoldMoves } from "../../src/engine/backup/share/foretold_moves.ts";
import type { SourceEntry } from "../../src/engine/source/source_dir.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { chanceFrom } from "../faults/suites.ts";

const INFO = denoFs.lstat(fromFileUrl(import.meta.url));

function file(name: string, size: number, mtime: number): SourceEntry {
  return { name, type: "file", excluded: false, info: { ...INFO, size, mtime } };
}

/** Meets ends in a random order: a size and time is met again now and then. */
function meet(moves: ForetoldMoves, n: number, seed: number): number {
  const below = chanceFrom(seed);
  let most = 0;
  for (let i = 0; i < n; i++) {
    const [size, mtime] = [5_000 + below(40), 1e12 + below(40)];
    const name = `${below(50)}`;
    if (below(2) === 0) moves.gone(`old/${name}`, size, mtime, "h");
    else moves.added(`new/${name}`, file(name, size, mtime));
    most = Math.max(most, moves.waiting);
  }
  return most;
}

Deno.test("foretold moves: where few paths are remembered by name, as many moves are counted, with as many bytes", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const [all, few] = [new ForetoldMoves(true), new ForetoldMoves(true, { named: 7 })];
    const most = meet(all, 3_000, seed);
    assertEquals(meet(few, 3_000, seed), 7);
    assert(most > 100, `${most} waited at once`);
    assertEquals([few.count, few.shared], [all.count, all.shared]);
    assert(all.takePairs().length > 7);
    assert(few.takePairs().length <= 7);
  }
});

Deno.test("foretold moves: a whole tree of which no path is remembered is counted, and pairs that nobody asks for are not kept", () => {
  const moves = new ForetoldMoves(false, { named: 10 });
  for (let i = 0; i < 5_000; i++) moves.added(`b/${i}`, file(`${i}`, i, 1e12 + i));
  for (let i = 0; i < 5_000; i++) moves.gone(`a/${i}`, i, 1e12 + i, "h");
  assertEquals([moves.count, moves.waiting, moves.takePairs().length], [5_000, 0, 0]);
  // what went after all of it is no move
  moves.gone("a/last", 1, 1e12 + 1, "h");
  assertEquals(moves.count, 5_000);
});

Deno.test("foretold moves: of many files of one size and time each is paired with the one of its name, whatever the order", () => {
  for (const named of [10_000, 300]) {
    const moves = new ForetoldMoves(true, { named });
    for (let i = 0; i < 1_000; i++) moves.added(`b/${i}`, file(`${i}`, 50, 1e12));
    for (let i = 0; i < 1_000; i++) moves.gone(`a/${i}`, 50, 1e12, `${i}`);
    assertEquals([moves.count, moves.waiting], [1_000, 0]);
    const pairs = moves.takePairs();
    assertEquals(pairs.length, Math.min(named, 1_000));
    assertEquals(pairs.filter(({ to, hash }) => to !== `b/${hash}`), []);
    assertEquals(moves.samples().filter(({ path, hashes }) => !hashes.has(path.slice(2))), []);
  }
});

Deno.test("foretold moves: where no pair has both its names, some that may be one file are read", () => {
  const moves = new ForetoldMoves(false, { named: 10 });
  for (let i = 0; i < 1_000; i++) moves.added(`b/${i}.locked`, file(`${i}.locked`, 50, 1e12));
  for (let i = 0; i < 900; i++) moves.gone(`a/${i}`, 50, 1e12, `${i}`);
  assertEquals(moves.count, 900);
  assertEquals(moves.samples().length, 256);
});

Deno.test("foretold moves: so many directories are told apart, and the moves between all others are one number", () => {
  const moves = new ForetoldMoves(true, { directories: 3 });
  for (let i = 0; i < 10; i++) {
    for (let n = 0; n < 2; n++) {
      moves.gone(`from-${i}/${n}`, i, n, "h");
      moves.added(`to-${i}/x${n}`, file(`x${n}`, i, n));
    }
  }
  assertEquals(moves.directories().map(({ from, to, n }) => `${from} ${to} ${n}`), [
    "from-0 to-0 2",
    "from-1 to-1 2",
    "from-2 to-2 2",
  ]);
  assertEquals([moves.elsewhere, moves.count], [14, 20]);
});

Deno.test("balances: numbers kept by two numbers are those of a map, in twelve bytes a slot", () => {
  const below = chanceFrom(3);
  const [balances, map] = [new Balances(), new Map<string, number>()];
  for (let i = 0; i < 20_000; i++) {
    const [a, b] = [below(90) - 1, below(5) === 0 ? NaN : below(90) / 8];
    const n = below(5) - 2;
    assert(balances.add(a, b, n));
    map.set(`${a} ${b}`, (map.get(`${a} ${b}`) ?? 0) + n);
  }
  for (const [key, n] of map) {
    const [a, b] = key.split(" ").map(Number) as [number, number];
    assertEquals(balances.of(a, b), n);
  }
  assertEquals(balances.of(1, 1e9), 0);
  assert(balances.bytes <= 16_384 * 12, `${balances.bytes}`);
});

Deno.test("balances: where there is no room for another pair, those that are known are kept up", () => {
  const balances = new Balances(1_024);
  const taken = Array.from({ length: 2_000 }, (_, i) => balances.add(i, i, 1));
  assertEquals(taken.lastIndexOf(true), 767);
  assert(balances.add(5, 5, -1));
  assertEquals([balances.of(5, 5), balances.of(6, 6), balances.of(1_999, 1_999)], [0, 1, 0]);
  assertEquals(balances.bytes, 1_024 * 12);
});

Deno.test("fingerprints: each of many paths is new once", () => {
  const prints = new Fingerprints();
  const path = (i: number): string => `photos/${i % 37}/${i >> 7}/IMG_${i}.jpg`;
  for (let i = 0; i < 60_000; i++) assert(prints.add(path(i)));
  for (let i = 0; i < 60_000; i += 7) assert(!prints.add(path(i)));
  assert(prints.bytes <= 60_000 * 20, `${prints.bytes}`);
});
