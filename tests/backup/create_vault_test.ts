/** Making a vault, while somebody else makes it too. */

import { assertEquals, assertThrows } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { makeVaultDirs } from "../../src/vault/create.ts";
import type { VaultPorts } from "../../src/vault/vault.ts";
import { listTree, tempDir } from "../helpers/cli_helper.ts";

/** Ports whose every `mkdir` finds that somebody was there a moment before. */
function late(before: (path: string) => void): VaultPorts {
  return {
    fs: tapFs(denoFs, ({ op, path }, work) => {
      if (op === "mkdir") before(path);
      return work();
    }),
    newHash: sha256,
    hashOf: sha256Of,
    newId: () => crypto.randomUUID(),
    openDatabase: () => {
      throw new Error("no catalog is needed");
    },
    separator: SEPARATOR,
  };
}

Deno.test("two first runs at once: whoever makes the directories, both go on to the lock", () => {
  using dir = tempDir();
  makeVaultDirs(late((path) => Deno.mkdirSync(path)), dir.at("vault"));
  assertEquals(listTree(dir.path), ["vault/", "vault/.$META$/"]);
});

Deno.test("a file that comes into the place of a new vault is no vault", () => {
  using dir = tempDir();
  const write = (path: string): void => Deno.writeTextFileSync(path, "");
  assertThrows(() => makeVaultDirs(late(write), dir.at("vault")), Deno.errors.AlreadyExists);
  assertEquals(Deno.readTextFileSync(join(dir.path, "vault")), "");
});
