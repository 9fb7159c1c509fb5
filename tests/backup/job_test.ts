/** `job` through the command line: backups at an interval. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "../conformance/fixture.ts";
import { run, spawn, stamps, summary } from "../helpers/cli_helper.ts";

Deno.test("job runs at once and then at the interval, and ends after the duration", async () => {
  using place = new Place({ a: "1", "b.tmp": "1" });
  const r = await run([
    ...["job", place.source, place.vault, "--interval", "1", "--duration", "2s", "--json"],
    ...["--exclude", "*.tmp"],
  ]);
  assertEquals(r.code, 0, r.stderr);
  const s = summary(r);
  // on a machine that is slow, a run may take longer than the interval
  assertEquals(Number(s.runs) + Number(s.skipped), 2);
  assertEquals([s.ok, s.failed, s.interrupted], [s.runs, 0, false]);
  assertEquals(stamps(place.vault).length, s.runs);
  assert(r.json.some((m) => m.vault === place.vault && m.files_new === 1));
});

Deno.test("a failed run is said, and the job goes on", async () => {
  using place = new Place({ a: "1" });
  Deno.mkdirSync(place.vault);
  Deno.writeTextFileSync(place.in("something"), "else");
  const r = await run(["job", place.source, place.vault, "--interval", "1s", "--duration", "2"]);
  assertEquals(r.code, 1);
  assertStringIncludes(r.stderr, "run 1 failed with exit code 10; the job goes on");
  // on a machine that is slow, a run may take longer than the interval; the job goes on all the same
  const said = r.stdout.match(/(\d+) runs?, (\d+) failed, (\d+) skipped/);
  assert(said !== null, r.stdout);
  const [runs, failed, skipped] = said.slice(1).map(Number);
  assertEquals([Number(runs) + Number(skipped), failed], [2, runs]);
});

Deno.test("Ctrl-C ends a job cleanly, with a summary", async () => {
  using place = new Place({ a: "1" });
  const child = spawn(["job", place.source, place.vault, "--interval", "1h"]);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  let sent = false;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    out += part.value;
    if (sent || !out.includes("files:")) continue;
    sent = true;
    child.kill("SIGINT");
  }
  await child.stderr.cancel();
  assertEquals((await child.status).code, 130);
  assertStringIncludes(out, "1 run, 0 failed, 0 skipped, interrupted");
  assertEquals((await run(["list", place.vault, "--json"])).json[0]?.state, "complete");
});

Deno.test("wrong usage ends a job at once", async () => {
  using place = new Place({ a: "1" });
  const code = async (...args: string[]): Promise<number> => (await run(["job", ...args])).code;
  assertEquals(await code(place.source, place.vault), 2);
  assertEquals(await code("--interval", "1"), 2);
  assertEquals(await code(place.source, place.vault, "--interval", "0"), 2);
  assertEquals(await code(place.source, place.vault, "--interval", "soon"), 2);
  assertEquals(await code(place.source, place.source, "--interval", "1h"), 2);
});
