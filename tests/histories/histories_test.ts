/** A short history of tools/histories.ts, always the same one; long ones: `deno task test:histories`. */

import { assert } from "@std/assert";
import { live } from "./life.ts";

Deno.test({
  name: "histories: some commands one after another, by chance, give back every snapshot whole",
  // names, modes, links and `cp -a` of Linux, and a disk that tells letter case
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const tally = await live({ seed: 699, steps: 8 });
    assert((tally.get("hikae restore") ?? 0) > 2, JSON.stringify([...tally]));
  },
});
