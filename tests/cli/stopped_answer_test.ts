/** A signal is heard also while somebody reads slowly what was found before it came. */

import { assert, assertEquals } from "@std/assert";
import { inTurns } from "../../src/cli/in_turns.ts";
import { spawn, tempDir } from "../helpers/cli_helper.ts";

const FILES = 15_000;

Deno.test({
  name: "a dry run that is told to end does not write out first what it has found",
  // there a signal ends a program at once
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    Deno.mkdirSync(dir.at("src"));
    for (let i = 0; i < FILES; i++) {
      Deno.writeTextFileSync(dir.at("src", `${i} ${"n".repeat(80)}`), "");
    }
    const child = spawn(["backup", dir.at("src"), dir.at("vault"), "--dry-run", "--json"]);
    const said = new Response(child.stderr).text();
    let lines = 0;
    let signalled = false;
    for await (const bytes of child.stdout) {
      lines += bytes.filter((b) => b === 10).length;
      if (!signalled) child.kill("SIGTERM");
      signalled = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assertEquals((await child.status).code, 130, await said);
    assert(lines < FILES / 2, `${lines} lines`);
  },
});

Deno.test("messages are dealt with in their order, and others have a turn in between", async () => {
  const dealt: unknown[] = [];
  const all = Promise.withResolvers<void>();
  const hear = inTurns((n: number) => {
    // who reads it is slow
    for (const from = performance.now(); performance.now() - from < 60;);
    dealt.push(n);
    if (n === 5) all.resolve();
  });
  setTimeout(() => dealt.push("other"));
  for (let n = 0; n <= 5; n++) hear(n);
  await all.promise;
  assertEquals(dealt.filter((d) => d !== "other"), [0, 1, 2, 3, 4, 5]);
  assert(dealt.includes("other") && dealt.indexOf("other") < 5, dealt.join(" "));
});

Deno.test("what dealing with a message leaves for right after counts too", async () => {
  const dealt: unknown[] = [];
  const all = Promise.withResolvers<void>();
  const hear = inTurns((n: number) => {
    dealt.push(n);
    queueMicrotask(() => {
      for (const from = performance.now(); performance.now() - from < 60;);
    });
    if (n === 5) all.resolve();
  });
  setTimeout(() => dealt.push("other"));
  for (let n = 0; n <= 5; n++) {
    hear(n);
    // the next message comes at once, before anything else has its turn
    await Promise.resolve();
    await Promise.resolve();
  }
  await all.promise;
  assert(dealt.includes("other") && dealt.indexOf("other") < 5, dealt.join(" "));
});

Deno.test("what is dealt with quickly waits for no timer: the first one of a program takes long", () => {
  const timer = globalThis.setTimeout;
  let [timers, dealt] = [0, 0];
  globalThis.setTimeout = ((...given: Parameters<typeof timer>) => {
    timers++;
    return timer(...given);
  }) as typeof timer;
  try {
    const hear = inTurns(() => dealt++);
    for (let n = 0; n < 5; n++) hear(n);
  } finally {
    globalThis.setTimeout = timer;
  }
  assertEquals([timers, dealt], [0, 5]);
});
