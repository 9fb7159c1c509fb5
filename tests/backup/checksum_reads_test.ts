/** Under `--checksum` everything is read, and nothing twice: what the look hashed the writing believes. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import type { Message } from "../../src/base/event.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { makeTree, type TempDir, tempDir, write } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";

type Line = Record<string, unknown>;

const POSIX = Deno.build.os !== "windows";

/** One run with a clock that is ahead, so that what was just written is believed. */
async function hashing(
  dir: TempDir,
  later: number,
  vaults = [dir.at("vault")],
  onOpen: (path: string) => void = () => {},
): Promise<{ reads: string[]; summaries: Line[] }> {
  const source = dir.at("source");
  const reads: string[] = [];
  const fs: FileSystem = {
    ...denoFs,
    open: (path, options) => {
      onOpen(path);
      if (path.startsWith(source) && options.write !== true) {
        reads.push(path.slice(source.length + 1));
      }
      return denoFs.open(path, options);
    },
  };
  const messages: Message[] = [];
  const now = Date.now() + later * 60_000;
  const ports = { ...enginePorts(messages, fs), clock: { now: () => now } };
  const request = backupRequest(source, vaults, { checksum: true });
  for (const { failed } of await backup(ports, request)) assertEquals(failed, undefined);
  const summaries = messages.filter((m) => m.message_type === "summary") as Line[];
  return { reads: reads.sort(), summaries };
}

Deno.test("--checksum: a directory in which one file changed has its other files read once, for all vaults", async () => {
  using dir = tempDir();
  makeTree(dir.at("source"), { d: { a: "1", b: "2", c: "3" }, e: { f: "4" } });
  const vaults = [dir.at("vault"), dir.at("other")];
  await hashing(dir, 1, vaults);
  assertEquals((await hashing(dir, 2, vaults)).reads, ["d/a", "d/b", "d/c", "e/f"].map(native));
  write(dir.at("source", "d", "b"), "changed");
  const changed = await hashing(dir, 3, vaults);
  assertEquals(changed.reads, ["d/a", "d/b", "d/c", "e/f"].map(native));
  for (const s of changed.summaries) {
    assertEquals([s.files_changed, s.files_unmodified, s.errors], [1, 3, 0]);
  }
});

Deno.test("--checksum: what changed between the look and the writing is read again", async () => {
  using dir = tempDir();
  makeTree(dir.at("source"), { d: { a: "1", b: "2" } });
  await hashing(dir, 1);
  write(dir.at("source", "d", "b"), "changed");
  let between = false;
  const { reads, summaries } = await hashing(dir, 2, undefined, (path) => {
    // the run's record: the look is over
    if (between || !path.includes("$TMP@begun")) return;
    between = true;
    write(dir.at("source", "d", "new"), "x");
    Deno.renameSync(dir.at("source", "d", "new"), dir.at("source", "d", "a"));
  });
  assertEquals(reads, ["d/a", "d/a", "d/b"].map(native));
  assertEquals(summaries[0]?.files_changed, 2);
  assertEquals(Deno.readTextFileSync(dir.at("vault", "d", "a")), "x");
});

Deno.test({
  name: "--checksum: links that point where they did need no writing, one that does not is seen",
  ignore: !POSIX,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("source"), { d: { a: "1" } });
    const link = dir.at("source", "d", "link");
    Deno.symlinkSync("a", link);
    await hashing(dir, 1);
    const metadata = dir.at("vault", "d", ".$META$", "metadata.txt");
    const before = Deno.statSync(metadata);
    const again = await hashing(dir, 2);
    assertEquals(again.reads, ["d/a"]);
    assertEquals(again.summaries[0]?.files_unmodified, 2);
    assertEquals(Deno.statSync(metadata).ino, before.ino, "nothing was written");
    Deno.removeSync(link);
    Deno.symlinkSync("b", link);
    assertEquals((await hashing(dir, 3)).summaries[0]?.files_changed, 1);
  },
});

function native(path: string): string {
  return join(...path.split("/"));
}
