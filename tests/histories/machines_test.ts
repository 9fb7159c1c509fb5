/** Short histories of several homes and copies of vaults; long ones: `deno task test:histories --machines`. */

import { Machines } from "./machines.ts";

// of these each failed once where a way to a source or a directory in it was believed too long
for (const seed of [12, 20, 28]) {
  Deno.test({
    name:
      `histories: sources and vaults that change places are told by change times alone (${seed})`,
    // change times and `cp -a` of Linux
    ignore: Deno.build.os !== "linux",
    async fn(): Promise<void> {
      using machines = new Machines(seed);
      await machines.live(14);
    },
  });
}
