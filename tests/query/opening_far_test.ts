/** A vault far away is opened with many questions under way at once, and tells what a near one tells. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { AheadCalls } from "../../src/base/ahead.ts";
import type { Message } from "../../src/base/event.ts";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { perform } from "../../src/engine/commands.ts";
import { Browser } from "../../src/engine/browse/browser.ts";
import { prune } from "../../src/engine/maintain/prune.ts";
import type { MaintainOutcome } from "../../src/engine/maintain/request.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { SeenFiles } from "../../src/engine/seen_files.ts";
import { denoAhead, denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { dropIndex, setIndexAside } from "../helpers/index_helper.ts";
import { Grown, growRich, META, names } from "../helpers/maintain_helper.ts";

/** What was asked of records, and when the lock was taken and let go. */
interface Asked {
  ports: EnginePorts;
  told: Message[];
  /** Records that were opened one after another, and those that were read ahead. */
  alone: string[];
  ahead: string[];
  atOnce: number;
  /** Of all that was asked ahead, how much before the lock was taken, and since. */
  unlocked: number;
  locked: number;
}

const recordIn = (path: string): string | undefined => /(\d{8}_\d{6})\.jsonl$/.exec(path)?.[1];

/** The engine's ports for a vault whose disk takes `ms` for an answer. */
function askedOf(world: Grown, ms: number): Asked {
  let [now, under] = [0, 0];
  const told: Message[] = [];
  const asked: Asked = {
    ports: world.ports(),
    told,
    alone: [],
    ahead: [],
    atOnce: 0,
    unlocked: 0,
    locked: 0,
  };
  let isHeld = false;
  const later = async <T>(call: () => Promise<T>): Promise<T> => {
    asked[isHeld ? "locked" : "unlocked"]++;
    asked.atOnce = Math.max(asked.atOnce, ++under);
    try {
      return await call();
    } finally {
      under--;
    }
  };
  const ahead: AheadCalls = {
    lstat: (path) => later(() => denoAhead.lstat(path)),
    list: (path) => later(() => denoAhead.list(path)),
    read: (path) => {
      const stamp = recordIn(path);
      if (stamp !== undefined) asked.ahead.push(stamp);
      return later(() => denoAhead.read(path));
    },
  };
  const fs = tapFs(denoFs, (call, work) => {
    const stamp = recordIn(call.path);
    if (call.op === "open" && stamp !== undefined) asked.alone.push(stamp);
    const done = work();
    if (call.op === "file.tryLock") isHeld = true;
    return done;
  });
  asked.ports = {
    ...asked.ports,
    fs,
    ahead,
    emit: (m) => void told.push(m),
    monotonic: () => now += ms,
  };
  return asked;
}

/** What `history` of the whole vault tells. */
async function history(world: Grown, ms: number): Promise<Asked> {
  const asked = askedOf(world, ms);
  await perform(asked.ports, "history", { root: world.vault, windows: false, path: "" });
  return asked;
}

Deno.test("a vault far away without an index: its records are read many at once, each once, and tell what they tell near", async () => {
  using world = new Grown();
  const stamps = await growRich(world);
  dropIndex(world.vault);
  const near = await history(world, 0);
  assertEquals([near.ahead, near.atOnce], [[], 0]);
  assert(near.alone.length >= 2 * stamps.length, `${near.alone.length}`);
  const rows = world.dump();
  dropIndex(world.vault);
  const far = await history(world, 5);
  assertEquals([far.ahead.sort(), far.alone], [stamps, []]);
  assert(far.atOnce >= stamps.length - 1 && far.atOnce <= 32, `${far.atOnce}`);
  assertEquals(far.told, near.told);
  assertEquals(world.dump(), rows);
  // the index is there now: the newest record tells that it is the right one
  assertEquals((await history(world, 5)).ahead, stamps.slice(-1));
});

Deno.test("a vault far away: records that the index lacks are read ahead, and all where one of them took something away", async () => {
  using world = new Grown();
  for (let n = 0; n < 6; n++) await world.day(n).put({ f: `${n}` }).backup();
  const back = setIndexAside(world.vault);
  const lacking: string[] = [];
  for (let n = 6; n < 9; n++) lacking.push(await world.day(n).put({ f: `${n}` }).backup());
  back();
  const far = await history(world, 5);
  assertEquals(far.alone, []);
  assertEquals(far.ahead.sort().slice(1), lacking);
  const again = setIndexAside(world.vault);
  await world.day(10).prune({ policy: { last: 2 } });
  again();
  const thinned = await history(world, 5);
  assertEquals(thinned.alone, []);
  const there = names(world.in(META, "runs")).flatMap((name) => recordIn(name) ?? []);
  assertEquals([...new Set(thinned.ahead)].sort(), there);
  world.assertSound();
});

