/** The record of a run that somebody removed: what the vault then knows, says, and keeps. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { reindex } from "../../src/engine/maintain/reindex.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { makeTree, names, read, run, tempDir, type TreeSpec } from "../helpers/cli_helper.ts";
import { stateOf, tell } from "../faults/tell.ts";
import {
  copyTree,
  makeWorld,
  mustBeClean,
  portsWith,
  runBackup,
  startTrial,
  TRIAL,
} from "../faults/world.ts";
import { Reader } from "../../src/engine/reader.ts";
import { ls } from "../helpers/ask.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";
import { ask, questions } from "./damages/asked.ts";
import type { Message } from "../../src/base/event.ts";

const META = ".$META$";

/** Each trial takes Wine some seconds. */
const LOST = Deno.build.os === "windows" ? [3] : [0, 1, 2, 3];

/** Contents that snapshots of `vault` show and did not have, by what they had `before`. */
function shownWrongly(
  vault: string,
  before: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string[] {
  const wrong: string[] = [];
  for (const [stamp, state] of tell(vault).states) {
    const was = before.get(stamp);
    if (was === undefined) continue;
    for (const [path, what] of state) {
      if (!what.startsWith("file ") && !what.startsWith("link ")) continue;
      const old = was.get(path)?.split(" ")[1];
      // its copy had been removed when the scenario was looked at, and a run brought it back
      if (old !== what.split(" ")[1] && old !== "nowhere") wrong.push(`${stamp} ${path}`);
    }
  }
  return wrong;
}

/** What was said against anything but the records: that one of them is lost is known by the others' seals. */
function notOfRecords(messages: readonly Message[]): Message[] {
  return messages.filter((m) =>
    m.message_type === "error" && m.during !== "index" &&
    !String(m.path).replaceAll("\\", "/").includes("/runs")
  );
}

Deno.test("any one record lost: the next run is clean and whole, no snapshot shows another's content, verify is content", async () => {
  using world = await makeWorld();
  for (const lost of LOST) {
    for (const how of ["", "without the index, too", "then reindex"]) {
      using trial = startTrial(world);
      const what = `record ${lost} lost ${how}`;
      mustBeClean(await runBackup(world.source, trial.vaults, { hour: TRIAL }));
      const vault = trial.vaults[0] ?? "";
      const request = { root: vault, given: vault, host: "test", pid: Deno.pid };
      const record = names(join(vault, META, "runs"))[lost] ?? "";
      Deno.removeSync(join(vault, META, "runs", record));
      if (how.startsWith("without")) dropIndex(vault);
      if (how.startsWith("then")) reindex(portsWith([], { hour: TRIAL + 1 }), request);
      const next = await runBackup(world.source, [vault], { hour: TRIAL + 2 });
      mustBeClean(next);
      const stamp = next.outcomes[0]?.stamp ?? "";
      assertEquals(tell(vault).states.get(stamp), stateOf(world.source), what);
      const before = world.before.get("one")?.states ?? new Map();
      assertEquals(shownWrongly(vault, before), [], what);
      const messages: Message[] = [];
      const ports = portsWith(messages, { hour: TRIAL + 3 });
      verify(ports, { ...request, repair: false, windows: false });
      assertEquals(notOfRecords(messages), [], what);
    }
  }
});

/** The questions that speak of runs to which nothing is said against what is answered; `lost` is a run's stamp. */
async function silent(vault: string, lost: string): Promise<string[]> {
  const without: string[] = [];
  for (const [name, question] of Object.entries(questions([]))) {
    if (!["list", "report", "verify", "status"].includes(name)) continue;
    for (const index of ["none", "made before"]) {
      if (index === "none") dropIndex(vault);
      const { words } = await ask(question, vault, "", Date.now());
      const wanted = name === "status" ? '"message":"unproven"' : lost;
      if (!words.some((w) => w.includes(wanted))) without.push(`${name}, index ${index}`);
    }
  }
  return without;
}

Deno.test("the newest record lost of a run that changed nothing: whoever is asked says so, until there is a newer one", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { f: "a" });
  await backUp(source, [vault]);
  const { outcomes } = await backUp(source, [vault], {}, { hours: 1 });
  const lost = outcomes[0]?.stamp ?? "";
  const record = join(vault, META, "runs", `${lost}.jsonl`);
  const bytes = Deno.readFileSync(record);
  Deno.removeSync(record);
  assertEquals(await silent(vault, lost), []);
  // an index that was made before that run, on a machine that knows nothing of it
  const holder = join(vault, META, "lock.json");
  const told = Deno.readTextFileSync(holder);
  Deno.removeSync(holder);
  dropIndex(vault);
  Reader.open(enginePorts(), vault).close();
  Deno.writeTextFileSync(holder, told);
  const messages: Message[] = [];
  Reader.open(enginePorts(messages), vault).close();
  assert(JSON.stringify(messages).includes(lost));
  // who holds the lock and writes no record does not make it forgotten
  Deno.renameSync(join(source, "f"), dir.at("f"));
  const guarded = await backUp(source, [vault], {}, { hours: 2 });
  assert(guarded.outcomes[0]?.failed !== undefined);
  Deno.renameSync(dir.at("f"), join(source, "f"));
  assertEquals(await silent(vault, lost), []);
  // put back it is all that it was
  Deno.writeFileSync(record, bytes);
  assertEquals((await silent(vault, lost)).length, 8);
});

