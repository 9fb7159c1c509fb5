/** A damaged record is looked for among what may have been there, within bounds. */

import { assertEquals } from "@std/assert";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { sha256Of } from "../../src/platform/hash.ts";
import { searchRecord, type ToldLine } from "../../src/vault/record_search.ts";

const HEAD = '{"kind":"run","format":2}';

function line(i: number, size: number): string {
  return JSON.stringify({ kind: "version", path: `f${i}`, type: "file", size, why: "new" });
}

/** So many lines that are told in two ways each. */
function told(count: number): ToldLine[] {
  return Array.from({ length: count }, (_, i) => ({
    path: `f${i}`,
    key: `begin\0f${i}`,
    texts: [line(i, 1), line(i, 2)],
  }));
}

Deno.test("record search: lines that are lost are found in whichever ways they were written", () => {
  const was = `${[HEAD, line(0, 2), line(1, 1), line(2, 2)].join("\n")}\n`;
  const sought = { sha256: sha256Of(utf8(was)), head: HEAD, told: told(3) };
  const found = searchRecord(sha256Of, utf8(`${HEAD}\n`), sought);
  assertEquals(found && fromUtf8(found), was);
});

Deno.test("record search: where very many ways are possible it is given up, and they are never there all at once", () => {
  // 2^60 of them
  const sought = { sha256: "0".repeat(64), head: HEAD, told: told(60) };
  let tries = 0;
  const hashOf = (): string => `${tries++}`;
  assertEquals(searchRecord(hashOf, utf8(`${HEAD}\n`), sought), undefined);
  assertEquals(tries > 1000 && tries < 1_000_000, true, `${tries}`);
});