Deno.test("a vault far away: what is wrong with its records is told as it is near", async () => {
  using world = new Grown();
  const stamps = await growRich(world);
  const path = (n: number): string => world.in(META, "runs", `${stamps[n]}.jsonl`);
  Deno.writeTextFileSync(path(2), "no record");
  Deno.writeTextFileSync(path(4), Deno.readTextFileSync(path(4)).replace("2026", "2025"));
  Deno.removeSync(path(6));
  dropIndex(world.vault);
  const near = await history(world, 0);
  const wrong = near.told.flatMap((m) =>
    m.message_type === "error" ? [recordIn(m.path ?? "")] : []
  );
  for (const n of [2, 4, 6]) assert(wrong.includes(stamps[n]), `${wrong}`);
  dropIndex(world.vault);
  assertEquals((await history(world, 5)).told, near.told);
});

Deno.test("a vault far away is written and thinned by what is seen once its lock is held", async () => {
  using world = new Grown();
  const stamps = await growRich(world);
  dropIndex(world.vault);
  world.day(11).put({ more: "more" });
  const run = askedOf(world, 5);
  const vault = { ...backupRequest(world.source, [world.vault]).vaults[0], far: true };
  const request = backupRequest(world.source, [world.vault], { allowMassChange: true });
  const [outcome] = await backup(run.ports, { ...request, vaults: [vault as never] });
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  assertEquals([run.unlocked, run.alone.filter((s) => stamps.includes(s))], [0, []]);
  assertEquals(run.ahead.sort(), stamps);
  dropIndex(world.vault);
  const thin = askedOf(world.day(12), 5);
  const { errors, snapshots } = await pruneTo(world, 3, thin);
  assertEquals([errors, snapshots > 3, thin.unlocked], [0, true, 0]);
  assert(thin.locked >= stamps.length, `${thin.locked}`);
  world.assertSound();
});

function pruneTo({ vault }: Grown, last: number, { ports }: Asked): Promise<MaintainOutcome> {
  const given = { root: vault, given: vault, host: "test", pid: 1 };
  return prune(ports, { ...given, dryRun: false, askPlugins: false, policy: { last } });
}

/** Forgets all but the newest two; gives what was asked, and what the records are then. */
async function forgetMost(world: Grown, ms: number): Promise<{ asked: Asked; records: string }> {
  const asked = askedOf(world, ms);
  const { errors } = await pruneTo(world, 2, asked);
  assertEquals(errors, 0);
  const runs = world.in(META, "runs");
  const texts = names(runs).map((name) => `${name} ${Deno.readTextFileSync(`${runs}/${name}`)}`);
  const { id } = JSON.parse(Deno.readTextFileSync(world.in(META, "vault.json")));
  return { asked, records: texts.join("").replaceAll(id, "ID") };
}

Deno.test("a vault far away: the records of what is forgotten are read many at once, and become what they become near", async () => {
  const grown = async (world: Grown): Promise<string[]> => {
    const stamps: string[] = [];
    // what began in a snapshot lives on, and so do lines of its record
    for (let n = 0; n < 7; n++) {
      world.day(n).put({ [`new${n}`]: "x", f: `${n}` });
      stamps.push(await world.backup());
    }
    world.day(9);
    return stamps;
  };
  using near = new Grown();
  using far = new Grown();
  await grown(near);
  const stamps = await grown(far);
  const before = await forgetMost(near, 0);
  const now = await forgetMost(far, 5);
  const source = (text: string, world: Grown): string => text.replaceAll(world.source, "SOURCE");
  const unhashed = (text: string): string =>
    text.replaceAll(/[0-9a-f]{64}|"(line|mtime)":"[^"]*"/g, "#");
  assertEquals(
    unhashed(source(now.records, far)),
    unhashed(source(before.records, near)),
  );
  const going = stamps.slice(0, -2);
  const alone = (asked: Asked): string[] => asked.alone.filter((s) => going.includes(s));
  assert(alone(before.asked).length >= 2 * going.length, `${alone(before.asked)}`);
  assertEquals(alone(now.asked), []);
  assertEquals(now.asked.ahead.filter((s) => going.includes(s)).sort(), going);
  far.assertSound();
});

Deno.test("a vault far away that a page looks at is opened with many questions at once, and answers as a near one", async () => {
  using world = new Grown();
  const stamps = await growRich(world);
  const facts = async (ms: number): Promise<[Asked, unknown]> => {
    dropIndex(world.vault);
    const asked = askedOf(world, ms);
    const browser = new Browser(asked.ports, world.vault, false);
    // two at once share what is seen
    const [one, other] = await Promise.all([
      browser.answer("facts", {}),
      browser.answer("vanished", { limit: 5 }),
    ]);
    assertEquals(await browser.answer("facts", {}), one);
    return [asked, [one, other]];
  };
  const [near, told] = await facts(0);
  assert(near.alone.length >= 2 * stamps.length, `${near.alone.length}`);
  const [far, toldFar] = await facts(5);
  assertEquals(toldFar, told);
  assertEquals([far.ahead.sort(), far.alone], [stamps, []]);
});

