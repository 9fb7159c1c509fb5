/** Which file that is gone a new one was, where a look tells the same of many. */

import { assertEquals } from "@std/assert";
import { type SourceDifference, withMoves } from "../../src/engine/query/source_moves.ts";
import { bareVersion } from "../../src/vault/version.ts";
import { nameOf } from "../../src/base/relpath.ts";
import { entry } from "./backup_data.ts";

const SINCE = 20260101000000;

function gone(path: string, hash: string): SourceDifference {
  const was = bareVersion({ dir: "", name: path, type: "file", since: SINCE, size: 5, hash });
  return { path, type: "file", modifier: "-", was: { ...was, mtime: 7 } };
}

function came(path: string): SourceDifference {
  return {
    path,
    type: "file",
    modifier: "+",
    entry: entry(nameOf(path), "file", { size: 5, mtime: 7 }),
  };
}

/** New paths with where each came from; `hashes` by new path. */
function moves(all: SourceDifference[], hashes: Record<string, string>): string[] {
  return withMoves(all, (path) => hashes[path]).map((d) =>
    `${d.modifier} ${d.from ?? ""} ${d.path}`
  );
}

Deno.test("moves: of several copies the one of the same name is taken, then the first, each once", () => {
  const old = [gone("a/x", "1"), gone("a/y", "1"), gone("b/x", "1"), gone("c/z", "2")];
  const all = [...old, came("n/y"), came("n/q"), came("n/x"), came("n/r"), came("n/z")];
  const hashes = { "n/y": "1", "n/q": "1", "n/x": "1", "n/r": "1", "n/z": "2" };
  assertEquals(moves(all, hashes), [
    "R a/y n/y",
    "R a/x n/q",
    "R b/x n/x",
    "+  n/r",
    "R c/z n/z",
  ]);
});

Deno.test("moves: what cannot be read, or has other content, is new, and what nobody took is gone", () => {
  const all = [gone("a/x", "1"), gone("a/y", "2"), came("n/x"), came("n/y"), came("n/z")];
  assertEquals(moves(all, { "n/y": "3", "n/z": "2" }), [
    "-  a/x",
    "+  n/x",
    "+  n/y",
    "R a/y n/z",
  ]);
});

Deno.test("moves: nothing is read once all that looks alike is taken", () => {
  const read: string[] = [];
  withMoves([gone("a", "1"), came("m"), came("n")], (path) => {
    read.push(path);
    return "1";
  });
  assertEquals(read, ["m"]);
});
