/** Hostile names, trees, disks and clocks (issue 6, item 5): whatever is in a source, each byte comes back or is named. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { ErrorMessage, Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { recording } from "../../src/platform/doubles/recording.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { obeysModes } from "../conformance/fixture.ts";
import {
  errors,
  isThere,
  Link,
  listTree,
  makeTree,
  names,
  run,
  stamps,
  summary,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { type BackupOptions, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { stateOf } from "../format/frozen_answers.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";

/** Names that Linux takes; other systems take fewer. */
const NAMES = [
  "new\nline",
  "\n",
  "carriage\rreturn",
  "tab\there",
  "\t",
  "back\\slash",
  "\\",
  "\\n",
  "trailing.",
  "trailing ",
  " leading",
  "...",
  ". ",
  "-rf",
  "--help",
  "*",
  "?",
  "a:b",
  "a|b<c>\"d'",
  "$HOME",
  "`id`",
  "%00",
  "CON",
  "nul.txt",
  "com1",
  "LPT9.log",
  "desktop.ini",
  "\u00e9 as one",
  "e\u0301 as one",
  "\u{1f4be}\u200d\u{1f525}",
  "\u202egnp.exe",
  "\ufeffbom",
  "\u0085\u2028\u2029",
  "\x01\x1b[31mred\x7f",
  "\ufffd",
  "case",
  "CASE",
  "x".repeat(255),
  "\u3042".repeat(85),
  "~0123456789abcdef",
  "$OLD@20260101_000000$a",
  ".$DEL@20260101_000000$a",
  "$LNK$a",
  "$OLDLNK@20260101_000000$a",
  ".$DELLNK@20260101_000000$a",
  "$TMP@1",
  "$TMP@metadata",
  "metadata.txt",
  "names.txt",
  "vault.json",
  "catalog.db",
  "lock",
  "runs",
  ".$META$$",
  ".$meta$",
];

/** Runs a backup and demands that all went well. */
async function mustBackUp(g: Grown): Promise<string> {
  const stamp = await g.backup();
  g.assertSound();
  return stamp;
}

/** Restores a snapshot; gives the state of what came. */
async function restored(g: Grown, at: string): Promise<string[]> {
  const target = join(g.path, `restored ${at}`);
  Deno.mkdirSync(target);
  const { errors } = await restoreHere(g.vault, target, { at });
  assertEquals(errors, []);
  return stateOf(target);
}

/** Backs up three states: made, changed and gone; each must come back. */
async function throughHistory(make: (text: string) => TreeSpec): Promise<void> {
  using g = new Grown();
  const states: [string, string[]][] = [];
  for (const [i, text] of ["first", "second, changed"].entries()) {
    makeTree(g.source, make(text));
    states.push([await mustBackUp(g.day(i)), stateOf(g.source)]);
  }
  for (const name of names(g.source)) Deno.removeSync(join(g.source, name), { recursive: true });
  states.push([await mustBackUp(g.day(2)), stateOf(g.source)]);
  for (const [stamp, state] of states) assertEquals(await restored(g, stamp), state);
}

Deno.test("hostile names: files, directories and links of every name come back from every run", async () => {
  const files = (text: string): TreeSpec =>
    Object.fromEntries(NAMES.map((n) => [n, `${text} ${n}`]));
  await throughHistory(files);
  await throughHistory((text) => ({ [META]: files(text), "in": { [META]: { "a": text } } }));
  await throughHistory((text) =>
    Object.fromEntries(NAMES.map((n) => [n, { [n]: `${text} ${n}` }]))
  );
});

Deno.test("hostile names: links of every name and to every target", async () => {
  using g = new Grown();
  for (const [i, name] of NAMES.entries()) {
    Deno.symlinkSync(NAMES[(i + 1) % NAMES.length] ?? "", join(g.source, name));
  }
  const targets = ["/etc/passwd", "..", ".", "../../../../..", "/", "/dev/zero", "x".repeat(4000)];
  for (const [i, t] of targets.entries()) Deno.symlinkSync(t, join(g.source, `to ${i}`));
  Deno.writeTextFileSync(join(g.source, "a file beside"), "f");
  const first = await mustBackUp(g);
  const state = stateOf(g.source);
  for (const name of NAMES) Deno.removeSync(join(g.source, name));
  const second = await mustBackUp(g.day(1));
  assertEquals(await restored(g, first), state);
  assertEquals(await restored(g, second), stateOf(g.source));
});

