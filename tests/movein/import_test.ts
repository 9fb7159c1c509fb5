/** `hikae import`: a series of plain copies becomes the runs of a new vault, and what they share is stored once. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { stampOf } from "../../src/base/stamp.ts";
import type { SeriesItem } from "../../src/engine/backup/series.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { recording } from "../../src/platform/doubles/recording.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { backUp, type BackupOptions, backupRequest } from "../helpers/engine_helper.ts";
import {
  makeTree,
  names,
  read,
  run,
  stamps,
  type TempDir,
  tempDir,
  write,
} from "../helpers/cli_helper.ts";
import { chanceFrom } from "../faults/suites.ts";
import { type State, stateOf, tell } from "../faults/tell.ts";
import { type Done, runHere, unsound } from "./helper.ts";

const UNIX = Deno.build.os !== "windows";
const DAY = 86_400_000;
const START = new Date(2024, 0, 31, 12).getTime();
const BIG = "what is large enough to be shared\n".repeat(400);

/** Copies of three days, as `rsync --link-dest` makes them: what did not change is one file in all of them. */
function series(): TempDir & { items: SeriesItem[]; vault: string } {
  const dir = tempDir();
  const days = ["2024-01-31_120000", "2024-02-01_120000", "2024-02-02_120000"];
  const at = days.map((day) => dir.at(day));
  const [one = "", two = "", three = ""] = at;
  makeTree(one, { "a.txt": "a", big: BIG, gone: { "b.txt": "b" }, sub: { "c.txt": "c" } });
  linkTree(one, two);
  Deno.removeSync(join(two, "gone"), { recursive: true });
  replace(join(two, "sub", "c.txt"), "c, changed");
  linkTree(two, three);
  Deno.renameSync(join(three, "big"), join(three, "moved"));
  replace(join(three, "a.txt"), "a, changed");
  makeTree(three, { new: { "d.txt": "d" } });
  const items = at.map((source, i): SeriesItem => (
    { source, given: days[i] ?? "", at: START + i * DAY, from: "name" }
  ));
  return Object.assign(dir, { items, vault: dir.at("vault") });
}

function replace(path: string, text: string): void {
  Deno.removeSync(path);
  write(path, text);
}

function linkTree(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const name of names(from)) {
    const [a, b] = [join(from, name), join(to, name)];
    if (Deno.lstatSync(a).isDirectory) linkTree(a, b);
    else Deno.linkSync(a, b);
  }
}

async function importHere(
  w: { items: readonly SeriesItem[]; vault: string },
  options: BackupOptions = {},
  on: Parameters<typeof runHere>[1] = {},
): Promise<Done> {
  const [first] = w.items;
  return await runHere(
    backupRequest(first?.source ?? "", [w.vault], {
      series: w.items,
      command: "import",
      reflink: false,
      ...options,
    }),
    on,
  );
}

/** Without the root, whose time goes with the copies'. */
function plain(state: State | undefined): Map<string, string> {
  return new Map([...state ?? []].filter(([path]) => path !== ""));
}

/** Each snapshot is what its copy is. */
async function assertImported(w: ReturnType<typeof series>): Promise<void> {
  const { states } = tell(w.vault);
  const done = [...states.keys()].sort();
  assertEquals(done.length, w.items.length);
  for (const [i, { source }] of w.items.entries()) {
    assertEquals(plain(states.get(done[i] ?? "")), plain(stateOf(source)), source);
  }
  assertEquals(await unsound(w.vault), []);
}

Deno.test("import: each copy is a snapshot of its time, whatever order they are named in", async () => {
  using w = series();
  const done = await importHere({ ...w, items: w.items.toReversed() });
  assertEquals([done.thrown, done.errors], [undefined, []]);
  assertEquals(stamps(w.vault), w.items.map(({ at }) => stampOf(at)));
  await assertImported(w);
  assertEquals(
    done.summaries.map((s) => [s.run, s.runs, s.imported]),
    w.items.map(({ given }, i) => [i + 1, 3, given]),
  );
  const [, second, third] = done.summaries;
  assertEquals([second?.files_changed, second?.files_deleted], [1, 1]);
  assertEquals([third?.files_moved, third?.files_changed, third?.bytes_shared], [1, 1, BIG.length]);
});

