/** `verify`: every kind of damage is found and named, nothing else is; what can be repaired is. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Around } from "../../src/platform/doubles/tap.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { run } from "../helpers/cli_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { Grown, growRich, isThere, LONG, META, names } from "../helpers/maintain_helper.ts";
import { dropIndex, indexPlace, setIndexAside } from "../helpers/index_helper.ts";

/** The errors of the last verify: code and place. */
function found(g: Grown): string[] {
  return g.messages.flatMap((m) => m.message_type === "error" ? [`${m.code} ${m.stored_as}`] : [])
    .sort();
}

/** Changes a byte and keeps size and time. */
function rot(path: string): void {
  const info = Deno.statSync(path);
  const data = Deno.readFileSync(path);
  data[0] = (data[0] ?? 0) ^ 1;
  Deno.writeFileSync(path, data);
  Deno.utimeSync(path, info.mtime ?? 0, info.mtime ?? 0);
}

Deno.test("verify: a sound vault with a past is sound, and nothing is written", async () => {
  using g = new Grown();
  await growRich(g);
  const before = JSON.stringify(g.dump());
  const mtime = names(g.in(META)).join();
  const counts = g.assertSound();
  assert(counts.files_checked > 20 && counts.unknown === 0);
  assertEquals(JSON.stringify(g.dump()), before);
  assertEquals(names(g.in(META)).join(), mtime);
});

/** Action × place: what is done to a file of the vault, and what verify says of it. */
const PLACES: {
  what: string;
  at: (g: Grown, s: string[]) => string;
  kind: "content" | "metadata";
}[] = [
  { what: "a current file", at: () => "stays", kind: "content" },
  { what: "a file below", at: () => "d/x", kind: "content" },
  { what: "a generation", at: (_g, s) => `${META}/$OLD@${s[9]}$a`, kind: "content" },
  { what: "a deletion", at: (_g, s) => `${META}/.$DEL@${s[9]}$link`, kind: "content" },
  { what: "a link record", at: () => `${META}/$LNK$twin`, kind: "content" },
  { what: "a deleted link", at: (_g, s) => `${META}/.$DELLNK@${s[2]}$link`, kind: "content" },
  {
    what: "a file in a moved tree",
    at: (_g, s) => `${META}/.$DEL@${s[4]}$swap/${META}/.$DEL@${s[4]}$inside`,
    kind: "content",
  },
  { what: "the metadata of the root", at: () => `${META}/metadata.txt`, kind: "metadata" },
  { what: "the metadata of a directory", at: () => `d/${META}/metadata.txt`, kind: "metadata" },
];

Deno.test("verify names each damage once, by its place", async (t) => {
  using g = new Grown();
  const stamps = await growRich(g);
  for (const { what, at } of PLACES) {
    const place = at(g, stamps);
    const path = g.in(...place.split("/"));
    const whole = Deno.readFileSync(path);
    const actions: [string, string, () => void][] = [
      ["a flipped bit", "damaged", () => rot(path)],
      ["a cut", "damaged", () => Deno.truncateSync(path, whole.length - 2)],
      ["emptied", "damaged", () => Deno.truncateSync(path, 0)],
      ["removed", "missing", () => Deno.removeSync(path)],
      ["a directory instead", "missing", () => {
        Deno.removeSync(path);
        Deno.mkdirSync(path);
      }],
      ["a link instead", "missing", () => {
        Deno.removeSync(path);
        Deno.symlinkSync("/etc/hostname", path);
      }],
    ];
    for (const [action, code, work] of actions) {
      await t.step(`${what}: ${action}`, () => {
        try {
          work();
          const counts = g.verify();
          const either = what.startsWith("the metadata") && action.endsWith("instead");
          const codes = either ? ["damaged", "missing"] : [code];
          const errors = found(g);
          assertEquals(errors.length, 1, errors.join("\n"));
          assert(codes.some((c) => errors[0] === `${c} ${place}`), errors[0]);
          assertEquals([counts.errors, counts.damaged + counts.missing], [1, 1]);
        } finally {
          if (isThere(path)) Deno.removeSync(path);
          Deno.writeFileSync(path, whole);
        }
      });
    }
  }
  g.assertSound();
});

