/** The design's words on flags: everywhere the same, none that is passed over. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeTree, run, type RunResult, type TempDir, tempDir } from "../helpers/cli_helper.ts";

/** A directory with a source, a vault of two snapshots and a config whose job `docs` has that vault. */
async function place(): Promise<TempDir> {
  const dir = tempDir();
  makeTree(dir.path, {
    source: { "a.txt": "a", "b.txt": "b" },
    "c.jsonc": JSON.stringify({ jobs: { docs: { source: "source", vaults: ["v"] } } }),
  });
  await hikae(dir, "backup", "source", "v", "-q");
  Deno.writeTextFileSync(dir.at("source", "a.txt"), "other");
  await hikae(dir, "backup", "source", "v", "-q");
  return dir;
}

function hikae(dir: TempDir, ...words: string[]): Promise<RunResult> {
  return run(words, { cwd: dir.path });
}

const LOOKS = [
  ["list", "v"],
  ["ls", "v"],
  ["diff", "v", "latest~1"],
  ["history", "v", "a.txt"],
];

Deno.test("--quiet leaves out what nobody asked for, and no answer", async () => {
  using dir = await place();
  for (const words of LOOKS) {
    const [quiet, plain] = [await hikae(dir, ...words, "-q"), await hikae(dir, ...words)];
    assertEquals(quiet.stdout, plain.stdout, words.join(" "));
    assertEquals([quiet.stdout === "", quiet.stderr], [false, ""], words.join(" "));
  }
  Deno.writeTextFileSync(dir.at("source", "c.txt"), "c");
  assertEquals((await hikae(dir, "backup", "source", "v", "--dry-run", "-q")).stdout, "+ c.txt\n");
  const preview = await hikae(dir, "prune", "v", "--keep-last", "1", "--dry-run", "-q");
  assertEquals(preview.stdout.match(/^remove /gm)?.length, 2, preview.stdout);
});

Deno.test("--quiet: what changes something says nothing when all is well", async () => {
  using dir = await place();
  Deno.writeTextFileSync(dir.at("source", "a.txt"), "again");
  for (
    const words of [
      ["backup", "source", "v"],
      ["job", "source", "v", "--interval", "1", "--duration", "1"],
      ["restore", "v", "--in-place", "--at", "latest~1"],
      ["prune", "v", "--keep-last", "1"],
      ["verify", "v"],
      ["reindex", "v"],
      ["snapshot", "take", "--target-directory", "source"],
      ["snapshot", "prune", "--snapshot-number", "1"],
    ]
  ) {
    const { code, stdout, stderr } = await hikae(dir, ...words, "--quiet");
    assertEquals([code, stdout, stderr], [0, "", ""], words.join(" "));
  }
});

Deno.test("what holds everywhere may stand before the command too", async () => {
  using dir = await place();
  for (
    const words of [
      ["--config", "c.jsonc", "list", "docs"],
      ["--config=c.jsonc", "--vault", "v", "list", "docs"],
      ["config", "--config", "c.jsonc", "check"],
      ["snapshot", "--snapshots-directory", "nowhere", "list"],
    ]
  ) {
    const { code, stderr } = await hikae(dir, "--json", ...words);
    assertEquals(code, 0, words.join(" ") + stderr);
  }
});

Deno.test("an argument that a command does not take is wrong usage, not passed over", async () => {
  using dir = await place();
  for (
    const words of [
      ["list", "v"],
      ["cleanup", "v", "--max-retention", "0s"],
      ["prune", "v", "--keep-last", "1"],
      ["verify", "v", "--repair"],
      ["reindex", "v"],
      ["ls", "v", "a.txt"],
      ["report", "v"],
    ]
  ) {
    const { code, stdout, stderr } = await hikae(dir, ...words, "other");
    assertEquals([code, stdout], [2, ""], words.join(" "));
    assertStringIncludes(stderr, '"other" is one argument too many');
  }
  for (const words of [["init"], ["index", "list"]]) {
    const { code, stdout, stderr } = await hikae(dir, ...words, "other");
    assertEquals([code, stdout], [2, ""], words.join(" "));
    assertStringIncludes(stderr, `${words.join(" ")}: "other" is one argument too many`);
  }
  const { json } = await hikae(dir, "list", "v", "--json");
  assertEquals(json.filter((m) => m.message_type === "snapshot").length, 2);
  // what is to be typed instead is a command that there is
  const { stderr } = await hikae(dir, "bundle", "create");
  assertMatch(
    stderr,
    /bundle create: missing VAULT\n {2}type hikae bundle create VAULT --to WHERE/,
  );
});

Deno.test("an empty argument, as of a variable that is not set, is no path: exit 2, nothing is done", async () => {
  using dir = tempDir();
  makeTree(dir.path, { source: { "a.txt": "a" } });
  for (
    const words of [
      ["backup", "", "v"],
      ["backup", "source", ""],
      ["list", ""],
      ["job", "source", "", "--interval", "1"],
    ]
  ) {
    const { code, stderr } = await hikae(dir, ...words);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, "an argument is empty");
  }
  assertEquals(Deno.readDirSync(dir.path).toArray().map((e) => e.name), ["source"]);
});
