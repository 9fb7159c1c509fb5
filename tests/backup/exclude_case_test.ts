/** Exclude patterns tell letters by case where the source's disk does: it is asked, and no other disk. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { planBackup } from "../../src/engine/backup/dry_run.ts";
import { compileRules, ignoresCase } from "../../src/engine/source/rules.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { caseless } from "../helpers/caseless.ts";
import { listTree, makeTree, record, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";

const living = (vault: string): string[] =>
  listTree(vault).filter((p) => !p.includes(".$META$") && !p.endsWith("/"));

const notes = (messages: Message[]): [string, string][] =>
  messages.flatMap((m) =>
    m.message_type === "note" && m.pattern ? [[m.pattern, m.path ?? ""]] : []
  );

/** A disk that tells case, whatever the real one does. */
const telling = (fs: FileSystem): FileSystem => ({
  ...fs,
  lstat: (path) => {
    const [, dir = "", name = ""] = /^(.*)[\\/]([^\\/]*)$/.exec(path) ?? [];
    if (dir !== "" && !fs.list(dir).some((e) => e.name === name)) {
      throw Object.assign(new Error(`lstat: ${path}`), { code: "ENOENT" });
    }
    return fs.lstat(path);
  },
});

Deno.test("excludes match in either case where the source's disk does not tell it", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { "a.txt": "1", "B.TXT": "2", makefile: "3", c: "4", d: { "NoBackup": "" } });
  const messages: Message[] = [];
  const ports = enginePorts(messages, caseless(denoFs, dir.path));
  const rules = { exclude: ["*.TXT", "Makefile"], excludeIfPresent: [".x", "nobackup"] };
  const [outcome] = await backup(ports, backupRequest(source, [vault], { rules }));
  assertEquals(outcome?.failed, undefined);
  assertEquals(living(vault), ["c"]);
  assertEquals(notes(messages), []);
  const [head] = record(vault);
  assertEquals((head?.options as { ignoreCase?: boolean }).ignoreCase, true);
});

Deno.test({
  name: "on a source that tells case a vault that does not changes nothing of excludes",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, { Makefile: "1", "x.txt": "2", sub: { makefile: "3", "Y.TXT": "4" } });
    const messages: Message[] = [];
    const folding = caseless(denoFs, vault);
    const ports = enginePorts(messages, folding);
    const rules = { exclude: ["Makefile", "*.txt"] };
    const [outcome] = await backup(ports, backupRequest(source, [vault], { rules }));
    assertEquals(outcome?.failed, undefined);
    assertEquals(living(vault), ["sub/Y.TXT", "sub/makefile"]);
    assertEquals(notes(messages).sort(), [["*.txt", "sub/Y.TXT"], ["Makefile", "sub/makefile"]]);
    const [note] = messages.filter((m) => m.message_type === "note");
    assertStringIncludes(String(note?.message), "letter case");
    assertEquals("ignoreCase" in (record(vault)[0]?.options as object), false);
  },
});

Deno.test({
  name: "a dry run says the same of letter case, once for two vaults",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using dir = tempDir();
    const source = dir.at("source");
    makeTree(source, { makefile: "1", d: { MAKEFILE: "2" } });
    const vaults = [dir.at("v1"), dir.at("v2")];
    const messages: Message[] = [];
    const request = backupRequest(source, vaults, {
      rules: { exclude: ["Makefile"] },
      dryRun: true,
    });
    await planBackup(enginePorts(messages), request);
    assertEquals(notes(messages).length, 1);
  },
});

Deno.test("the disk is asked with a name that has a letter, however deep", () => {
  using dir = tempDir();
  makeTree(dir.path, { "1": { "2": { "3": { x: "" } } }, "4": "" });
  const windows = SEPARATOR === "\\";
  assertEquals(ignoresCase(caseless(denoFs, dir.path), dir.path, SEPARATOR), true);
  assertEquals(ignoresCase(telling(denoFs), dir.path, SEPARATOR), false);
  Deno.removeSync(join(dir.path, "1", "2", "3", "x"));
  assertEquals(ignoresCase(caseless(denoFs, dir.path), dir.path, SEPARATOR), windows);
});

Deno.test("a name in both cases is a disk that tells them, and one that went says nothing", () => {
  using dir = tempDir();
  const listing = (names: string[], there: string[]): FileSystem => ({
    ...denoFs,
    list: () => names.map((name) => ({ name, type: "file" as const })),
    lstat: (path) => {
      if (there.some((name) => path.endsWith(SEPARATOR + name))) return denoFs.lstat(dir.path);
      throw Object.assign(new Error("lstat"), { code: "ENOENT" });
    },
  });
  assertEquals(ignoresCase(listing(["a", "A"], ["a", "A"]), dir.path, SEPARATOR), false);
  assertEquals(ignoresCase(listing(["gone", "b"], ["b", "B"]), dir.path, SEPARATOR), true);
  assertEquals(ignoresCase(listing(["gone", "b"], ["b"]), dir.path, SEPARATOR), false);
});

Deno.test("the note of letter case comes once for each pattern, and not for what is left out anyway", () => {
  const told: [string, string][] = [];
  const rules = {
    exclude: ["*.TXT", "*.tmp", "Cache/", "!Cache/"],
    excludeIfPresent: [],
    oneFileSystem: false,
  };
  const { excludes } = compileRules(rules, [], (...note) => void told.push(note));
  assert(excludes("x.TXT", false));
  for (const path of ["a.txt", "b.txt", "c", "d/e.Txt"]) assert(!excludes(path, false), path);
  assert(!excludes("cache", true));
  assert(!excludes("A.TMP", false));
  assertEquals(told, [["*.TXT", "a.txt"], ["*.tmp", "A.TMP"]]);
});