Deno.test("a current copy that is missing is missing, though the newest run set an older one aside", async () => {
  using g = new Grown();
  await g.put({ a: "1" }).backup();
  await g.put({ a: "22" }).backup();
  Deno.removeSync(g.in("a"));
  const counts = await g.verify();
  assertEquals([counts.missing, counts.damaged], [1, 0]);
  assertEquals(found(g), ["missing a"]);
});

Deno.test("what cannot be looked at is not missing: verify and restore tell why", async () => {
  using g = new Grown();
  const first = await g.put({ d: { a: "1" } }).backup();
  await g.put({ d: { a: "22" } }).backup();
  const around: Around = (call, work) => {
    if (call.effect !== "read" || !/\$OLD@.*\$a$/.test(call.path)) return work();
    const text = `Permission denied: open '${call.path}'`;
    throw Object.assign(new Deno.errors.PermissionDenied(text), { code: "EACCES" });
  };
  const request = {
    source: g.source,
    root: g.vault,
    given: g.vault,
    host: "test",
    pid: 1,
    windows: false,
  };
  for (const repair of [false, true]) {
    const counts = verify(g.ports(around), { ...request, repair });
    assertEquals([counts.missing, counts.damaged, counts.errors], [0, 0, 1]);
    assertEquals(found(g).map((text) => text.split(" ")[0]), ["unreadable"]);
  }
  const { errors } = await restoreHere(g.vault, g.source, { at: first }, g.ports(around));
  assertEquals(errors.map((e) => [e.path, e.code]), [["d/a", "EACCES"]]);
  assertEquals(errors[0]?.hint, "run hikae as a user who may read the vault");
});

Deno.test("verify: what an interrupted run left is no damage, and is said to be of it", async () => {
  using g = new Grown();
  await growRich(g);
  await g.day(11).put({ late: { f: "1", below: {} }, turns: { f: "2" } }).backup();
  const index = setIndexAside(g.vault);
  await g.backup();
  g.drop("late").drop("turns");
  const stamp = await g.day(12).put({ new: "n", turns: "a file" }).backup();
  // as a kill leaves it: files copied, the record without its last line, the index without the run
  const record = g.in(META, "runs", `${stamp}.jsonl`);
  const lines = Deno.readTextFileSync(record).trimEnd().split("\n");
  Deno.writeTextFileSync(record, `${lines[0]}\n`);
  index();
  const counts = g.verify();
  assertEquals([counts.errors, counts.damaged, counts.missing], [0, 0, 0]);
  assertEquals(
    g.messages.flatMap((m) => m.message_type === "note" ? [m.message] : []).at(-1),
    `the run ${stamp} was interrupted; the next backup repairs what it left`,
  );
  assertEquals(g.verify({ repair: true }).errors, 0);
  assert(!g.messages.some((m) => JSON.stringify(m).includes("the next backup")));
});

Deno.test("verify: strangers and leftovers are notes, not damage", async () => {
  using g = new Grown();
  await growRich(g);
  const strange = ["by hand.txt", `${META}/notes.txt`, `${META}/$TMP@7`, `d/${META}/$LNK$new`];
  strange.push(`${META}/$OLD@20200101_000000$a`);
  for (const s of strange) Deno.writeTextFileSync(g.in(...s.split("/")), "?");
  const counts = g.verify();
  assertEquals([counts.errors, counts.strangers], [0, strange.length]);
  assertEquals(
    g.messages.flatMap((m) => m.message_type === "note" ? [m.path] : []).sort(),
    strange.sort(),
  );
});

Deno.test("verify --repair brings back from the source, and only what is recorded", async () => {
  using g = new Grown();
  await growRich(g);
  const current = ["stays", "swap", "d/x", LONG, "flip", `${META}/$LNK$twin`];
  const files = current.filter((c) => c !== "swap");
  const whole = new Map(files.map((f) => [f, Deno.readFileSync(g.in(...f.split("/")))]));
  rot(g.in("stays"));
  Deno.removeSync(g.in("d"), { recursive: true });
  Deno.truncateSync(g.in(LONG), 0);
  Deno.removeSync(g.in("flip"));
  Deno.mkdirSync(join(g.path, "aside"));
  Deno.writeTextFileSync(g.in(META, "$LNK$twin"), "elsewhere");
  Deno.writeTextFileSync(g.in(META, "metadata.txt"), "nonsense");
  const counts = g.verify({ repair: true });
  assertEquals(found(g).filter((f) => !f.includes("$OLD") && !f.includes("$DEL")), []);
  for (const [f, data] of whole) assertEquals(Deno.readFileSync(g.in(...f.split("/"))), data, f);
  assert(counts.repaired >= 7, JSON.stringify(counts));
  // the past that lay in the removed directory cannot come back, and is named
  const again = g.verify();
  assertEquals(again.errors, counts.errors);
  assertEquals(again.damaged, 0);
  const next = await g.day(12).backup();
  assertEquals(g.snapshot(next), g.sourceState());
});