Deno.test("hostile trees: loops of links and links out of the tree are kept as links, nothing behind them is read", async () => {
  using g = new Grown();
  makeTree(g.path, { "outside": { "secret": "not to be read" } });
  makeTree(g.source, {
    "d": { "up": new Link(".."), "self": new Link("self"), "round": new Link("../e/round") },
    "e": { "round": new Link("../d/round"), "out": new Link("../../outside") },
  });
  const stamp = await mustBackUp(g);
  assertEquals(await restored(g, stamp), stateOf(g.source));
  for (const path of listTree(g.vault)) {
    const info = Deno.lstatSync(g.in(...path.split("/")));
    assert(!info.isSymlink, path);
    if (info.isFile) assert(!Deno.readTextFileSync(g.in(...path.split("/"))).includes("not to be"));
  }
});

Deno.test("hostile trees: a path of 4,000 bytes comes back; one beyond what the system takes is named, exit 3", async () => {
  using g = new Grown();
  makeTree(g.source, { "a": "beside" });
  // below the 4,096 bytes that the system takes, with room for the marks of the vault
  const part = "p".repeat(250);
  let deep = g.source;
  while (deep.length + part.length < 3900) Deno.mkdirSync(deep = join(deep, part));
  Deno.mkdirSync(deep = join(deep, "q".repeat(3994 - deep.length)));
  const file = join(deep, "file");
  assertEquals(file.length, 4000);
  const states: [string, string[]][] = [];
  for (const text of ["deep", "changed"]) {
    Deno.writeTextFileSync(file, text);
    states.push([await mustBackUp(g), stateOf(g.source)]);
    g.now += 1000;
  }
  Deno.removeSync(file);
  states.push([await mustBackUp(g), stateOf(g.source)]);
  for (const [stamp, state] of states) assertEquals(await restored(g, stamp), state);
});

Deno.test("hostile trees: depth 500 is backed up, changed and restored, and verifies", async () => {
  using g = new Grown();
  // each call walks the whole way down, and Wine looks for each name in a listing of its directory
  const depth = Deno.build.os === "windows" ? 200 : 500;
  let deep = g.source;
  for (let i = 0; i < depth; i++) Deno.mkdirSync(deep = join(deep, "d"));
  const states: [string, string[]][] = [];
  for (const text of ["at the ground", "changed at the ground"]) {
    Deno.writeTextFileSync(join(deep, "file"), text);
    states.push([await mustBackUp(g), stateOf(g.source)]);
    g.now += 1000;
  }
  assertEquals(
    Deno.readTextFileSync(g.in(...Array(depth).fill("d"), "file")),
    "changed at the ground",
  );
  for (const [stamp, state] of states) assertEquals(await restored(g, stamp), state);
});

Deno.test("hostile trees: deeper than paths can be: named, the rest is backed up, exit 3, twice", async () => {
  using g = new Grown();
  makeTree(g.source, { "a": "beside" });
  const script =
    'cd "$1"; i=0; while [ $i -lt 30 ]; do mkdir $2; cd -P $2 || exit 1; i=$((i+1)); done; echo deep > f';
  const { success } = await new Deno.Command("bash", {
    args: ["-c", script, "sh", g.source, "q".repeat(200)],
  }).output();
  assert(success);
  for (let i = 0; i < 2; i++) {
    const { errors, outcome } = await backupAnyhow(g.day(i));
    assertEquals(outcome.failed, undefined);
    assert(
      errors.length > 0 && errors.every((e) => e.path.startsWith("qqq")),
      JSON.stringify(errors).slice(0, 500),
    );
    assertEquals(Deno.readTextFileSync(g.in("a")), "beside");
  }
  await new Deno.Command("rm", { args: ["-rf", g.source] }).output();
});

