/** What the page brings back: over what, and never into what a vault is a backup of, whenever that becomes known. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { oneByOne, RestoreLines } from "../../src/cli/serve/restore_here.ts";
import { isThere, makeTree, read, run, tempDir } from "../helpers/cli_helper.ts";
import { backUp, follow, serving } from "./serving.ts";

Deno.test({
  name:
    "serve: the plan of a restore says what it replaces; a source that was not known at the start is refused too",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, { source: { "a.txt": "one" }, back: { "a.txt": "mine" } });
    const env = { HIKAE_STATE_DIR: dir.at("state") };
    await backUp(dir.at("source"), dir.at("vault"), { env });
    const above = await run(["serve", dir.at("vault"), "--allow-restore", dir.path], { env });
    assertEquals(above.code, 2, above.stderr);
    const post = async (into: string): Promise<[number, string]> => {
      // its drive is not plugged in when the server starts
      Deno.renameSync(dir.at("vault"), dir.at("away"));
      await using server = await serving(["--allow-restore", dir.at(into)], { env, cwd: dir.path });
      Deno.renameSync(dir.at("away"), dir.at("vault"));
      const answer = await (await follow(server))("/v/0/restore", {
        method: "POST",
        headers: { origin: server.origin },
        body: new URLSearchParams({
          path: "a.txt",
          at: "latest",
          ...(into === "back" ? {} : { sure: "yes" }),
        }),
      });
      return [answer.status, await answer.text()];
    };
    const [status, plan] = await post("back");
    assertEquals(status, 200);
    assertStringIncludes(plan, "M a.txt (replaces what is there)");
    assertEquals(read(dir.at("back/a.txt")), "mine");
    Deno.mkdirSync(dir.at("source/deep"));
    const [refused, why] = await post("source/deep");
    assertEquals(refused, 403);
    assertStringIncludes(why, dir.at("source"));
    assertEquals(isThere(dir.at("source/deep/a.txt")), false);
  },
});

Deno.test("serve: restores are done one after the other, and a plan waits for none", async () => {
  const done: string[] = [];
  const bring = oneByOne(async ({ name }: { name: string; dryRun: boolean }): Promise<string> => {
    done.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    done.push(`${name} ends`);
    if (name === "a") throw new Error(name);
    return name;
  });
  const failing = bring({ name: "a", dryRun: false });
  const second = bring({ name: "b", dryRun: false });
  const plan = bring({ name: "plan", dryRun: true });
  await assertRejects(() => failing, Error, "a");
  assertEquals([await second, await plan], ["b", "plan"]);
  assertEquals(done.filter((step) => !step.startsWith("plan")), [
    "a begins",
    "a ends",
    "b begins",
    "b ends",
  ]);
  assertEquals(done.indexOf("plan ends") < done.indexOf("b ends"), true);
});

Deno.test("serve: of what a restore of very much tells a page has the first entries, and all kinds of trouble", () => {
  const told = new RestoreLines();
  const change = (i: number): Message => {
    return { message_type: "change", path: `f${i}`, type: "file", modifier: "+" };
  };
  for (let i = 0; i < 100_000; i++) told.take(change(i));
  told.take({ message_type: "note", message: "a note" });
  const lines = told.lines();
  assertEquals([lines.length, lines[0], lines[499]], [502, "+ f0", "+ f499"]);
  assertEquals(lines[500], "a note");
  assert(/99.?500/.test(lines[501] ?? ""), lines[501]);
});
