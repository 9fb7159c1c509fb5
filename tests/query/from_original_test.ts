/** A file's own path where a vault is expected: hikae finds the vaults that hold it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  isThere,
  makeTree,
  read,
  run,
  summary,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";
import { NO_TERMINAL, onTerminal } from "../helpers/terminal_helper.ts";

/** A source of two runs in `vault`: `notes.txt` changed, `docs/gone.txt` deleted. A state directory of its own. */
async function world(): Promise<TempDir & { env: Record<string, string> }> {
  const dir = tempDir();
  const env = { HIKAE_STATE_DIR: dir.at("state") };
  makeTree(dir.path, { source: { "notes.txt": "old", docs: { "gone.txt": "g" }, s: { f: "f" } } });
  await backup(dir.at("source"), dir.at("vault"), env);
  Deno.writeTextFileSync(dir.at("source/notes.txt"), "newer");
  Deno.removeSync(dir.at("source/docs"), { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await backup(dir.at("source"), dir.at("vault"), env);
  return Object.assign(dir, { env });
}

async function backup(source: string, vault: string, env: Record<string, string>): Promise<void> {
  const done = await run(["backup", source, vault], { env });
  assertEquals(done.code, 0, done.stderr);
}

Deno.test("history, cat, ls and diff take the original's own path, also of what is deleted", async () => {
  using dir = await world();
  const { env } = dir;
  const life = await run(["history", dir.at("source/notes.txt"), "--json"], { env });
  assertEquals(life.code, 0, life.stderr);
  assertEquals(life.json.filter((m) => m.message_type === "version").length, 2);
  const gone = await run(["history", dir.at("source/docs/gone.txt"), "--json"], { env });
  assertEquals(gone.json.find((m) => m.message_type === "version")?.state, "deleted");
  assertEquals((await run(["cat", dir.at("source/notes.txt")], { env })).stdout, "newer");
  const bare = await run(["cat", "notes.txt"], { env, cwd: dir.at("source") });
  assertEquals(bare.stdout, "newer", bare.stderr);
  const inside = await run(["ls", dir.at("source/s"), "--json"], { env });
  assert(inside.json.some((m) => m.path === "s/f"), inside.stdout + inside.stderr);
  const all = await run(["ls", dir.at("source"), "--json"], { env });
  assert(all.json.some((m) => m.path === "notes.txt"), all.stdout + all.stderr);
  const diff = await run(["diff", dir.at("source/notes.txt"), "--json"], { env });
  assertEquals(diff.json.filter((m) => m.message_type === "change").map((m) => m.path), [
    "notes.txt",
  ]);
});

Deno.test("restore brings an original back in place, or its versions elsewhere", async () => {
  using dir = await world();
  const { env } = dir;
  const first = (await run(["list", dir.at("vault"), "--json"], { env })).json
    .find((m) => m.message_type === "snapshot");
  const at = String(first?.stamp);
  const place = [dir.at("source/notes.txt"), dir.at("source/docs/gone.txt")];
  const back = await run(["restore", ...place, "--at", at, "--in-place", "--json"], { env });
  assertEquals(back.code, 0, back.stderr);
  assertEquals(summary(back).vault, dir.at("vault"));
  assertEquals(read(dir.at("source/notes.txt")), "old");
  assertEquals(read(dir.at("source/docs/gone.txt")), "g");
  const to = await run(
    ["restore", `${dir.at("source/notes.txt")}@${at}`, "--to", dir.at("out")],
    { env },
  );
  assertEquals(to.code, 0, to.stderr);
  assertEquals(read(dir.at("out/notes.txt")), "old");
  const mixed = await run(["restore", place[0] ?? "", dir.at("else"), "--in-place"], { env });
  assertEquals(mixed.code, 2, mixed.stderr);
});

Deno.test("of several vaults the newest that holds it answers, and the others are named", async () => {
  using dir = await world();
  const { env } = dir;
  Deno.renameSync(dir.at("source/s"), dir.at("kept"));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await backup(dir.at("source"), dir.at("second"), env);
  const newest = await run(["history", dir.at("source/notes.txt")], { env });
  assertStringIncludes(newest.stdout, `in ${dir.at("second")}`);
  assertEquals(newest.stderr.trim(), `also in ${dir.at("vault")}`);
  const content = await run(["cat", dir.at("source/notes.txt")], { env });
  assertStringIncludes(content.stderr, `in ${dir.at("second")}; also in ${dir.at("vault")}`);
  // what the newest never had is looked for in the next
  const older = await run(["history", dir.at("source/s/f"), "--json"], { env });
  assertEquals(older.code, 0, older.stderr);
  Deno.renameSync(dir.at("vault"), dir.at("away"));
  const there = await run(["history", dir.at("source/notes.txt")], { env });
  assertStringIncludes(there.stderr, `${dir.at("vault")} (not plugged in)`);
  Deno.renameSync(dir.at("second"), dir.at("away too"));
  const none = await run(["history", dir.at("source/notes.txt")], { env });
  assertEquals(none.code, 10);
  assertStringIncludes(none.stderr, dir.at("vault"));
});

Deno.test("an answer says once in which vault it is, and advice names the vault that can be typed", async () => {
  using dir = await world();
  const { env } = dir;
  const life = await run(["history", dir.at("source/notes.txt")], { env });
  assertEquals(`${life.stdout}${life.stderr}`.split(`in ${dir.at("vault")}`).length, 2);
  const [gone, out] = [dir.at("source/docs/gone.txt"), dir.at("out")];
  const own = await run(["restore", gone, "--to", out], { env });
  assertStringIncludes(own.stderr, `hikae restore ${dir.at("vault")} "docs/gone.txt@`);
  const typed = ["restore", "vault", "docs/gone.txt", "--to", out];
  const named = await run(typed, { env, cwd: dir.path });
  assertStringIncludes(named.stderr, 'hikae restore vault "docs/gone.txt@');
});

Deno.test("a file that no known vault holds is said so", async () => {
  using dir = await world();
  Deno.writeTextFileSync(dir.at("stranger"), "");
  const r = await run(["cat", dir.at("stranger")], { env: dir.env });
  assertEquals(r.code, 10);
  assertStringIncludes(r.stderr, "no backup that this machine knows");
});

/** `vault` is itself backed up, into `copies`. */
async function nested(): Promise<Awaited<ReturnType<typeof world>>> {
  const dir = await world();
  Deno.mkdirSync(dir.at("drive"));
  Deno.renameSync(dir.at("vault"), dir.at("drive/vault"));
  await backup(dir.at("drive"), dir.at("copies"), dir.env);
  return dir;
}

Deno.test("what could be a vault's or a source's file is not guessed: exit 2 names both readings", async () => {
  using dir = await nested();
  const { env } = dir;
  const r = await run(["cat", dir.at("drive/vault/notes.txt")], { env });
  assertEquals(r.code, 2, r.stdout + r.stderr);
  assertStringIncludes(r.stderr, dir.at("drive/vault"));
  assertStringIncludes(r.stderr, `hikae cat ${dir.at("copies")} vault/notes.txt`);
  const out = dir.at("out");
  assertEquals((await run(["restore", dir.at("drive/vault"), "--to", out], { env })).code, 2);
  assert(!isThere(out), "nothing is written");
  // a path beside it says that the vault is meant
  assertEquals((await run(["cat", dir.at("drive/vault"), "notes.txt"], { env })).stdout, "newer");
});

Deno.test({
  name: "in a terminal it is asked",
  ignore: NO_TERMINAL,
  fn: async () => {
    using dir = await nested();
    const shown = await onTerminal(dir, ["hikae cat drive/vault/notes.txt"], dir.env, "2\n");
    assertStringIncludes(shown, "Which one?");
    assertStringIncludes(shown, "newer");
  },
});
