/** How far a run is: the line and the message, and that what is counted to read is what is read. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { type ScoutTrade, serveScout } from "../../src/engine/backup/scout_server.ts";
import type { Context } from "../../src/cli/command.ts";
import { tellProgress } from "../../src/cli/progress.ts";
import { SharedState } from "../../src/sandbox/channel.ts";
import { type EnginePorts, NO_PROGRESS, type RunningTotals } from "../../src/engine/ports.ts";
import { progressLine, type ProgressState, progressStatus } from "../../src/report/progress.ts";
import { Link, LINKS, makeTree, run, tempDir } from "../helpers/cli_helper.ts";
import { type BackupOptions, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { lanesOf } from "../helpers/lanes_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

const STATE: ProgressState = {
  seconds: 10,
  entriesSeen: 0,
  filesDone: 0,
  bytesDone: 0,
  filesFound: 0,
  bytesFound: 0,
  totalKnown: false,
  errors: 0,
};

Deno.test("progress: before the total is known, what was looked at and done; no time left", () => {
  const s = { ...STATE, entriesSeen: 1234, filesDone: 10, bytesDone: 20 << 20 };
  assertEquals(progressLine(s), "0:10  1234 files found, 20.0 MiB, 2.00 MiB/s");
  const done = progressLine({ ...STATE, filesDone: 7, bytesDone: 20 << 20 });
  assertEquals(done, "0:10  7 files, 20.0 MiB, 2.00 MiB/s");
  assertEquals(progressStatus(s), {
    message_type: "status",
    seconds_elapsed: 10,
    files_done: 10,
    bytes_done: 20 << 20,
    error_count: 0,
  });
});

Deno.test("progress: with a total, the share and the time left, by files and by bytes", () => {
  const half = {
    ...STATE,
    filesDone: 50,
    bytesDone: 50 << 20,
    filesFound: 100,
    bytesFound: 100 << 20,
    totalKnown: true,
    errors: 2,
  };
  assertEquals(
    progressLine(half),
    "0:10  50 of 100 files, 50 % of 100.0 MiB, 5.00 MiB/s, 10 s left, 2 errors",
  );
  const { percent_done, total_files, total_bytes, seconds_remaining } = progressStatus(half);
  assertEquals([percent_done, total_files, total_bytes, seconds_remaining], [
    0.5,
    100,
    100 << 20,
    10,
  ]);
  // all bytes are read and half of the files, which are empty: that is not the end
  const left = progressStatus({ ...half, bytesFound: 50 << 20 }).percent_done ?? 1;
  assert(left > 0.5 && left < 1, `${left}`);
});

Deno.test("progress: nothing to do, and more done than was counted, are no nonsense", () => {
  assertEquals(progressStatus({ ...STATE, totalKnown: true }).percent_done, undefined);
  const more = {
    ...STATE,
    totalKnown: true,
    filesFound: 1,
    bytesFound: 1,
    filesDone: 2,
    bytesDone: 2,
  };
  assertEquals(progressStatus(more).percent_done, 1);
  const huge = { ...more, filesFound: 1e9, bytesFound: 1e17, filesDone: 9e8, errors: 1e6 };
  assert(progressLine({ ...huge, seconds: 1e6 }).length <= 79);
});

Deno.test("progress: it is told again and again while threads work, and not a word after the end", async () => {
  // as a thread that works does
  const alive = setInterval(() => {}, 60_000);
  try {
    let [lines, enough] = [0, (): void => {}];
    const twice = new Promise<void>((done) => enough = done);
    const progress = (): void => void (++lines === 2 && enough());
    const stop = tellProgress({ progress } as unknown as Context, new SharedState());
    await twice;
    stop();
    await new Promise((go) => setTimeout(go, 500));
    assertEquals(lines, 2);
    assertEquals(tellProgress({ json: false } as Context, new SharedState())(), undefined);
  } finally {
    clearInterval(alive);
  }
});

interface Totals {
  found: [number, number];
  done: [number, number];
  whole: number;
}

function noTotals(): Totals {
  return { found: [0, 0], done: [0, 0], whole: 0 };
}

function progressInto(t: Totals): RunningTotals {
  const add = (sum: [number, number]) => (files: number, bytes: number): void => {
    sum[0] += files;
    sum[1] += bytes;
  };
  return {
    ...NO_PROGRESS,
    addTotal: add(t.found),
    done: add(t.done),
    totalKnown: (): void => void t.whole++,
  };
}

/** Backs up with somebody who watches, the scout in this thread. */
async function watched(
  source: string,
  vaults: string[],
  options: BackupOptions = {},
): Promise<Totals> {
  const t = noTotals();
  const ports: EnginePorts = { ...enginePorts(), progress: progressInto(t) };
  let scouted = false;
  ports.scout = lanesOf<ScoutTrade>([ports], serveScout, () => void (scouted = true));
  const request = backupRequest(source, vaults, { watched: true, ...options });
  for (const o of await backup(ports, request)) assertEquals(o.failed, undefined);
  // the scout of a real run has a thread of its own
  while (scouted && t.whole === 0) await new Promise((go) => setTimeout(go, 1));
  return t;
}

