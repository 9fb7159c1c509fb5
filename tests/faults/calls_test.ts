/**
 * A share of the fault suites, the same in each run: what is red was made red by a change. Another share each day:
 * `deno task test:sample`; all of it: `deno task test:faults --full`. Each failure names the command that runs it
 * alone. Issue 6, 1: every call fails once. What kills a run stands in `faults_test.ts`: two files run side by side.
 */

import { assertEquals } from "@std/assert";
import { COMMANDS } from "./commands.ts";
import { failEachCall, type Share } from "./suites.ts";
import { makeWorld } from "./world.ts";

/** Each trial takes Wine a second or two. */
const FEWER = Deno.build.os === "windows" ? 20 : 1;

function share(often: number): Share {
  return { every: often * FEWER, offset: 0 };
}

for (const command of COMMANDS) {
  Deno.test(`${command.name}: one call of the disk fails, in every way`, async () => {
    using world = await makeWorld();
    const { failures } = await failEachCall(
      world,
      command,
      share(command.name === "backup" ? 311 : 487),
    );
    assertEquals(failures, []);
  });
}
