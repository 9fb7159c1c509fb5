/** What a guard counts before it stops a run: all that is there, new directories too, and nothing that merely moved. */

import { assertEquals, assertMatch } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { planBackup } from "../../src/engine/backup/dry_run.ts";
import { makeTree, tempDir, type TreeSpec } from "../helpers/cli_helper.ts";
import { cutting } from "../helpers/cut_listing.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";

const MANY = 240;

/** So many files, each with a time of its own. */
function fill(dir: string, files = MANY): void {
  const tree: TreeSpec = {};
  for (let i = 0; i < files; i++) tree[`f${i}`] = `content ${i}`;
  makeTree(dir, tree);
  for (let i = 0; i < files; i++) Deno.utimeSync(`${dir}/f${i}`, 1_600_000_000, 1_600_000_000 + i);
}

async function stopped(source: string, vault: string): Promise<string | undefined> {
  const { outcomes } = await backUp(source, [vault], {}, { hours: 1 });
  return outcomes[0]?.failed?.message;
}

async function wouldStop(source: string, vault: string): Promise<string | undefined> {
  const messages: Message[] = [];
  await planBackup(enginePorts(messages), backupRequest(source, [vault], { dryRun: true }));
  return messages.flatMap((m) =>
    m.message_type === "note" && m.message.includes("would stop") ? [m.message] : []
  )[0];
}

Deno.test("guard: the only folder of a source, renamed: it is no emptied source, and nothing changed", async () => {
  using dir = tempDir();
  fill(dir.at("s", "photos"));
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.renameSync(dir.at("s", "photos"), dir.at("s", "Photos 2026"));
  assertEquals(await wouldStop(dir.at("s"), dir.at("v")), undefined);
  assertEquals(await stopped(dir.at("s"), dir.at("v")), undefined);
});

Deno.test("guard: other files in a new directory in the place of the old ones: it says what is new, changed and gone", async () => {
  using dir = tempDir();
  fill(dir.at("s", "photos"));
  makeTree(dir.at("s"), { "kept": "kept" });
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.removeSync(dir.at("s", "photos"), { recursive: true });
  makeTree(dir.at("s"), { other: { a: "a", deep: { b: "b", c: "c" } } });
  Deno.writeTextFileSync(dir.at("s", "kept"), "changed now");
  const said = /241 of the 241 files .*\(3 new, 1 changed, 240 gone\)/;
  assertMatch(await wouldStop(dir.at("s"), dir.at("v")) ?? "", said);
  assertMatch(await stopped(dir.at("s"), dir.at("v")) ?? "", said);
});

Deno.test("guard: a source that holds nothing any more is still an emptied one", async () => {
  using dir = tempDir();
  fill(dir.at("s", "photos"));
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.removeSync(dir.at("s", "photos"), { recursive: true });
  makeTree(dir.at("s"), { empty: {} });
  assertMatch(await stopped(dir.at("s"), dir.at("v")) ?? "", /the source is empty.*240 files/);
});

Deno.test("guard: files that moved and were changed on the way are a mass change", async () => {
  using dir = tempDir();
  fill(dir.at("s", "photos"));
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.renameSync(dir.at("s", "photos"), dir.at("s", "locked"));
  for (let i = 0; i < MANY; i++) {
    Deno.writeTextFileSync(dir.at("s", "locked", `f${i}`), `locked ${i}`);
  }
  assertMatch(await stopped(dir.at("s"), dir.at("v")) ?? "", /\(240 new, 0 changed, 240 gone\)/);
});

Deno.test("guard: contents that were scrambled under their old sizes and times are changes; new change times alone are none", async () => {
  using dir = tempDir();
  fill(dir.at("s"), 3 * MANY);
  // what changed within the second of a look is not believed
  const later = (): Promise<void> => new Promise((done) => setTimeout(done, 1100));
  const run = async (): Promise<string | undefined> =>
    (await backUp(dir.at("s"), [dir.at("v")])).outcomes[0]?.failed?.message;
  await later();
  assertEquals(await run(), undefined);
  // another change time: what a moved source has, or a new owner
  const names = [...Deno.readDirSync(dir.at("s"))].map(({ name }) => dir.at("s", name));
  for (const path of names) {
    const { mtime } = Deno.lstatSync(path);
    Deno.utimeSync(path, mtime ?? 0, mtime ?? 0);
  }
  await later();
  assertEquals(await run(), undefined);
  for (const path of names.slice(0, 2 * MANY)) {
    const { mtime, size } = Deno.lstatSync(path);
    Deno.writeTextFileSync(path, "?".repeat(size));
    Deno.utimeSync(path, mtime ?? 0, mtime ?? 0);
  }
  // the number is reckoned from a part of them
  const said = /[45]\d\d of the 720 files/;
  assertMatch(await wouldStop(dir.at("s"), dir.at("v")) ?? "", said);
  assertMatch(await run() ?? "", said);
});

Deno.test("guard: what a disk lists no more, and fails at, is not gone: the run goes on, and says that it cannot be seen", async () => {
  using dir = tempDir();
  fill(dir.at("s", "photos"));
  await backUp(dir.at("s"), [dir.at("v")]);
  Deno.writeTextFileSync(dir.at("s", "new"), "new");
  const fs = cutting(dir.at("s", "photos"), 30);
  const { outcomes, messages } = await backUp(dir.at("s"), [dir.at("v")], {}, { fs, hours: 1 });
  assertEquals([outcomes[0]?.failed, outcomes[0]?.errors], [undefined, 1]);
  const [summary] = messages.filter((m) => m.message_type === "summary");
  assertEquals([summary?.files_new, summary?.files_deleted], [1, 0]);
  // gone for sure, it is
  for (const { name } of [...Deno.readDirSync(dir.at("s", "photos"))].slice(0, 200)) {
    Deno.removeSync(dir.at("s", "photos", name));
  }
  assertMatch(await stopped(dir.at("s"), dir.at("v")) ?? "", /200 gone/);
});