Deno.test("what lies beside the lock says nothing that a question could not do without", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { f: "a" });
  await backUp(source, [vault]);
  for (const text of ["", "{}", '{"stamp":7}', '{"stamp":"of no run"}', "null", "[]"]) {
    Deno.writeTextFileSync(join(vault, META, "lock.json"), text);
    assertEquals((await silent(vault, "is missing")).length, 8, text);
    assertEquals((await backUp(source, [vault], {}, { hours: 1 })).outcomes[0]?.failed, undefined);
  }
});

Deno.test("directories that a file replaced in a run whose record is lost do not live below it", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { d: { deep: { er: {} } }, k: { f: "a" } });
  const first = await run(["backup", source, vault]);
  Deno.removeSync(join(source, "d"), { recursive: true });
  makeTree(source, { d: "a file" });
  const second = await run(["backup", source, vault]);
  Deno.removeSync(join(vault, META, "runs", names(join(vault, META, "runs"))[1] ?? ""));
  const third = await run(["backup", source, vault]);
  assertEquals([first.code, second.code, third.code], [0, 0, 0]);
  const verified = await run(["verify", vault, "--json"]);
  assertEquals(notOfRecords(verified.json as unknown as Message[]), []);
});

Deno.test("what lay in a directory that a file replaced in a run whose record is lost is where it was moved", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { d: { f: "in it" } });
  const first = await backUp(source, [vault]);
  Deno.removeSync(join(source, "d"), { recursive: true });
  makeTree(source, { d: "a file" });
  const second = await backUp(source, [vault], {}, { hours: 1 });
  makeTree(source, { d: "another one" });
  await backUp(source, [vault], {}, { hours: 2 });
  Deno.removeSync(join(vault, META, "runs", `${second.outcomes[0]?.stamp}.jsonl`));
  dropIndex(vault);
  const messages: Message[] = [];
  const at = first.outcomes[0]?.stamp ?? "";
  await ls(enginePorts(messages), { root: vault, windows: false, at });
  const told = JSON.stringify(messages);
  assertEquals([told.includes('"path":"d/f"'), told.includes('"gone":true')], [true, false]);
  assertEquals(messages.filter((m) => String(m.message).includes("is not in the vault")), []);
});

