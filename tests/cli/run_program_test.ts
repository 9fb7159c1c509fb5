/** Programs of the system that hikae starts and waits for. */

import { assert, assertEquals } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { runProgram } from "../../src/cli/program/run_program.ts";

/** Starts Deno on a line of code; what it waits for never comes. */
function evaluate(code: string, options: Parameters<typeof runProgram>[2]): ReturnType<
  typeof runProgram
> {
  return runProgram(Deno.execPath(), ["eval", code], options);
}

Deno.test({
  name: "a program of the system that never ends is ended, and whoever waits for it is told",
  // what it leaves is ended by the system, after the answer
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    for (const input of [undefined, "x".repeat(1 << 22)]) {
      const options = { limitMs: 100, ...(input === undefined ? {} : { input }) };
      const error = await evaluate("setInterval(() => {}, 1e6)", options).catch((e) => e);
      assert(error instanceof HikaeError, String(error));
      assertEquals(error.id, "failed");
      assert(error.message.includes("has not ended") && error.hint !== undefined);
    }
  },
});

Deno.test("a program of the system that ends tells its code and its output", async () => {
  const { code, stdout } = await evaluate('console.log("said"); Deno.exit(7)', {});
  assertEquals([code, stdout.trim()], [7, "said"]);
});
