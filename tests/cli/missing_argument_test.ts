/** What looks into a vault names the argument that it lacks. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../helpers/cli_helper.ts";

Deno.test("the argument that is missing is named", async () => {
  for (
    const [args, said] of [
      [["list"], "list: missing VAULT"],
      [["ls"], "ls: missing VAULT"],
      [["cat", "v"], "cat: missing PATH"],
      [["find", "v"], "find: missing GLOB"],
    ] as const
  ) {
    const { code, stderr } = await run([...args]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, said);
  }
});