/** A backup that may meet trouble. */
async function backupAnyhow(
  g: Grown,
  options: BackupOptions = {},
  change: Partial<EnginePorts> = {},
): Promise<{ outcome: VaultOutcome; errors: ErrorMessage[]; stamp: string; messages: Message[] }> {
  const ports = { ...g.ports(), ...change };
  const request = backupRequest(g.source, [g.vault], { allowMassChange: true, ...options });
  const [outcome] = await backup(ports, request);
  assert(outcome !== undefined);
  const errors = g.messages.filter((m) => m.message_type === "error") as ErrorMessage[];
  return { outcome, errors, stamp: outcome.stamp ?? "", messages: g.messages };
}

/** A file system on which, before the first call that `when` picks, `then` is done. */
function once(when: (op: string, path: string) => boolean, then: () => void): FileSystem {
  let done = false;
  return tapFs(denoFs, (call, work) => {
    if (!done && when(call.op, call.path)) {
      done = true;
      then();
    }
    return work();
  });
}

/** Replaces a directory by a link to another one. */
function swap(dir: string, away: string): void {
  Deno.renameSync(dir, `${dir}.was`);
  Deno.symlinkSync(away, dir);
}

Deno.test("a source directory swapped for a link during the run: nothing behind the link is stored", async () => {
  // at every call that touches the directory, the swap comes right before it
  const calls = recording();
  using plan = new Grown();
  makeTree(plan.source, { "d": { "f": "mine", "sub": { "g": "mine too" } }, "z": "z" });
  await backupAnyhow(plan, {}, { fs: tapFs(denoFs, calls.around) });
  const steps = calls.calls.filter((c) => c.path.startsWith(join(plan.source, "d"))).length;
  assert(steps > 4);
  for (let step = 0; step < steps; step++) {
    using g = new Grown();
    makeTree(g.source, { "d": { "f": "mine", "sub": { "g": "mine too" } }, "z": "z" });
    makeTree(g.path, { "away": { "f": "SECRET", "sub": { "g": "SECRET too" } } });
    let n = 0;
    const inD = (_op: string, path: string): boolean =>
      path.startsWith(join(g.source, "d")) && n++ === step;
    const fs = once(inD, () => swap(join(g.source, "d"), join(g.path, "away")));
    const { outcome } = await backupAnyhow(g, {}, { fs });
    assertEquals(outcome.failed, undefined);
    assertEquals(leaks(g.vault, "SECRET"), [], `step ${step}`);
  }
});

/** The files below a directory that hold a text. */
function leaks(root: string, text: string): string[] {
  return listTree(root).filter((p) => {
    const path = join(root, p);
    return Deno.lstatSync(path).isFile && Deno.readTextFileSync(path).includes(text);
  });
}

Deno.test("a vault directory swapped for a link while a run is at another one: nothing is written behind it", async () => {
  const calls = await callsElsewhere();
  const step = Deno.build.os === "windows" ? 9 : 2;
  for (let at = 0; at < calls.length; at += step) if (calls[at]) await swapVault(at);
  assert(calls.filter(Boolean).length > 50);
});

async function growForSwap(g: Grown): Promise<void> {
  makeTree(g.source, { "d": { "f": "first", "sub": { "g": "g" } } });
  await g.backup();
  makeTree(g.path, { "away": { "f": "theirs" } });
  makeTree(g.source, { "d": { "f": "second", "new": "n" } });
}

/**
 * The run's calls that are not about the directory, in their order: true where the next about it is a look. Once the
 * run works in the very directory, no look can come late enough (docs/security.md).
 */
async function callsElsewhere(): Promise<boolean[]> {
  using g = new Grown();
  await growForSwap(g);
  const { around, calls } = recording();
  await backupAnyhow(g.day(1), {}, { fs: tapFs(denoFs, around) });
  const inside = (path: string): boolean => path.startsWith(g.in("d"));
  return calls.flatMap(({ path }, i) => {
    if (inside(path)) return [];
    const next = calls.slice(i).find((c) => inside(c.path));
    return [next === undefined || (next.op === "lstat" && !next.path.includes(".$META$"))];
  });
}