Deno.test({
  name: "import: what the copies share is read once",
  ignore: !UNIX,
  fn: async () => {
    using w = series();
    // what changed within the second of the look is looked at again
    const rec = recording();
    await importHere(w, {}, { hours: 2, fs: tapFs(denoFs, rec.around) });
    const opened = rec.calls.filter(({ op, path }) =>
      op === "open" && w.items.some(({ source }) => path.startsWith(source))
    ).map((c) => c.path.slice(w.path.length + 1));
    // what moved has another name, and its content is asked for
    assertEquals(opened.sort(), [
      "2024-01-31_120000/a.txt",
      "2024-01-31_120000/big",
      "2024-01-31_120000/gone/b.txt",
      "2024-01-31_120000/sub/c.txt",
      "2024-02-01_120000/sub/c.txt",
      "2024-02-02_120000/a.txt",
      "2024-02-02_120000/moved",
      "2024-02-02_120000/new/d.txt",
    ]);
  },
});

Deno.test("import: copies are only read", async () => {
  using w = series();
  const before = w.items.map(({ source }) => stateOf(source));
  await importHere(w);
  assertEquals(w.items.map(({ source }) => stateOf(source)), before);
});

Deno.test("import: killed at any change, the same line goes on with the rest", async () => {
  using whole = series();
  const all = stepping(Number.MAX_SAFE_INTEGER);
  await importHere(whole, { flush: true }, { fs: tapFs(denoFs, all.around) });
  const every = Number(Deno.env.get("HIKAE_EVERY") ?? 37);
  for (let at = 5; at < all.steps; at += every) {
    using w = series();
    const double = stepping(at);
    await importHere(w, { flush: true }, { fs: tapFs(denoFs, double.around) });
    const again = await importHere(w, { flush: true }, { hours: 2 });
    assertEquals([again.thrown, again.errors], [undefined, []], `killed before change ${at}`);
    await assertImported(w);
  }
});

Deno.test("import: when the power goes at any step, the same line goes on with the rest", async () => {
  using whole = series();
  const all = powerLoss(denoFs, Number.MAX_SAFE_INTEGER);
  await importHere(whole, { flush: true }, { fs: all.fs });
  const every = Number(Deno.env.get("HIKAE_EVERY") ?? 41);
  for (let at = 7; at < all.steps; at += every) {
    using w = series();
    const disk = powerLoss(denoFs, at);
    await importHere(w, { flush: true }, { fs: disk.fs });
    disk.cut(chanceFrom(at));
    const again = await importHere(w, { flush: true }, { hours: 2 });
    assertEquals([again.thrown, again.errors], [undefined, []], `power cut before step ${at}`);
    await assertImported(w);
  }
});

Deno.test("import: a run that ended within its first line is no other history: the same line goes on", async () => {
  using w = series();
  await importHere(w, { series: w.items.slice(0, 1) });
  const runs = join(w.vault, ".$META$", "runs");
  const [record = ""] = names(runs);
  const head = Deno.readTextFileSync(join(runs, record)).slice(0, 40);
  Deno.writeTextFileSync(join(runs, "20990101_000000.jsonl"), head);
  const again = await importHere(w, {}, { hours: 2 });
  assertEquals([again.thrown, again.errors], [undefined, []]);
  await assertImported(w);
});

Deno.test("import: into a new vault only, and nothing older than what it has", async () => {
  using w = series();
  const [first, second, third] = w.items;
  assert(first !== undefined && second !== undefined && third !== undefined);
  const idOf = ({ thrown }: Done): string =>
    thrown instanceof HikaeError ? thrown.id : String(thrown);
  await backUp(first.source, [w.at("used")]);
  assertEquals(idOf(await importHere({ ...w, vault: w.at("used") })), "failed");
  await importHere({ ...w, items: [second] });
  assertEquals(idOf(await importHere({ ...w, items: [first] })), "failed");
  const rest = await importHere({ ...w, items: [second, third] });
  assertEquals(rest.summaries.map((s) => s.imported), [third.given]);
});

