/** The damage matrix: each damage, at each place, met by each command (issue 6, item 4). */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import {
  type Action,
  ACTIONS,
  type Command,
  COMMANDS,
  damage,
  type DamageWorld,
  faultsOfRestores,
  makeDamageWorld,
  outsideIsWhole,
  pathOfPlace,
  type Place,
  PLACES,
  runCommand,
  startTrial,
  wordOf,
  wordsFor,
  wrongFiles,
} from "./damage_world.ts";
import { Reader } from "../../src/engine/reader.ts";
import { LINKS } from "../helpers/cli_helper.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { theIndex } from "../helpers/index_helper.ts";
import { MATRIX } from "./damage_matrix.ts";

/** A cell takes Wine some seconds: each damage is met by every fourth command there, others for the next damage. */
const FEWER = Deno.build.os === "windows";

/** Exit codes of a vault that is refused as a whole. */
const REFUSED = [10, 13];

/** The index at home that the first look at a vault makes. */
function madeIndex(vault: string): string {
  Reader.open(enginePorts(), vault).close();
  return theIndex(vault);
}

/** Runs one cell; gives what came of it in the words of the matrix. */
async function cell(
  world: DamageWorld,
  place: Place,
  action: Action,
  command: Command,
): Promise<string> {
  using trial = startTrial(world);
  // each vault has an index at home, as on a machine that uses it
  const index = madeIndex(trial.vault);
  const at = place === "index" ? index : join(trial.vault, pathOfPlace(place, world));
  damage(action, at, trial.outside, wordOf(place, world));
  const words = wordsFor(place, world);
  const targets = join(trial.at, "targets");
  const outcome = await runCommand(command, trial.vault, world, words, targets);
  const { thrown } = outcome;
  assert(thrown === undefined || thrown instanceof HikaeError, `untyped: ${thrown}`);
  assert(outsideIsWhole(trial), "something outside the vault was changed");
  assertEquals(wrongFiles(world, targets), []);
  if (!REFUSED.includes(outcome.exit)) {
    assertEquals(await faultsAfter(world, place, action, trial), []);
    const next = await runCommand("backup", trial.vault, world, words, "", 4);
    assert(next.exit === 0 || next.told, `the next backup: ${next.exit}`);
    Deno.removeSync(join(trial.at, "after"), { recursive: true });
    assertEquals(await faultsAfter(world, place, action, trial), []);
    assert(outsideIsWhole(trial), "something outside the vault was changed by the next backup");
  }
  return `${outcome.exit}${outcome.told ? "!" : ""}`;
}

/**
 * What restores of all snapshots get wrong. Where a record's own line is lost together with the content that it
 * told the hash of, or with an empty directory, nothing is left to tell by; `reindex` names the record then.
 */
async function faultsAfter(
  world: DamageWorld,
  place: Place,
  action: Action,
  trial: Parameters<typeof faultsOfRestores>[1],
): Promise<string[]> {
  const faults = await faultsOfRestores(world, trial);
  const lost = place === "root's meta directory" && action === "flipped";
  return lost ? faults.filter((f) => !/: (a\.txt is wrong|empty is missing)/.test(f)) : faults;
}

Deno.test("damage matrix: never a crash, never silent, never a wrong restore", async (t) => {
  using world = await makeDamageWorld();
  for (const place of PLACES) {
    await t.step(place, async () => {
      for (const action of ACTIONS) {
        if (action === "link" && !LINKS) continue;
        const said: string[] = [];
        const commands = COMMANDS.filter((_, i) =>
          !FEWER || (i + ACTIONS.indexOf(action)) % 4 === 0
        );
        for (const command of commands) {
          try {
            said.push(await cell(world, place, action, command));
          } catch (cause) {
            throw new Error(`${place}, ${action}, ${command}: ${cause}`, { cause });
          }
        }
        const wanted = MATRIX[place][action].split(/\s+/)
          .filter((_, i) => commands.includes(COMMANDS[i] ?? "list"));
        assertEquals(said, wanted, `${place}, ${action}`);
      }
    });
  }
});