Deno.test("verify --repair: a file that lies where a directory should be is kept beside it", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { d: { deep: { f: "in it" } } });
  assertEquals((await run(["backup", source, vault])).code, 0);
  Deno.removeSync(join(vault, "d", "deep"), { recursive: true });
  makeTree(vault, { d: { deep: "somebody's only one" } });
  const repaired = await run(["verify", vault, "--repair"]);
  assertEquals(repaired.code, 0, repaired.stderr);
  assertEquals(read(vault, "d", "deep", "f"), "in it");
  const kept = names(join(vault, "d")).find((n) => n.startsWith("deep.damaged"));
  assert(kept !== undefined);
  assertEquals(read(vault, "d", kept), "somebody's only one");
});

for (const repaired of [true, false]) {
  const how = repaired ? "verify --repair writes" : "somebody puts";
  Deno.test(`a record that ${how} back after runs that lacked it: every snapshot has what it had`, async () => {
    for (let lost = 0; lost < 4; lost++) {
      using g = new Grown();
      const grown: TreeSpec[] = [
        { a: "0", d: { x: "0" }, attrs: "attrs", back: "b" },
        { a: "1", d: { y: "1" }, e: { z: "1" }, back: "c", goes: "1", "goes too": { f: "1" } },
        { d: { w: "2" }, own: "2", back: "b" },
        { a: "3", last: "3" },
      ];
      for (const [day, tree] of grown.entries()) await g.day(day).put(tree).backup();
      const stamps = g.list().map((s) => s.stamp);
      const states = stamps.map((stamp) => g.snapshot(stamp));
      const mustBeAsBefore = (when: string): void =>
        assertEquals(stamps.map((stamp) => g.snapshot(stamp)), states, `record ${lost}: ${when}`);
      const record = g.in(META, "runs", `${stamps[lost]}.jsonl`);
      const text = Deno.readTextFileSync(record);
      Deno.removeSync(record);
      Deno.chmodSync(join(g.source, "attrs"), 0o600);
      const lacked = await g.day(5).backup();
      const later = await g.day(6).drop("goes", "goes too").put({ more: "6", e: { z: "6" } })
        .backup();
      const now = g.sourceState();
      if (!repaired) Deno.writeTextFileSync(record, text);
      g.verify({ repair: repaired });
      mustBeAsBefore("back");
      assertEquals(g.snapshot(later), now);
      assertEquals(g.list().filter((s) => s.state !== "complete" || s.lost > 0), []);
      await g.day(7).put({ more: "7", own: "7", "e/z": "7", a: "7" }).backup();
      mustBeAsBefore("next run");
      g.assertSound();
      for (const forgotten of [later, lacked]) {
        assertEquals((await g.day(8).delete([forgotten])).errors, 0);
        mustBeAsBefore(`without ${forgotten}`);
        dropIndex(g.vault);
        mustBeAsBefore(`without ${forgotten}, no index`);
        g.assertSound();
      }
    }
  });
}

Deno.test("verify --repair in an older copy of a vault makes no record anew of a run that it never had", async () => {
  using g = new Grown();
  await g.day(0).put({ a: "0", d: { x: "0" } }).backup();
  await g.day(1).put({ b: "1" }).backup();
  const copy = `${g.vault}-copy`;
  copyTree(g.vault, copy);
  await g.day(2).put({ c: "2", d: { y: "2" } }).backup();
  await g.day(3).put({ a: "3" }).drop("b").backup();
  Deno.removeSync(g.vault, { recursive: true });
  Deno.renameSync(copy, g.vault);
  // what came since is stored again, as it was then
  const back = await g.day(4).backup();
  const [stamps, now] = [g.list().map((s) => s.stamp), g.sourceState()];
  g.verify({ repair: true });
  assertEquals(names(g.in(META, "runs")).filter((n) => n.endsWith(".jsonl")).length, 3);
  assertEquals(g.list().map((s) => s.stamp), stamps);
  assertEquals(g.snapshot(back), now);
  dropIndex(g.vault);
  g.assertSound();
});
