/** Directories that come and go while a backup runs, and vaults that know less than others: no file is left out. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { lookedTasks } from "../../src/engine/backup/look_result.ts";
import type { Message } from "../../src/base/event.ts";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { makeTree, run, tempDir, type TreeSpec } from "../helpers/cli_helper.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown, Link, META } from "../helpers/maintain_helper.ts";

/** Takes `d` away between the look and the writing of the root, and brings it back before its own turn. */
function flicker(g: Grown, between: () => void, after: () => void): Around {
  let begun = false;
  const root = g.in(META, "metadata.txt");
  return (call, work) => {
    // the run's record: the look is over
    if (!begun && call.op === "open" && call.path.includes("$TMP@begun")) {
      begun = true;
      between();
    }
    const result = work();
    if (call.op === "rename" && call.to === root) after();
    return result;
  };
}

/** A backup that may meet trouble with what moves. */
async function backUpAround(g: Grown, around: Around): Promise<string> {
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
  const [outcome] = await backup(g.ports(around), request);
  assertEquals(outcome?.failed, undefined);
  return outcome?.stamp ?? "";
}

for (const [instead, old] of [["nothing", false], ["a file", false], ["nothing", true]] as const) {
  const which = old ? "a directory that rested long before" : "a directory";
  Deno.test(`${which} that goes between look and writing, ${instead} in its place, and comes back`, async () => {
    using g = new Grown();
    g.put({ d: { a: "a", b: "b", e: { f: "f" } }, g: "g" });
    await g.backup();
    (old ? later(g, 1) : g.day(1)).put({ g: "g2" });
    makeTree(g.source, { d: { a: "a2" } });
    const [d, away] = [join(g.source, "d"), join(g.path, "away")];
    const around = flicker(g, () => {
      Deno.renameSync(d, away);
      if (instead !== "nothing") Deno.writeTextFileSync(d, instead);
    }, () => {
      if (instead !== "nothing") Deno.removeSync(d);
      Deno.renameSync(away, d);
    });
    await backUpAround(g, around);
    const stamp = await (old ? later(g, 2) : g.day(2)).backup();
    assertEquals(g.snapshot(stamp), g.sourceState());
    g.assertSound();
    g.reindex();
    assertEquals(g.snapshot(stamp), g.sourceState());
  });
}

Deno.test({
  name:
    "a link that is read while its directory changes places with another: its own target is kept",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using g = new Grown();
    later(g, 1).put({ d: { l: new Link("of d") }, e: { l: new Link("of e") } });
    const [d, e, aside] = [join(g.source, "d"), join(g.source, "e"), join(g.path, "aside")];
    let swaps = 0;
    const swap = (): void => {
      for (const [from, to] of [[d, aside], [e, d], [aside, e]] as const) Deno.renameSync(from, to);
      swaps++;
    };
    await backUpAround(g, (call, work) => {
      if (swaps === 0 && call.op === "readLink" && call.path === join(d, "l")) swap();
      return work();
    });
    swap();
    assertEquals(swaps, 2);
    const stamp = await later(g, 2).backup();
    assertEquals(g.snapshot(stamp), g.sourceState());
  },
});

Deno.test("what went after the look is found gone by the next run", async () => {
  using g = new Grown();
  g.put({ d: { a: "a", e: { f: "f" } }, g: "g" });
  await g.backup();
  g.day(1).put({ g: "g2" });
  const around = flicker(
    g,
    () => Deno.removeSync(join(g.source, "d"), { recursive: true }),
    () => {},
  );
  const first = await backUpAround(g, around);
  assertEquals(Object.keys(g.snapshot(first)).sort(), ["d", "d/a", "d/e", "d/e/f", "g"]);
  const second = await g.day(2).backup();
  assertEquals(g.snapshot(second), g.sourceState());
});

Deno.test("a directory in which something changed is listed once, and asked about once in the vault", async () => {
  using g = new Grown();
  g.put({ d: { a: "a", b: "b" }, e: { f: "f" } });
  await g.backup();
  later(g, 1);
  Deno.writeTextFileSync(join(g.source, "d", "a"), "changed");
  const calls: string[] = [];
  await backUpAround(g, (call, work) => {
    calls.push(`${call.op} ${call.path}`);
    return work();
  });
  const count = (call: string): number => calls.filter((c) => c === call).length;
  assertEquals(count(`list ${join(g.source, "d")}`), 1);
  assertEquals(count(`lstat ${join(g.source, "d", "b")}`), 1);
  // before anything is written, and when the new one stands there
  assertEquals(count(`lstat ${g.in("d", META, "metadata.txt")}`), 2);
});