Deno.test({
  name: "counts agree: a link is a file in the progress, in the summary and in what a restore says",
  ignore: !LINKS,
  fn: async () => {
    using dir = tempDir();
    const source = dir.at("source");
    makeTree(source, { a: "12345", l: new Link("abc"), d: { m: new Link("x"), b: "1" } });
    const first = await watched(source, [dir.at("v")]);
    assertEquals(first, { found: [4, 10], done: [4, 10], whole: 1 });
    makeTree(source, { n: new Link("abcd"), c: "22" });
    const second = await watched(source, [dir.at("v")]);
    assertEquals(second.found, second.done);
    const { json } = await run(["backup", source, dir.at("w"), "--json"]);
    assertEquals(json.at(-1)?.total_files_processed, 6);
    const said = await run(["backup", source, dir.at("x")]);
    assertStringIncludes(said.stdout, "files: 6 new");
    const restored = await run(["restore", dir.at("x"), "--to", dir.at("t")]);
    assertStringIncludes(restored.stdout, "files: 6 written (3 links)");
    const again = await run(["restore", dir.at("x"), "--to", dir.at("t"), "--overwrite", "never"]);
    assertStringIncludes(again.stdout, "files: 6 unchanged");
    const t = noTotals();
    const ports = { ...enginePorts(), progress: progressInto(t) };
    await restoreHere(dir.at("x"), dir.at("t2"), { watched: true }, ports);
    assertEquals([t.found, t.done], [[6, 16], [6, 16]]);
  },
});

Deno.test("progress: what is counted to read is what is read, in a first run and in later ones", async () => {
  using dir = tempDir();
  const [source, vault, other] = [dir.at("source"), dir.at("vault"), dir.at("other")];
  const rules = { exclude: ["*.tmp", "cache/"], excludeLargerThan: 500 };
  makeTree(source, {
    "a.txt": "12345",
    "b.tmp": "left out",
    "big": "x".repeat(501),
    cache: { "c": "left out" },
    sub: { deep: { "d.txt": "1234567890" }, "e.txt": "" },
  });
  const all: [number, number] = [3, 15];
  assertEquals(await watched(source, [vault], { rules }), { found: all, done: all, whole: 1 });
  // a change, and a directory that is new; what was written a moment ago is read again
  Deno.writeTextFileSync(join(source, "a.txt"), "1234567");
  makeTree(source, { fresh: { more: { "f.txt": "123", "g.tmp": "left out" }, "h.txt": "1" } });
  const later = await watched(source, [vault], { rules });
  assertEquals([later.found, later.whole], [later.done, 1]);
  assert(later.found[0] >= 3 && later.found[1] >= 11, JSON.stringify(later));
  // with a vault that is new beside it everything is read, once
  const both: [number, number] = [5, 21];
  assertEquals(await watched(source, [vault, other], { rules }), {
    found: both,
    done: both,
    whole: 1,
  });
  // what was written a moment ago takes its whole directory through a second reading
  const hashed = await watched(source, [vault, other], { rules, checksum: true });
  assertEquals([hashed.found, hashed.whole], [both, 1]);
  assert(hashed.done[0] >= both[0] && hashed.done[1] >= both[1], JSON.stringify(hashed));
});

Deno.test("progress: a file that does not fit a buffer counts as one, stored or hashed alone", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  const big = new Uint8Array((4 << 20) + 5);
  makeTree(source, { big, small: "12345" });
  for (const path of ["big", "small", ""]) Deno.utimeSync(join(source, path), 1e9, 1e9);
  const all: [number, number] = [2, big.length + 5];
  assertEquals(await watched(source, [vault]), { found: all, done: all, whole: 1 });
  const { found, done } = await watched(source, [vault], { checksum: true });
  assertEquals(found, all);
  assert(done[0] >= 2 && done[1] >= all[1], `${done}`);
});

Deno.test("progress: a restore tells its total first, and ends with it, whatever need not be written", async () => {
  using dir = tempDir();
  const [source, vault, target] = [dir.at("source"), dir.at("vault"), dir.at("target")];
  const big = new Uint8Array((1 << 20) + 5);
  makeTree(source, { "a.txt": "12345", big, sub: { "b.txt": "123", "c.log": "1" }, none: {} });
  for (const o of await backup(enginePorts(), backupRequest(source, [vault]))) {
    assertEquals(o.failed, undefined);
  }
  const told = async (paths: string[]): Promise<Totals & { first: number }> => {
    const t = { ...noTotals(), first: -1 };
    const progress = progressInto(t);
    const totalKnown = (): void => {
      t.whole++;
      t.first = t.done[0];
    };
    const ports = { ...enginePorts(), progress: { ...progress, totalKnown } };
    const { errors } = await restoreHere(vault, target, { paths, watched: true }, ports);
    assertEquals(errors, []);
    return t;
  };
  const all: [number, number] = [4, big.length + 9];
  assertEquals(await told([]), { found: all, done: all, whole: 1, first: 0 });
  // nothing is to be written, all but the attributes of one, one file alone
  assertEquals(await told([]), { found: all, done: all, whole: 1, first: 0 });
  Deno.utimeSync(join(target, "a.txt"), 1, 1);
  Deno.removeSync(join(target, "sub", "b.txt"));
  assertEquals(await told([]), { found: all, done: all, whole: 1, first: 0 });
  assertEquals((await told(["sub"])).found, [2, 4]);
  assertEquals(await told(["*.txt"]), { found: [2, 8], done: [2, 8], whole: 1, first: 0 });
});
