/** A vault beside one that has no runs, or that lags behind: each thing is counted and told once in each. */

import { assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, tapFs } from "../../src/platform/doubles/tap.ts";
import { listTree, makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { stateOf, tell } from "../faults/tell.ts";

const COUNTED = [
  "files_new",
  "files_changed",
  "files_unmodified",
  "files_attrs",
  "files_deleted",
  "files_special",
  "files_excluded",
  "errors",
  "total_files_processed",
  "total_bytes_processed",
];

/** What a run says of each vault, and which errors it tells. */
async function told(
  source: string,
  vaults: string[],
  unreadable: string,
  allowMassChange = true,
): Promise<{ counts: unknown[]; errors: string[] }> {
  const messages: Message[] = [];
  const around: Around = (call, work) => {
    if (call.path.startsWith(source) && call.path.endsWith(unreadable) && call.op !== "lstat") {
      throw Object.assign(new Error("Permission denied"), { code: "EACCES" });
    }
    return work();
  };
  // late enough that the times of files are believed
  const clock = { now: () => Date.now() + 3_600_000 };
  const ports = { ...enginePorts(messages, tapFs(denoFs, around)), clock };
  await backup(
    ports,
    backupRequest(source, vaults, {
      allowMassChange,
      rules: { exclude: ["left*"], excludeIfPresent: [], oneFileSystem: false },
    }),
  );
  return {
    counts: messages.flatMap((m) =>
      m.message_type === "summary"
        ? [COUNTED.map((key) => `${key} ${(m as unknown as Record<string, unknown>)[key]}`)]
        : []
    ),
    errors: messages.flatMap((m) => m.message_type === "error" ? [String(m.path)] : []),
  };
}

for (const unreadable of ["locked", "f.lock", "none"]) {
  Deno.test(`an old and a new vault in one run count as each alone, with ${unreadable} unreadable`, async () => {
    using dir = tempDir();
    const source = dir.at("source");
    makeTree(source, {
      "a": "1",
      "left.txt": "left out",
      "d": {
        "b": "2",
        "f.lock": "3",
        "left": { "x": "out" },
        "deep": { "c": "4", "locked": { x: "5" } },
      },
      "e": { "g": "6" },
      "same": { "s": "9", "left": "out", "below": { "t": "10" } },
    });
    const [old, alone, anew, newAlone] = ["old", "alone", "new", "new alone"].map((v) => dir.at(v));
    for (const vault of [old, alone]) await told(source, [vault ?? ""], "none");
    makeTree(source, { "d": { "b": "2 changed" }, "e": { "h": "7" }, "n": { "o": "8" } });
    const one = await told(source, [alone ?? ""], unreadable);
    const two = await told(source, [newAlone ?? ""], unreadable);
    const both = await told(source, [old ?? "", anew ?? ""], unreadable);
    assertEquals(both.counts, [...one.counts, ...two.counts]);
    assertEquals(both.errors.sort(), two.errors.sort());
    // and the other way round
    const last = await told(source, [dir.at("newer"), old ?? ""], unreadable);
    assertEquals(last.counts[0], two.counts[0]);
    assertEquals(last.errors.sort(), two.errors.sort());
  });
}

for (const unreadable of ["locked", "f.lock", "none"]) {
  Deno.test(`a vault that lags behind another counts as alone, with ${unreadable} unreadable`, async () => {
    using dir = tempDir();
    const source = dir.at("source");
    makeTree(source, {
      "a": "1",
      "left.txt": "left out",
      "d": { "b": "2", "f.lock": "3", "deep": { "c": "4", "locked": { x: "5" } } },
      "gone": { "g": "6" },
      "same": { "s": "9", "left": "out" },
    });
    const [ahead, alone, behind, behindAlone] = ["1", "2", "3", "4"].map((v) => dir.at(v));
    for (const vault of [ahead, alone, behind, behindAlone]) {
      await told(source, [vault ?? ""], "none");
    }
    makeTree(source, { "d": { "b": "2 changed", "n": { "o": "8" } }, "h": "7" });
    Deno.removeSync(`${source}/gone`, { recursive: true });
    for (const vault of [ahead, alone]) await told(source, [vault ?? ""], "none");
    const one = await told(source, [alone ?? ""], unreadable);
    const two = await told(source, [behindAlone ?? ""], unreadable);
    const both = await told(source, [ahead ?? "", behind ?? ""], unreadable);
    assertEquals(both.counts, [...one.counts, ...two.counts]);
    assertEquals(both.errors.sort(), two.errors.sort());
  });
}

Deno.test("a guard that looks closer at one vault counts nothing in another", async () => {
  using dir = tempDir();
  const source = dir.at("source");
  makeTree(source, Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}`, `${i}`])));
  const [ahead, alone, behind] = ["1", "2", "3"].map((v) => dir.at(v));
  for (const vault of [ahead, alone, behind]) await told(source, [vault ?? ""], "none");
  for (let i = 0; i < 120; i++) Deno.utimeSync(`${source}/f${i}`, 1e9, 1e9);
  for (const vault of [ahead, alone]) await told(source, [vault ?? ""], "none", false);
  const one = await told(source, [alone ?? ""], "none", false);
  const both = await told(source, [ahead ?? "", behind ?? ""], "none", false);
  assertEquals(both.counts[0], one.counts[0]);
});

Deno.test("what comes into the source between look and writing is in each vault, with the directory that it lies in", async () => {
  using dir = tempDir();
  const source = dir.at("source");
  makeTree(source, { d: { a: "1" } });
  const [ahead, behind] = [dir.at("ahead"), dir.at("behind")];
  // hours apart: what has just changed is looked at closer
  let hour = 0;
  const ports = (fs = denoFs): ReturnType<typeof enginePorts> => ({
    ...enginePorts([], fs),
    clock: { now: () => Date.now() + hour * 3_600_000 },
  });
  for (const vault of [ahead, behind]) {
    hour++;
    await backup(ports(), backupRequest(source, [vault]));
  }
  Deno.writeTextFileSync(`${source}/d/a`, "2 changed");
  hour++;
  await backup(ports(), backupRequest(source, [ahead]));
  let come = false;
  const fs = tapFs(denoFs, (call, work) => {
    // the run's record: the look is over
    if (!come && call.op === "open" && call.path.includes("$TMP@begun")) {
      come = true;
      makeTree(source, { d: { m: "new", n: { f: "new", deep: { g: "newer" } } } });
    }
    return work();
  });
  const both = backupRequest(source, [ahead, behind]);
  hour++;
  const during = await backup(ports(fs), both);
  assertEquals(come, true);
  const told = (): unknown[] =>
    during.map(({ vault, stamp }) => tell(vault).states.get(stamp ?? ""));
  assertEquals(told(), [stateOf(source), stateOf(source)]);
  Deno.removeSync(`${source}/d/n`, { recursive: true });
  hour++;
  for (const { vault, stamp } of await backup(ports(), { ...both, allowMassChange: true })) {
    assertEquals(tell(vault).states.get(stamp ?? ""), stateOf(source), vault);
  }
});

Deno.test("a directory that one vault lags behind with is written once, also when the one that has it fails after the look", async () => {
  using dir = tempDir();
  const source = dir.at("source");
  makeTree(source, { d: { a: "1" } });
  const [ahead, behind] = [dir.at("ahead"), dir.at("behind")];
  for (const vault of [ahead, behind]) await told(source, [vault], "none");
  makeTree(source, { d: { n: { f: "new", deep: { g: "newer" } } } });
  await told(source, [ahead], "none");
  // what changed just now the look does not remember
  makeTree(source, { d: { a: "2 changed", n: { f: "newest", deep: { g: "newest" } } } });
  let begun = false;
  const fs = tapFs(denoFs, (call, work) => {
    // the look is over: a record begins
    if (call.path.includes("$TMP@begun")) begun = true;
    if (begun && call.effect === "change" && call.path.startsWith(ahead)) {
      throw Object.assign(new Error("no room"), { code: "ENOSPC" });
    }
    return work();
  });
  const messages: Message[] = [];
  const ports = enginePorts(messages, fs);
  const [failed, done] = await backup(
    ports,
    backupRequest(source, [ahead, behind], { allowMassChange: true }),
  );
  assertEquals([failed?.failed === undefined, done?.failed, done?.errors], [false, undefined, 0]);
  const counts = messages.find((m) => m.message_type === "summary");
  assertEquals([counts?.files_new, counts?.dirs_new, counts?.files_changed], [2, 2, 1]);
  assertEquals(listTree(behind).filter((path) => /d\/n\/.*\$OLD@/.test(path)), []);
  assertEquals(tell(behind).states.get(done?.stamp ?? ""), stateOf(source));
});
