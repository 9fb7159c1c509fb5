/**
 * A share of the crash suites, the same in each run: what is red was made red by a change. Another share
 * each day: `deno task test:sample`; all of it: `deno task test:faults --full`. Each failure names the command that
 * runs it alone. Issue 6, 2 and 3: killed at every step, power loss. Calls that
 * fail stand in `calls_test.ts`.
 */

import { assertEquals } from "@std/assert";
import { COMMANDS } from "./commands.ts";
import { killProgram } from "./kill_program.ts";
import { cutPowerAtEachStep, killAndLoseRecord, killAtEachStep, type Share } from "./suites.ts";
import { makeWorld } from "./world.ts";

/** Each trial takes Wine a second or two. */
const FEWER = Deno.build.os === "windows" ? 20 : 1;

function share(often: number): Share {
  return { every: often * FEWER, offset: 0 };
}

for (const command of COMMANDS) {
  Deno.test(`${command.name}: killed between any two changes`, async () => {
    using world = await makeWorld();
    const { failures } = await killAtEachStep(
      world,
      command,
      share(command.name === "backup" ? 17 : 29),
    );
    assertEquals(failures, []);
  });
}

for (const command of COMMANDS) {
  Deno.test(`${command.name}: what was not flushed is lost with the power`, async () => {
    using world = await makeWorld();
    const { failures } = await cutPowerAtEachStep(world, command, share(23));
    assertEquals(failures, []);
  });
}

for (const command of COMMANDS.filter((c) => ["backup", "mend", "prune"].includes(c.name))) {
  Deno.test(`${command.name}: killed, and the record of the run removed before the next`, async () => {
    using world = await makeWorld();
    const { failures } = await killAndLoseRecord(world, command, share(43));
    assertEquals(failures, []);
  });
}

Deno.test("the program itself killed at random moments", async () => {
  const { failures } = await killProgram(FEWER === 1 ? 6 : 3, () => {}, 20261121);
  assertEquals(failures, []);
});
