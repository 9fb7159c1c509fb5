/** What an index and the last record know of a check of content, and which of them counts. */

import { assertEquals } from "@std/assert";
import {
  type CheckedShare,
  knownShare,
  shareIn,
} from "../../src/engine/verify/remembered_share.ts";
import type { Catalog } from "../../src/vault/catalog.ts";

const NONE: CheckedShare = { share: 0, oldest: null, damaged: 0 };
const OWN: CheckedShare = { share: 0.5, oldest: 7, damaged: 0 };
const TOLD: CheckedShare = { share: 1, oldest: 3, damaged: 2 };

/** An index in which `kept` was kept of a check. */
function index(kept?: string): Catalog {
  return { meta: () => kept } as Partial<Catalog> as Catalog;
}

Deno.test("knownShare: an index counts by what it knows, the record only where that is nothing at all", () => {
  const table: [
    string,
    CheckedShare,
    string | undefined,
    CheckedShare | undefined,
    CheckedShare,
  ][] = [
    ["versions are checked", OWN, undefined, TOLD, OWN],
    ["a new index", NONE, undefined, TOLD, TOLD],
    ["a new index of a vault that nobody checked", NONE, undefined, undefined, NONE],
    ["all that were checked were let go", NONE, "{}", TOLD, NONE],
    ["damage alone is known", { ...NONE, damaged: 1 }, undefined, TOLD, { ...NONE, damaged: 1 }],
  ];
  for (const [what, own, kept, recorded, known] of table) {
    assertEquals(knownShare(index(kept), () => own, () => recorded), known, what);
  }
});

Deno.test("shareIn: times come as text or number, and what makes no sense is nothing", () => {
  const time = "2026-05-01T12:00:00.000Z";
  assertEquals(shareIn({ share: 1, oldest: time, damaged: 1 }), {
    share: 1,
    oldest: Date.parse(time),
    damaged: 1,
  });
  assertEquals(shareIn({ share: 0, oldest: "soon", damaged: 1 }), {
    share: 0,
    oldest: null,
    damaged: 1,
  });
  // where nobody has checked anything, no share is known
  const unchecked = [{ share: 1, oldest: null, damaged: 0 }, { share: 1, oldest: "soon" }];
  for (const value of [null, 1, "share", {}, { share: "1" }, ...unchecked]) {
    assertEquals(shareIn(value), undefined);
  }
});