Deno.test("verify --repair takes nothing from a source that has changed since", async () => {
  using g = new Grown();
  g.put({ f: "right", h: "other" });
  await g.backup();
  g.put({ f: "wrong" });
  rot(g.in("f"));
  const counts = g.verify({ repair: true });
  assertEquals([counts.damaged, counts.repaired, counts.errors], [1, 0, 1]);
  assertEquals(found(g), ["damaged f"]);
});

Deno.test("verify --repair takes identical content from elsewhere in the vault, also for the past", async () => {
  using g = new Grown();
  g.put({ f: "same", twin: "same" });
  await g.backup();
  g.day(1).drop("f", "twin");
  const gone = await g.backup();
  const mark = g.in(META, `.$DEL@${gone}$f`);
  Deno.removeSync(mark);
  Deno.removeSync(g.source, { recursive: true });
  const none = g.path + "/none";
  const counts = g.verify({ repair: true, source: none });
  assertEquals([counts.missing, counts.repaired, counts.errors], [1, 1, 0]);
  assertEquals(Deno.readTextFileSync(mark), "same");
});

for (const index of ["knows of the run that is lost", "is lost, too"]) {
  Deno.test(`verify --repair writes over no copy that is newer than the records; the index ${index}`, async () => {
    using g = new Grown();
    g.put({ d: { f: "one" } });
    await g.backup();
    const root = [
      "vault.json",
      "metadata.txt",
      join("runs", names(g.in(META, "runs"))[0] ?? ""),
    ];
    const old = root.map((name) => Deno.readFileSync(g.in(META, name)));
    g.put({ d: { f: "two", g: "new" } });
    await g.backup();
    // the records as of the first run, and the source again as it was then
    Deno.removeSync(g.in(META), { recursive: true });
    Deno.mkdirSync(g.in(META, "runs"), { recursive: true });
    for (const [i, name] of root.entries()) {
      Deno.writeFileSync(g.in(META, name), old[i] ?? new Uint8Array());
    }
    g.put({ d: { f: "one", g: "new" } });
    g.now += 60_000;
    if (index === "is lost, too") dropIndex(g.vault);
    const first = g.verify({ repair: true });
    // what the index knows of a run that left something on the disk is written again
    const isKnown = index !== "is lost, too";
    assertEquals([first.repaired, first.errors > 0], isKnown ? [1, false] : [0, true]);
    assertEquals(Deno.readTextFileSync(g.in("d", "f")), "two");
    assertEquals((await run(["reindex", g.vault])).code, 0);
    assertEquals(g.verify({ repair: true }).errors, 0);
    assertEquals(Deno.readTextFileSync(g.in("d", "f")), "two");
  });
}

Deno.test("verify --repair follows no link in the source", async () => {
  using g = new Grown();
  g.put({ d: { f: "secret" } });
  await g.backup();
  const away = join(g.path, "away");
  Deno.renameSync(join(g.source, "d"), away);
  Deno.symlinkSync(away, join(g.source, "d"));
  Deno.removeSync(g.in("d", "f"));
  const counts = g.verify({ repair: true });
  assertEquals([counts.repaired, counts.errors], [0, 1]);
});

