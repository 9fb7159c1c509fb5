import { assert, assertEquals } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { asFailure, placeOf } from "../../src/engine/failure.ts";

const HINTS = {
  ENOSPC: "make room",
  EDQUOT: "make room",
  EACCES: "as the user whose",
  EROFS: "mount the disk writable",
  EIO: "see that the disk is well",
};

for (const [code, hint] of Object.entries(HINTS)) {
  Deno.test(`${code} ends a command with a hint that helps`, () => {
    const thrown = Object.assign(new Error("no"), { code });
    const failure = asFailure(thrown, "list", "/v");
    assert(failure instanceof HikaeError);
    assertEquals([failure.id, failure.path, failure.cause], ["failed", "/v", thrown]);
    assert(failure.hint?.startsWith(hint) || failure.hint?.includes(hint), failure.hint);
    assert((failure.hint?.length ?? 99) <= 78, "fits a line");
  });
}

Deno.test("what a restore cannot write is about its target, all else about the vault", () => {
  const request = { vault: "/v", target: "/t" };
  assertEquals(placeOf(request, new Error("mkdir '/t/a'")), "/t");
  assertEquals(placeOf(request, new Error("open '/v/a'")), "/v");
  assertEquals(placeOf({ root: "/v" }, new Error("open '/v/a'")), "/v");
  assertEquals(placeOf(undefined, new Error("x")), undefined);
});
