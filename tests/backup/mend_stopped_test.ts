/** A run that mends what another left, and is told to end meanwhile, ends soon; the next one mends on. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";

/** The path of the only record. */
function recordOf(vault: string): string {
  const [name] = [...Deno.readDirSync(`${vault}/.$META$/runs`)].map((e) => e.name)
    .filter((name) => name.endsWith(".jsonl"));
  assert(name !== undefined);
  return `${vault}/.$META$/runs/${name}`;
}

Deno.test("mending is stopped soon, between directories, and nothing of the vault is the worse for it", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  for (let i = 0; i < 20; i++) {
    Deno.mkdirSync(`${source}/d${i}`, { recursive: true });
    Deno.writeTextFileSync(`${source}/d${i}/file`, `content ${i}`);
  }
  await backUp(source, [vault]);
  // as a kill leaves it
  const lines = Deno.readTextFileSync(recordOf(vault)).split("\n");
  const cut = `${lines.slice(0, 15).join("\n")}\n`;
  Deno.writeTextFileSync(recordOf(vault), cut);

  for (const after of [0, 5, 20, 35]) {
    let asked = 0;
    const ports = { ...enginePorts(), cancelled: () => asked++ >= after };
    const run = () => backup(ports, backupRequest(source, [vault]));
    const error = await assertRejects(run, HikaeError);
    assertEquals(error.id, "interrupted");
    assertEquals(Deno.readTextFileSync(recordOf(vault)), cut, `asked ${asked} times`);
  }

  const { outcomes, messages } = await backUp(source, [vault], {}, { hours: 1 });
  assertEquals(outcomes.map((o) => [o.errors, o.failed]), [[0, undefined]]);
  const summary = messages.find((m) => m.message_type === "summary");
  assertEquals([summary?.files_new, summary?.files_changed, summary?.files_unmodified], [0, 0, 20]);
});