async function swapVault(nth: number): Promise<void> {
  using g = new Grown();
  await growForSwap(g);
  let n = 0;
  const fs = once(
    (_op, path) => !path.startsWith(g.in("d")) && n++ === nth,
    () => swap(g.in("d"), join(g.path, "away")),
  );
  await backupAnyhow(g.day(1), {}, { fs });
  assertEquals(listTree(join(g.path, "away")), ["f"]);
  assertEquals(Deno.readTextFileSync(join(g.path, "away", "f")), "theirs");
  // whatever that run came to, the next one puts it right
  if (isThere(g.in("d.was"))) Deno.removeSync(g.in("d.was"), { recursive: true });
  const { outcome, stamp } = await backupAnyhow(g.day(2));
  assertEquals([outcome.failed, outcome.errors], [undefined, 0]);
  assertEquals(await restored(g, stamp), stateOf(g.source));
  assertEquals(listTree(join(g.path, "away")), ["f"]);
}

Deno.test("a vault's directory that is a link now: no command changes what is behind it", async () => {
  using dir = tempDir();
  const at = dir.at;
  makeTree(at("s"), { a: { b: { f: "one", gone: { deep: {} } } }, z: "z" });
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  Deno.removeSync(at("s", "a", "b", "gone"), { recursive: true });
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  Deno.renameSync(at("v", "a"), at("away"));
  Deno.symlinkSync(at("away"), at("v", "a"));
  Deno.writeTextFileSync(at("away", "b", "f"), "mine");
  makeTree(at("away", "b", "gone"), { deep: { [META]: { "names.txt": "x\tmine\n" } } });
  const before = listTree(at("away"));
  for (
    const command of [
      ["verify", at("v"), "--repair"],
      ["prune", at("v"), "--keep-last", "1"],
      ["cleanup", at("v"), "--max-retention", "0s"],
      ["reindex", at("v")],
    ]
  ) {
    await run(command);
    assertEquals([command[0], listTree(at("away"))], [command[0], before]);
  }
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  assertEquals(listTree(at("away")), before);
});

Deno.test("a file where a meta directory should be is kept beside it", async () => {
  using dir = tempDir();
  const at = dir.at;
  makeTree(at("s"), { a: { f: "one" } });
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  Deno.removeSync(at("v", "a", META), { recursive: true });
  Deno.writeTextFileSync(at("v", "a", META), "precious");
  Deno.writeTextFileSync(at("s", "a", "g"), "two");
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  assertEquals(Deno.readTextFileSync(at("v", "a", `${META}.damaged`)), "precious");
  assertEquals(Deno.readTextFileSync(at("v", "a", "g")), "two");
});

Deno.test("a directory under a temporary file's name stops no mending, and stays", async () => {
  using dir = tempDir();
  const at = dir.at;
  makeTree(at("s"), { f: "one" });
  assertEquals((await run(["backup", at("s"), at("v")])).code, 0);
  makeTree(at("v", META), { "$TMP@mine": { precious: "p" } });
  assertEquals((await run(["reindex", at("v")])).code, 0);
  assertEquals((await run(["verify", at("v")])).code, 0);
  assertEquals(Deno.readTextFileSync(at("v", META, "$TMP@mine", "precious")), "p");
});

Deno.test("a restore target swapped for a link during the run: nothing is written behind it", async () => {
  using g = new Grown();
  makeTree(g.source, { "d": { "f": "first", "sub": { "g": "g" } } });
  await g.backup();
  const calls = recording();
  const plain = join(g.path, "plain");
  Deno.mkdirSync(plain);
  await restoreHere(g.vault, plain, {}, enginePorts([], tapFs(denoFs, calls.around)));
  const steps = calls.calls.filter((c) => c.path.startsWith(join(plain, "d"))).length;
  assert(steps > 4);
  let missed = 0;
  for (let step = 0; step < steps; step++) {
    const target = join(g.path, `target${step}`);
    const away = join(g.path, `away${step}`);
    makeTree(target, { "d": { "sub": {} } });
    makeTree(away, { "sub": {} });
    let n = 0;
    const fs = once(
      (op, path) => path.startsWith(join(target, "d")) && op === "lstat" && n++ === step,
      () => swap(join(target, "d"), away),
    );
    await restoreHere(g.vault, target, {}, enginePorts([], fs)).catch((error) => {
      assert(error instanceof HikaeError, String(error));
    });
    missed += listTree(away).filter((p) => p !== "sub/").length;
  }
  // between the last look and the call itself there is no way to close the gap (docs/security.md); no look is missing
  assert(missed <= 2, `${missed} entries were written behind a link`);
});