Deno.test("what changes in its place after the look is the next run's", async () => {
  using g = new Grown();
  g.put({ d: { a: "a", b: "b" } });
  await g.backup();
  later(g, 1);
  Deno.writeTextFileSync(join(g.source, "d", "a"), "changed");
  await backUpAround(g, flicker(g, () => g.put({ d: { b: "later" } }), () => {}));
  assertEquals(Deno.readTextFileSync(g.in("d", "a")), "changed");
  const stamp = await later(g, 2).backup();
  assertEquals(g.snapshot(stamp), g.sourceState());
  g.assertSound();
});

for (const remembered of [true, false]) {
  const how = remembered ? "what the look found is written" : "it is looked at again";
  Deno.test(`trouble in a directory in which something changed is told once, when ${how}`, async () => {
    using g = new Grown();
    g.put({ d: { f0: "0", f1: "1" } });
    await g.backup();
    if (remembered) later(g, 1);
    else g.day(1);
    Deno.writeTextFileSync(join(g.source, "d", "f1"), "changed");
    const locked = join(g.source, "d", "f0");
    const errors = await errorsOf(g, locked, true);
    assertEquals(errors, ["d/f0"]);
  });
}

Deno.test("a guarded stop tells what could not be seen, in directories that it would have written too", async () => {
  using g = new Grown();
  g.put({ d: Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}`, `${i}`])) });
  await g.backup();
  g.day(1);
  for (let i = 1; i < 120; i++) Deno.writeTextFileSync(join(g.source, "d", `f${i}`), `x ${i}`);
  assertEquals(await errorsOf(g, join(g.source, "d", "f0"), false), ["d/f0"]);
});

/** Moves the clock so far past all changes that the times of directories are believed. */
function later(g: Grown, hours: number): Grown {
  g.now = Date.now() + hours * 3_600_000;
  return g;
}

/** Which paths are told of as errors by a run that may not look at `locked`. */
async function errorsOf(g: Grown, locked: string, allowMassChange: boolean): Promise<string[]> {
  const errors: string[] = [];
  const ports = g.ports((call, work) => {
    if (call.op === "lstat" && call.path === locked) {
      throw Object.assign(new Error("Permission denied"), { code: "EACCES" });
    }
    return work();
  });
  const emit = (m: Message): void => {
    if (m.message_type === "error" && m.during !== "backup") errors.push(String(m.path));
  };
  await backup({ ...ports, emit }, backupRequest(g.source, [g.vault], { allowMassChange }));
  return errors;
}

Deno.test("a directory that a vault lacks is written after the one that it lies in", () => {
  const tasks = lookedTasks({
    changed: ["p/q/r", "", "p", "p/q", "s", "s/t"].map((path) => ({
      path,
      files: 1,
      gone: path === "s" ? ["u"] : [],
      late: ["p", "p/q", "p/q/r"].filter((late) => dirname(late) === (path || ".")),
    })),
  });
  assertEquals(tasks.map((t) => t.path), ["", "s", "s/t"]);
  assertEquals(tasks[1]?.gone, ["u"]);
  const p = tasks[0]?.then?.[0];
  assertEquals([p?.path, p?.then?.[0]?.path, p?.then?.[0]?.then?.[0]?.path], ["p", "p/q", "p/q/r"]);
});

Deno.test("a vault that missed runs gets whole new trees, whichever lane takes them", async () => {
  using place = tempDir();
  const [source, first, second] = [place.at("source"), place.at("first"), place.at("second")];
  // long names make a catalog that is worth a second lane of few files
  const long: TreeSpec = {};
  for (let i = 0; i < 600; i++) long[`${i}`.padEnd(250, "-")] = "";
  makeTree(source, long);
  assertEquals((await run(["backup", source, first, second])).code, 0);
  for (let i = 0; i < 60; i++) makeTree(source, { p: { q: { [`d${i}`]: { e: { f: `${i}` } } } } });
  assertEquals((await run(["backup", source, first])).code, 0);
  const { code, stderr } = await run(["backup", source, first, second]);
  assertEquals([code, stderr], [0, ""]);
  for (let i = 0; i < 60; i++) {
    assert(Deno.lstatSync(join(second, "p", "q", `d${i}`, "e", "f")).isFile);
  }
});
