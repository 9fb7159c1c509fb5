/** Vaults that programs of the past made open for ever: what they answered then they answer now. */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { type Answers, answersOf } from "./frozen_answers.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { reindex } from "../../src/engine/maintain/reindex.ts";
import { dropIndex } from "../helpers/index_helper.ts";

const VAULTS = fromFileUrl(new URL("../testdata/vaults", import.meta.url));
const VERSIONS = [...Deno.readDirSync(VAULTS)].filter((e) => e.isDirectory).map((e) => e.name);

/** Unpacks a frozen vault; gives what it answered when it was made. */
async function thaw(version: string, into: string): Promise<{ vault: string; then: Answers }> {
  const archive = join(VAULTS, version, "vault.tar.gz");
  const args = ["-xzpf", archive, "-C", into];
  if (Deno.build.os !== "windows") args.unshift("--no-same-owner");
  const { success, stderr } = await new Deno.Command("tar", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const text = Deno.readTextFileSync(join(VAULTS, version, "answers.json"));
  return { vault: join(into, "vault"), then: JSON.parse(text) as Answers };
}

/** Compares answer by answer, so that a difference is small enough to read. */
function same(now: Answers, then: Answers): void {
  assertEquals(Object.keys(now).sort(), Object.keys(then).sort());
  for (const [question, answer] of Object.entries(then)) {
    assertEquals(now[question], answer, question);
  }
}

for (const version of VERSIONS) {
  const ignore = Deno.build.os === "windows";
  Deno.test(
    { name: `frozen vault ${version}: list, ls, cat, history, restore, verify`, ignore },
    async () => {
      using dir = tempDir();
      const { vault, then } = await thaw(version, dir.path);
      same(await answersOf(vault, dir.at("restored")), then);
    },
  );

  Deno.test({
    name: `frozen vault ${version}: the same without its catalog, and reindexed`,
    ignore,
  }, async () => {
    using dir = tempDir();
    const { vault, then } = await thaw(version, dir.path);
    dropIndex(vault);
    same(await answersOf(vault, dir.at("from records")), then);
    const request = { root: vault, given: vault, host: "test", pid: 1 };
    assertEquals(reindex(enginePorts(), request), { errors: 0 });
    same(await answersOf(vault, dir.at("from the new catalog")), then);
  });

  Deno.test(
    { name: `frozen vault ${version}: the next backup goes on where it ended`, ignore },
    async () => {
      using dir = tempDir();
      const { vault, then } = await thaw(version, dir.path);
      await answersOf(vault, dir.at("restored"));
      const newest = Object.keys(then).filter((k) => k.startsWith("restored ")).sort().at(-1) ?? "";
      const source = dir.at("restored", newest.slice("restored ".length));
      const { outcomes, messages } = await backUp(source, [vault]);
      assertEquals(outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]]);
      const summary = messages.find((m) => m.message_type === "summary") as Record<string, unknown>;
      const { files_new, files_changed, files_deleted, files_repaired } = summary;
      assertEquals([files_new, files_changed, files_deleted, files_repaired], [0, 0, 0, 0]);
    },
  );
}
