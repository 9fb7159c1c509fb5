/** The night on which an hour repeats, in the time zone of the program itself: runs stay in order and apart. */

import { assertEquals } from "@std/assert";
import { makeTree, stamps, tempDir } from "../helpers/cli_helper.ts";

/** Backs up at instants, in a process of its own: a time zone cannot be changed in a running one. */
const SCRIPT = `
import { backup } from ${
  JSON.stringify(new URL("../../src/engine/backup/backup.ts", import.meta.url))
};
import { backupRequest, enginePorts } from ${
  JSON.stringify(new URL("../helpers/engine_helper.ts", import.meta.url))
};
const [source, vault, times] = Deno.args;
const out = [];
for (const time of times.split(",")) {
  const now = Date.parse(time);
  const ports = { ...enginePorts(), clock: { now: () => now } };
  Deno.writeTextFileSync(source + "/f", time);
  const [o] = await backup(ports, backupRequest(source, [vault], { allowMassChange: true }));
  if (o.failed !== undefined || o.errors > 0) throw o.failed ?? new Error("errors");
  out.push(o.stamp);
}
console.log(JSON.stringify({ out, zone: new Date(Date.parse(times.split(",")[0])).getTimezoneOffset() }));
`;

async function stampsIn(zone: string, times: string[]): Promise<{ out: string[]; zone: number }> {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { f: "" });
  const script = dir.at("runs.ts");
  Deno.writeTextFileSync(script, SCRIPT);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", "-c", config, script, source, vault, times.join()],
    env: { TZ: zone, NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const answer = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(stamps(vault), answer.out);
  // what each run copied is what that run saw, whatever the clock on the wall said
  for (const [i, stamp] of answer.out.slice(1).entries()) {
    const mark = dir.at("vault", ".$META$", `$OLD@${stamp}$f`);
    assertEquals(Deno.readTextFileSync(mark), times[i]);
  }
  return answer;
}

Deno.test({
  name: "DST: in the doubled hour the stamps of two runs are apart, and in the order of the runs",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    // 02:30 summer time, 02:30 winter time an hour later, and 02:10 of winter time told by a clock set back
    const night = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T01:10:00Z"];
    const autumn = await stampsIn("Europe/Berlin", [...night, "2026-10-25T02:30:00Z"]);
    assertEquals(autumn, {
      out: ["20261025_023000", "20261025_023001", "20261025_023002", "20261025_033000"],
      zone: -120,
    });
    // in spring an hour is missing: nothing to be ordered, and no stamp of an hour that never was
    const spring = await stampsIn("Europe/Berlin", [
      "2026-03-29T00:59:59Z",
      "2026-03-29T01:00:00Z",
    ]);
    assertEquals(spring, { out: ["20260329_015959", "20260329_030000"], zone: -60 });
  },
});

Deno.test({
  name:
    "DST: an age keeps the time of day over a change of the clocks, also on the first of a month",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const duration = new URL("../../src/base/duration.ts", import.meta.url);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const script = `
import { before, parseDuration } from ${JSON.stringify(duration)};
const [at, age] = Deno.args;
const d = new Date(before(new Date(at).getTime(), parseDuration(age, "")));
console.log([d.getFullYear(), d.getMonth() + 1, d.getDate(), d.getHours(), d.getMinutes()].join());`;
    using dir = tempDir();
    Deno.writeTextFileSync(dir.at("before.ts"), script);
    const cases: [zone: string, at: string, age: string, then: string][] = [
      // the clocks of Sydney went forward on 2023-10-01 at 02:00
      ["Australia/Sydney", "2023-11-15T02:30", "1mo", "2023,10,15,2,30"],
      ["Australia/Sydney", "2023-11-15T02:30", "1mo14d", "2023,10,1,3,30"],
      ["Australia/Sydney", "2024-10-15T02:30", "1y", "2023,10,15,2,30"],
      ["Europe/Berlin", "2026-04-28T02:30", "1mo", "2026,3,28,2,30"],
      ["Europe/Berlin", "2026-03-31T12:00", "1mo", "2026,2,28,12,0"],
    ];
    for (const [zone, at, age, then] of cases) {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "-q", "--no-check", "-c", config, dir.at("before.ts"), at, age],
        env: { TZ: zone, NO_COLOR: "1" },
      }).output();
      assertEquals(new TextDecoder().decode(stdout).trim(), then, `${zone} ${at} ${age}`);
    }
  },
});