Deno.test("FIFOs and sockets are left out and never opened; a FIFO in the place of a known file too", async () => {
  using g = new Grown();
  makeTree(g.source, { "f": "file", "d": { "a": "1" } });
  await g.backup();
  Deno.removeSync(join(g.source, "f"));
  for (const name of ["f", "fifo", "d/fifo"]) {
    const { success } = await new Deno.Command("mkfifo", { args: [join(g.source, name)] }).output();
    assert(success);
  }
  const { outcome, messages } = await backupAnyhow(g.day(1));
  assertEquals([outcome.failed, outcome.errors], [undefined, 0]);
  const sum = messages.find((m) => m.message_type === "summary") as Record<string, unknown>;
  assertEquals(sum.files_special, 3);
});

Deno.test("a sparse file stays sparse, one of 1 TB is left out by its size, or the run is ended in the middle of it", async () => {
  using g = new Grown();
  const size = 1 << 28;
  for (const name of ["hole", "island"]) Deno.writeTextFileSync(join(g.source, name), "");
  Deno.truncateSync(join(g.source, "hole"), size);
  const file = Deno.openSync(join(g.source, "island"), { write: true });
  file.seekSync(size / 2, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode("land"));
  file.truncateSync(size);
  file.close();
  await mustBackUp(g);
  for (const name of ["hole", "island"]) {
    const info = Deno.statSync(g.in(name));
    assertEquals(info.size, size);
    assert((info.blocks ?? 0) * 512 < size / 16, `${name}: ${info.blocks} blocks`);
  }
  Deno.writeTextFileSync(join(g.source, "huge"), "");
  Deno.truncateSync(join(g.source, "huge"), 2 ** 40);
  const left = await backupAnyhow(
    g.day(1),
    { rules: { excludeLargerThan: 2 ** 30 } } as BackupOptions,
  );
  assertEquals([left.outcome.failed, left.outcome.errors], [undefined, 0]);
  assert(!isThere(g.in("huge")));
  let looks = 0;
  const stopped = backupAnyhow(g.day(2), {}, { cancelled: () => ++looks > 200 });
  await assertRejects(() => stopped, HikaeError, "interrupted");
  assertEquals(leftovers(g.vault).length <= 1, true);
  Deno.removeSync(join(g.source, "huge"));
  await mustBackUp(g.day(3));
  assertEquals(leftovers(g.vault), []);
});

/** Temporary files in a vault. */
function leftovers(vault: string): string[] {
  return listTree(vault).filter((p) => p.includes("$TMP@"));
}

Deno.test("a file that grows without end is read to where it was, tried again and named; the rest is backed up", async () => {
  using g = new Grown();
  makeTree(g.source, { "log": "begin\n", "other": "o" });
  const log = join(g.source, "log");
  const fs: FileSystem = {
    ...denoFs,
    open: (path, options) => {
      const file = denoFs.open(path, options);
      if (path !== log) return file;
      return {
        ...bound(file),
        read: (buffer): number => {
          Deno.writeTextFileSync(log, "and on\n", { append: true });
          return file.read(buffer);
        },
      };
    },
  };
  const { outcome, errors } = await backupAnyhow(g, {}, { fs });
  assertEquals(outcome.failed, undefined);
  assertEquals(errors.map((e) => [e.path, e.code]), [["log", "changing"]]);
  assertEquals(Deno.readTextFileSync(g.in("other")), "o");
  assertEquals(leftovers(g.vault), []);
});

function bound(file: ReturnType<FileSystem["open"]>): ReturnType<FileSystem["open"]> {
  return {
    read: (b) => file.read(b),
    write: (b) => file.write(b),
    stat: () => file.stat(),
    utime: (a, m) => file.utime(a, m),
    seek: (p) => file.seek(p),
    truncate: (s) => file.truncate(s),
    sync: () => file.sync(),
    syncLater: () => file.syncLater(),
    tryLock: (s) => file.tryLock(s),
    close: () => file.close(),
  };
}