Deno.test("import, adopt: refused, they say nothing about the backups of a vault", async () => {
  using w = series();
  const [first] = w.items;
  assert(first !== undefined);
  const hikae = async (...args: string[]): Promise<number> =>
    (await run(args, { cwd: w.path, env: { HIKAE_STATE_DIR: w.at("state") } })).code;
  assertEquals(await hikae("backup", first.given, "vault", "--init"), 0);
  assertEquals(await hikae("import", first.given, "--to", "vault"), 1);
  assertEquals(await hikae("adopt", "vault", "--source", first.given), 1);
  const status = await run(["status", "vault", "--json"], {
    cwd: w.path,
    env: { HIKAE_STATE_DIR: w.at("state") },
  });
  assertEquals(status.json.map((s) => [s["result"], s["trouble"]]), [["ok", []]]);
});

Deno.test("import: the vault is of the newest copy until a backup names the source", async () => {
  using w = series();
  await importHere(w);
  const of = JSON.parse(read(w.vault, ".$META$", "vault.json")).source;
  assertEquals(of, w.items.toSorted((a, b) => b.at - a.at)[0]?.source);
});

Deno.test("import: the backup after it reads all of its source, and the vault is of that from then on", async () => {
  using w = series();
  await importHere(w);
  const source = w.at("source");
  makeTree(source, { "a.txt": "a, changed", "e.txt": "e" });
  const last = w.items.at(-1)?.source ?? "";
  // with size and time of what was imported, and another content
  replace(join(source, "a.txt"), "A, CHANGED");
  const { mtime } = Deno.statSync(join(last, "a.txt"));
  if (mtime !== null) Deno.utimeSync(join(source, "a.txt"), mtime, mtime);
  const { messages } = await backUp(source, [w.vault], { host: "test" }, { hours: 1 });
  assertEquals(messages.filter((m) => m.message_type === "note"), []);
  assertEquals(read(w.vault, "a.txt"), "A, CHANGED");
  assertEquals(JSON.parse(read(w.vault, ".$META$", "vault.json")).source, source);
});

Deno.test("import: a folder of File History has its times in its names", async () => {
  using dir = tempDir();
  const saved = (day: number): string => `(2024_02_0${day} 10_00_00 UTC)`;
  makeTree(dir.at("fh"), {
    [`a ${saved(1)}.txt`]: "a1",
    [`a ${saved(3)}.txt`]: "a3",
    notes: { [`b ${saved(2)}.md`]: "b2", deep: { [`Makefile ${saved(3)}`]: "all:" } },
  });
  const item: SeriesItem = { source: dir.at("fh"), given: "fh", at: 0, from: "mtime" };
  const w = { items: [item], vault: dir.at("vault") };
  const planned = await importHere(w, { dryRun: true });
  const days = [1, 2, 3].map((d) => stampOf(Date.UTC(2024, 1, d, 10)));
  assertEquals(planned.summaries.map((s) => s.stamp), days);
  const done = await importHere(w);
  assertEquals([done.thrown, done.errors], [undefined, []]);
  assertEquals(stamps(w.vault), days);
  const { states } = tell(w.vault);
  assertEquals(days.map((day) => [...states.get(day)?.keys() ?? []].sort()), [
    ["", "a.txt"],
    ["", "a.txt", "notes", "notes/b.md"],
    ["", "a.txt", "notes", "notes/b.md", "notes/deep", "notes/deep/Makefile"],
  ]);
  assertEquals(read(w.vault, "a.txt"), "a3");
  assertEquals(read(w.vault, ".$META$", `$OLD@${days[2]}$a.txt`), "a1");
  assertEquals(await unsound(w.vault), []);
  // a second time there is nothing left to do
  assertEquals((await importHere(w)).summaries, []);
});