Deno.test("a vault far away that a page looks at: what was seen for a question that failed serves no later one", async () => {
  using world = new Grown();
  await growRich(world);
  const browser = new Browser(askedOf(world, 5).ports, world.vault, false);
  const info = world.in(META, "vault.json");
  Deno.renameSync(info, `${info}.away`);
  await assertRejects(() => browser.answer("facts", {}));
  Deno.renameSync(`${info}.away`, info);
  const stamp = await world.day(12).put({ more: "more" }).backup();
  const { snapshots } = await browser.answer("facts", {});
  assertEquals(snapshots.at(-1)?.stamp, stamp);
});

Deno.test("a vault far away into which a whole run goes while it is opened: no record is missed, and none called lost", async () => {
  using world = new Grown();
  for (let n = 0; n < 3; n++) await world.day(n).put({ f: `${n}` }).backup();
  const asked = askedOf(world.day(4), 5);
  const { read } = asked.ports.ahead ?? denoAhead;
  let stamp: string | undefined;
  const ahead = {
    ...denoAhead,
    // the records were listed by now
    read: async (path: string) => {
      if (recordIn(path) !== undefined) stamp ??= await world.day(5).put({ f: "new" }).backup();
      return await read(path);
    },
  };
  await perform({ ...asked.ports, ahead }, "list", { root: world.vault, windows: false });
  const told = asked.told.map((m) => m.message_type === "snapshot" ? m.stamp : m.message_type);
  assertEquals([told.length, told.at(-1)], [4, stamp]);
  assertEquals(asked.told.filter((m) => m.message_type === "error"), []);
});

/** A disk of files with some bytes each. */
function disk(bytes: number): { seen: SeenFiles; asked: string[]; calls: FileSystem } {
  const asked: string[] = [];
  const info = { type: "file", size: bytes } as FileInfo;
  const content = new Uint8Array(bytes);
  const told = (path: string): void => void asked.push(path);
  const calls = {
    ...denoFs,
    lstat: (path: string) => (told(path), info),
    rename: () => {},
    open: (path: string) => (told(path), { read: () => 0, close: () => {} }),
  } as unknown as FileSystem;
  const gone = Object.assign(new Deno.errors.NotFound("gone"), { code: "ENOENT" });
  const ahead: AheadCalls = {
    lstat: (path) => path.endsWith("gone") ? Promise.reject(gone) : Promise.resolve(info),
    list: () => Promise.resolve([]),
    read: () => Promise.resolve(content),
  };
  return { seen: new SeenFiles(calls, ahead, "/v"), asked, calls };
}

Deno.test("files seen ahead: who writes below the vault sees all of it as it is, also what is being seen just then", async () => {
  const { seen, asked } = disk(10);
  await seen.file("/v/a");
  assertEquals([seen.fs.lstat("/v/a").size, asked], [10, []]);
  seen.fs.rename("/home/x", "/home/y");
  seen.fs.open("/v/a", { read: true }).close();
  assertEquals(asked, []);
  const seeing = seen.file("/v/b");
  seen.fs.rename("/v/$TMP@x", "/v/c");
  await seeing;
  for (const path of ["/v/a", "/v/b"]) seen.fs.lstat(path);
  assertEquals(asked, ["/v/a", "/v/b"]);
  await seen.file("/v/a");
  seen.fs.open("/v/d", { write: true, createNew: true }).close();
  seen.fs.lstat("/v/a");
  assertEquals(asked, ["/v/a", "/v/b", "/v/d", "/v/a"]);
});

Deno.test("files seen ahead: that something is not there is told once, and asked again then", async () => {
  const { seen, asked } = disk(10);
  await seen.place("/v/gone");
  assertThrows(() => seen.fs.lstat("/v/gone"), Deno.errors.NotFound);
  assertEquals(asked, []);
  seen.fs.lstat("/v/gone");
  assertEquals(asked, ["/v/gone"]);
});

Deno.test("files seen ahead: no more of them are there at once than there is room for, and none is read once a run is to end", async () => {
  const { seen, asked } = disk(1 << 18);
  const paths = Array.from({ length: 1000 }, (_, i) => `/v/${i}`);
  await seen.files(paths, () => false);
  for (const path of paths) seen.fs.open(path, { read: true }).close();
  assert(asked.length > 550 && asked.length <= 1000 - 384, `${asked.length}`);
  const other = disk(10);
  await other.seen.files(paths, () => true);
  other.seen.fs.lstat("/v/1");
  assertEquals(other.asked, ["/v/1"]);
});