Deno.test("permission bits 000: named, exit 3, never taken for deleted", async () => {
  const before = obeysModes();
  if (before === undefined) return;
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { "shut": "1", "d": { "in": "2" }, "open": "3" });
  assertEquals((await run(["backup", source, vault])).code, 0);
  for (const name of ["shut", "d"]) Deno.chmodSync(join(source, name), 0);
  for (let i = 0; i < 2; i++) {
    const r = await run(["backup", source, vault, "--json"], { before });
    assertEquals(r.code, 3, r.stdout + r.stderr);
    assert(errors(r).some((e) => e.path === "d"), r.stdout);
    assertEquals(summary(r).files_deleted, 0);
    assertEquals(Deno.readTextFileSync(join(vault, "d", "in")), "2");
    assertEquals(Deno.readTextFileSync(join(vault, "shut")), "1");
  }
  Deno.chmodSync(join(source, "d"), 0o755);
});

Deno.test("clocks: a backup whose clock is behind an earlier run's says so, as long as it is", async () => {
  using g = new Grown();
  const told = async (now: number): Promise<number> => {
    g.now = now;
    makeTree(g.source, { f: `text ${now}` });
    await g.backup();
    return g.messages.filter((m) => m.message_type === "note" && m.message.includes("the clock"))
      .length;
  };
  const year = 365 * 86_400_000;
  const right = g.now;
  assertEquals(await told(right), 0);
  // two machines differ by a little
  assertEquals(await told(right - 60_000), 0);
  // a clock that was a year ahead once: every run until then has a stamp that is not true
  assertEquals(await told(right + year), 0);
  assertEquals(await told(right + 86_400_000), 1);
  assertEquals(await told(right + 2 * 86_400_000), 1);
  assertEquals(await told(right + year + 60_000), 0);
});

Deno.test("clocks: 1970, 2100, set back, and two runs in one second: stamps rise, each state comes back", async () => {
  using g = new Grown();
  const states: [string, string[]][] = [];
  const hour = 3_600_000;
  // the autumn night on which an hour repeats in most of Europe and America
  const autumn = Date.UTC(2026, 9, 25, 0, 30);
  const times = [
    13 * hour,
    13 * hour,
    0,
    Date.UTC(2026, 5, 1),
    autumn,
    autumn + hour,
    autumn + 2 * hour,
  ];
  times.push(Date.UTC(2100, 1, 1), Date.UTC(2100, 1, 1), Date.UTC(2026, 5, 1), 0);
  for (const [i, time] of times.entries()) {
    g.now = time;
    makeTree(g.source, { "f": `text ${i}`, [`n${i}`]: "new" });
    const stamp = await mustBackUp(g);
    states.push([stamp, stateOf(g.source)]);
  }
  const all = states.map(([s]) => s);
  assertEquals([...new Set(all)].sort(), all);
  assertEquals(stamps(g.vault), all);
  for (const [stamp, state] of states) assertEquals(await restored(g, stamp), state);
});

Deno.test("times of files: before 1970, beyond 2038 and 2100 are kept", async () => {
  using g = new Grown();
  const times = [-2_000_000_000, -1.5, 0, 2 ** 31, 4_200_000_000.123];
  for (const [i, t] of times.entries()) {
    makeTree(g.source, { [`f${i}`]: "x" });
    Deno.utimeSync(join(g.source, `f${i}`), 0, t);
  }
  const stamp = await mustBackUp(g);
  assertEquals(await restored(g, stamp), stateOf(g.source));
});

Deno.test("case and Unicode twins into a vault that folds them: one is stored, the other named; never merged", async () => {
  using g = new Grown();
  await g.backup();
  const path = g.in(META, "vault.json");
  const info = JSON.parse(Deno.readTextFileSync(path)) as Record<string, unknown>;
  Deno.writeTextFileSync(path, JSON.stringify({ ...info, case_sensitive: false }));
  makeTree(g.source, { "Same": "upper", "same": "lower", "D": { "x": "1" }, "d": { "y": "2" } });
  const { outcome, errors } = await backupAnyhow(g.day(1));
  assertEquals(outcome.failed, undefined);
  assertEquals(errors.length, 2, JSON.stringify(errors));
  assertEquals(names(g.vault).filter((n) => n.toLowerCase() === "same").length, 1);
  assertEquals(names(g.vault).filter((n) => n.toLowerCase() === "d").length, 1);
  const again = await backupAnyhow(g.day(2));
  assertEquals(again.errors.length, 2);
});