Deno.test("verify --repair writes through no link in the vault, and says which is in the way", async () => {
  using g = new Grown();
  g.put({ d: { f: "first", g: "second" } });
  await g.backup();
  const away = join(g.path, "away");
  Deno.renameSync(g.in("d"), away);
  Deno.symlinkSync(away, g.in("d"));
  rot(join(away, "f"));
  rot(join(away, "g"));
  const rotten = Deno.readTextFileSync(join(away, "f"));
  assert(g.verify({ repair: true }).errors > 0);
  const told = g.messages.filter((m) =>
    m.message_type === "note" && m.message.includes(`${g.in("d")} is a symbolic link`)
  );
  assertEquals(told.length, 1);
  assertEquals(Deno.readTextFileSync(join(away, "f")), rotten);
  Deno.removeSync(g.in("d"));
  assertEquals(g.verify({ repair: true }).errors, 0);
  g.assertSound();
});

Deno.test("verify --sample checks a share, in repair those longest unchecked first", async () => {
  using g = new Grown();
  g.put(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, `${i}`])));
  await g.backup();
  assertEquals(g.verify({ sample: 0.25 }).files_checked, 5);
  assertEquals(g.verify({ sample: 0.001 }).files_checked, 1);
  // four times a quarter with the memory of a repair are all
  rot(g.in("f7"));
  let damaged = 0;
  for (let i = 0; i < 4; i++) {
    g.now += 1000;
    damaged += g.verify({ sample: 0.25, repair: true }).damaged;
  }
  assertEquals(damaged, 1);
});

Deno.test("verify on the command line: exit codes, JSON, access", async () => {
  using g = new Grown();
  g.put({ f: "1", d: { h: "2" } });
  await g.backup();
  const good = await run(["verify", g.vault]);
  assertEquals(good.code, 0, good.stderr);
  assert(good.stdout.includes("sound"), good.stdout);
  for (const bad of ["0", "101%", "some"]) {
    assertEquals((await run(["verify", g.vault, "--sample", bad])).code, 2);
  }
  assertEquals((await run(["verify", g.vault, "--sample", "50%"])).code, 0);
  rot(g.in("d", "h"));
  const bad = await run(["verify", g.vault, "--json"]);
  assertEquals(bad.code, 1);
  const error = bad.json.find((m) => m.message_type === "error");
  assertEquals([error?.path, error?.stored_as, error?.code, error?.during], [
    "d/h",
    "d/h",
    "damaged",
    "verify",
  ]);
  const own = indexPlace(g.vault)?.dir;
  const sets = await run(["verify", g.vault, "--repair", "--explain-permissions", "--json"]);
  const engine = sets.json.find((m) => m.thread === "engine");
  assertEquals([engine?.read, engine?.write], [
    [g.source, g.vault, own],
    [g.vault, own],
  ]);
  const look = await run(["verify", g.vault, "--explain-permissions", "--json"]);
  assertEquals(look.json.find((m) => m.thread === "engine")?.write, [own]);
  const fixed = await run(["verify", g.vault, "--repair", "--json"]);
  assertEquals(fixed.code, 0, fixed.stderr);
  assertEquals(fixed.json.at(-1)?.repaired, 1);
  // without its source only the vault is left to repair from
  rot(g.in("d", "h"));
  Deno.renameSync(g.source, `${g.source}2`);
  assertEquals((await run(["verify", g.vault, "--repair"])).code, 1);
  Deno.writeTextFileSync(g.in(META, "vault.json"), "{}");
  assertEquals((await run(["verify", g.vault])).code, 13);
  assertEquals((await run(["verify", dirname(g.vault)])).code, 10);
  assert(isThere(g.in(META)) && names(g.vault).length > 0);
});

Deno.test("verify: what stands where the newest record should be is found, and nothing waits for a pipe in the place of vault.json", async () => {
  using g = new Grown();
  await growRich(g);
  const runs = g.in(META, "runs");
  const newest = names(runs).filter((name) => name.endsWith(".jsonl")).sort().at(-1) ?? "";
  Deno.removeSync(join(runs, newest));
  Deno.mkdirSync(join(runs, newest));
  g.verify();
  assert(found(g).includes(`damaged ${META}/runs/${newest}`), found(g).join());

  if (Deno.build.os === "windows") return;
  const file = g.in(META, "vault.json");
  Deno.removeSync(file);
  await new Deno.Command("mkfifo", { args: [file] }).output();
  const r = await run(["verify", g.vault, "--repair"]);
  assertEquals(r.code, 13);
  assertStringIncludes(r.stderr, "socket, pipe or device stands where vault.json should be");
});
