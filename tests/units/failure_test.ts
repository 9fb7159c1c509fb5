import { assert, assertEquals } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { nextStep } from "../../src/base/next_step.ts";
import { sourceHint, systemText, vaultNote } from "../../src/base/system_text.ts";
import {
  EndedElsewhere,
  isSecondary,
  packFailure,
  unpackFailure,
} from "../../src/engine/backup/failures.ts";
import { asFailure, placeOf } from "../../src/engine/failure.ts";
import { restoreTrouble } from "../../src/engine/restore/trouble.ts";
import { text } from "../../src/text/text.ts";

const HINTS = {
  ENOSPC: "make room",
  EDQUOT: "make room",
  EACCES: "as the user who owns",
  EROFS: "mount the disk writable",
  EIO: "check the disk",
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

Deno.test("of a target that cannot be written nothing is said about the vault", () => {
  for (const code of ["EACCES", "EPERM", "EROFS", "ENOSPC", "EIO"]) {
    const failure = asFailure(Object.assign(new Error("no"), { code }), "restore", "/t", true);
    assert(failure instanceof HikaeError);
    assert(!/vault|backups/.test(failure.hint ?? ""), failure.hint);
  }
});

Deno.test("the system's own words stand behind ours, never instead", () => {
  const said = (code: string, text: string): string =>
    systemText(Object.assign(new Error(text), { code }));
  assertEquals(
    said("EBUSY", "Der Prozess kann nicht auf die Datei zugreifen (os error 32): open 'a'"),
    "another program has it open (Der Prozess kann nicht auf die Datei zugreifen (os error 32): open 'a')",
  );
  assertEquals(said("ENOSPC", "no"), "the disk is full");
  assertEquals(said("EWHAT", "odd (os error 999)"), "odd (os error 999)");
  assertEquals(
    said("ENOTDIR", "list: a is no directory any more"),
    "list: a is no directory any more",
  );
  assertEquals(systemText(new HikaeError("changing", "kept changing")), "kept changing");
  const hint = sourceHint(Object.assign(new Error("x"), { code: "EBUSY" }));
  assert(hint?.includes("--snapshot-source"));
});

Deno.test("what a restore cannot write is about its target, all else about the vault", () => {
  const request = { vault: "/v", target: "/t" };
  assertEquals(placeOf(request, new Error("mkdir '/t/a'")), "/t");
  assertEquals(placeOf(request, new Error("open '/v/a'")), "/v");
  assertEquals(placeOf({ vault: "/v" }, new Error("open '/v/a'")), "/v");
  assertEquals(placeOf({}, new Error("x")), undefined);
});

Deno.test("a vault that another lane gave up is known by what it is, also from another thread", () => {
  const words = new HikaeError("failed", new EndedElsewhere().message);
  for (const [error, secondary] of [[new EndedElsewhere(), true], [words, false]] as const) {
    const back = unpackFailure(structuredClone(packFailure(error)));
    assertEquals([isSecondary(error), isSecondary(back)], [secondary, secondary]);
    assertEquals(back.message, error.message);
  }
  assertEquals(isSecondary(undefined), true);
});

Deno.test("EINVAL is the name's fault only where a call gave a name", () => {
  const at = { vault: "/v", target: "/t", windows: false };
  const hint = (call: string): string | undefined => {
    const said = `Invalid argument (os error 22): ${call}`;
    const thrown = Object.assign(new Error(said), { code: "EINVAL" });
    return restoreTrouble("a", "restore", thrown, at).hint;
  };
  const name = text("restore.name-hint");
  assertEquals([hint("open '/t/a'"), hint("rename '/t/x' -> '/t/a'")], [name, name]);
  assertEquals(hint("utime '/t/a'"), text("restore.reads-back-hint"));
  assertEquals(hint("utime '/elsewhere/a'"), text("next.either-disk"));
  assertEquals(hint("open '/v/a'"), undefined);
  assertEquals(nextStep("EINVAL", "vault"), text("next.vault-disk"));
});

Deno.test("what failed in a vault is noted with what to do about it", () => {
  const known = new HikaeError("damaged", "it is damaged", { hint: "put it back" });
  assertEquals(vaultNote("/v/r", known), "/v/r: it is damaged (put it back)");
  const bare = new HikaeError("damaged", "it is damaged");
  assertEquals(vaultNote("/v/r", bare), "/v/r: it is damaged");
});