Deno.test("import: a folder of File History comes whole or is told, where a disk lists a directory in part or not at all", async () => {
  using dir = tempDir();
  const saved = (day: number): string => `(2024_02_0${day} 10_00_00 UTC)`;
  makeTree(dir.at("fh"), {
    [`a ${saved(1)}.txt`]: "a1",
    notes: { [`b ${saved(1)}.md`]: "b1", [`c ${saved(2)}.md`]: "c2" },
  });
  const item: SeriesItem = { source: dir.at("fh"), given: "fh", at: 0, from: "mtime" };
  const notes = dir.at("fh", "notes");
  // the quick listing says nothing of what the disk answers with an error
  const cut: FileSystem = {
    ...denoFs,
    list: (path) => path === notes ? denoFs.list(path).slice(0, 1) : denoFs.list(path),
  };
  const whole = await importHere({ items: [item], vault: dir.at("whole") }, {}, { fs: cut });
  assertEquals([whole.thrown, whole.errors], [undefined, []]);
  assertEquals(names(dir.at("whole", "notes")).slice(-2), ["b.md", "c.md"]);
  const denied = (): never => {
    throw Object.assign(new Error("Input/output error"), { code: "EIO" });
  };
  const torn: FileSystem = {
    ...denoFs,
    list: (path) => path === notes ? denied() : denoFs.list(path),
    listWhole: async (path, options) =>
      path === notes ? denied() : await denoFs.listWhole(path, options),
  };
  const told = await importHere({ items: [item], vault: dir.at("told") }, {}, { fs: torn });
  assertEquals(told.errors.length, told.summaries.length);
  assert(told.errors.every((error) => JSON.stringify(error).includes("notes")));
  assertEquals(read(dir.at("told"), "a.txt"), "a1");
});

/** True where rsync is; the tests that need it are skipped elsewhere, and counted. */
function hasRsync(): boolean {
  try {
    return new Deno.Command("rsync", { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "import: what rsync --link-dest made, by the command line, exit codes and JSON",
  ignore: !hasRsync(),
  fn: async () => {
    using dir = tempDir();
    const rsync = (...args: string[]): void => {
      assert(new Deno.Command("rsync", { args }).outputSync().success, args.join(" "));
    };
    const at = (name: string): string => dir.at(name);
    makeTree(at("source"), { "a.txt": "a", big: BIG });
    rsync("-a", `${at("source")}/`, at("2024-01-31"));
    write(join(at("source"), "a.txt"), "a, changed");
    rsync("-a", `--link-dest=${at("2024-01-31")}`, `${at("source")}/`, at("daily.0"));
    const time = new Date(2024, 1, 1, 3);
    Deno.utimeSync(at("daily.0"), time, time);
    const words = ["import", "daily.0", "2024-01-31", "--to", "vault"];
    const explained = await run([...words, "--explain-permissions", "--json"], { cwd: dir.path });
    const engine = explained.json.find((m) => m.thread === "engine");
    const copies = [at("daily.0"), at("2024-01-31")];
    assertEquals((engine?.read as string[]).slice(0, 3), [...copies, at("vault")]);
    assertEquals((engine?.write as string[])[0], at("vault"));
    const done = await run([...words, "--json"], { cwd: dir.path });
    assertEquals(done.code, 0, done.stderr);
    const summaries = done.json.filter((m) => m.message_type === "summary");
    assertEquals(summaries.map((s) => [s.stamp, s.imported]), [
      ["20240131_000000", "2024-01-31"],
      ["20240201_030000", "daily.0"],
    ]);
    assertEquals(done.json.at(-1), summaries[1]);
    for (
      const [args, code] of [
        [["import", "daily.0"], 2],
        [["import", "daily.0", "2024-01-31", "--at", "20240101_000000", "--to", "other"], 2],
        [["import", "daily.0", "daily.0", "--to", "other"], 2],
        [["import", "vault", "--to", "other"], 1],
        [["import", "nowhere", "--to", "other"], 1],
      ] as const
    ) {
      const no = await run(args, { cwd: dir.path });
      assertEquals(no.code, code, `${args.join(" ")}\n${no.stderr}`);
    }
    const one = await run(["import", "daily.0", "--at", "2024-03-01 12:00", "--to", "other"], {
      cwd: dir.path,
    });
    assertEquals([one.code, stamps(at("other"))], [0, ["20240301_120000"]]);
  },
});
