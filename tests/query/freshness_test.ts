/** Each backup hashes a share of the vault again, and tells of rot, in the vault and in the source. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import type { Message } from "../../src/base/event.ts";
import { backup, type VaultOutcome } from "../../src/engine/backup/backup.ts";
import type { BackupRequest } from "../../src/engine/backup/request.ts";
import { deleteSnapshots, prune } from "../../src/engine/maintain/prune.ts";
import { decideVersions } from "../../src/engine/version_retention.ts";
import { report } from "../helpers/ask.ts";
import { type ReportRequest } from "../../src/engine/query/report.ts";
import { status } from "../../src/engine/query/status.ts";
import type { VerifyRequest } from "../../src/engine/verify/request.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { read, run, summary, tempDir, write } from "../helpers/cli_helper.ts";
import { errors, Place } from "../conformance/fixture.ts";
import { type BackupOptions, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex, theIndex } from "../helpers/index_helper.ts";

type Line = Record<string, unknown>;

/** A source, a vault and a clock of their own: each run is a minute after the one before. */
class World implements Disposable {
  readonly #dir = tempDir();
  readonly source = this.#dir.at("source");
  readonly vault = this.#dir.at("vault");
  messages: Message[] = [];
  /** The times that a path seems to have, whatever was done to it. */
  readonly frozen = new Map<string, FileInfo>();
  now = Date.now() + 60_000;

  constructor(files: Record<string, string>) {
    Deno.mkdirSync(this.source);
    this.put(files);
  }

  put(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) write(join(this.source, path), text);
  }

  /** Changes content as a failing disk does: nothing else of the file moves. */
  rot(path: string, text: string): void {
    const file = join(this.source, path);
    if (!this.frozen.has(file)) this.frozen.set(file, denoFs.lstat(file));
    Deno.writeTextFileSync(file, text);
  }

  #fs(): FileSystem {
    const seen = (path: string, info: FileInfo): FileInfo => {
      const { mtime, ctime } = this.frozen.get(path) ?? info;
      return { ...info, mtime, ctime };
    };
    return {
      ...denoFs,
      lstat: (path) => seen(path, denoFs.lstat(path)),
      open: (path, options) => {
        const file = denoFs.open(path, options);
        const stat = file.stat.bind(file);
        file.stat = () => seen(path, stat());
        return file;
      },
    };
  }

  ports(): ReturnType<typeof enginePorts> {
    this.messages = [];
    return { ...enginePorts(this.messages, this.#fs()), clock: { now: () => this.now } };
  }

  async backup(options: BackupOptions = {}, vaults = [this.vault]): Promise<VaultOutcome> {
    this.now += 60_000;
    const request: BackupRequest = backupRequest(this.source, vaults, options);
    const [outcome] = await backup(this.ports(), request);
    if (outcome === undefined) throw new Error("no outcome");
    assertEquals(outcome.failed, undefined);
    return outcome;
  }

  async prune(keepLast: number): Promise<void> {
    this.now += 60_000;
    await prune(this.ports(), {
      root: this.vault,
      given: this.vault,
      host: "",
      pid: 1,
      dryRun: false,
      askPlugins: false,
      policy: { last: keepLast },
    });
  }

  of(type: string): Line[] {
    return this.messages.filter((m) => m.message_type === type) as Line[];
  }

  summary(): Line {
    return this.of("summary").at(-1) ?? {};
  }

  /** When each living file was checked, by path. */
  checked(): Map<string, number | null> {
    const db = openDatabase(theIndex(this.vault), { readOnly: true });
    try {
      const rows = db.prepare("SELECT name, checked FROM version WHERE type < 2").all();
      return new Map(rows.map((r) => [String(r.name), r.checked as number | null]));
    } finally {
      db.close();
    }
  }

  /** The files of past generations. */
  generations(): string[] {
    return [...Deno.readDirSync(`${this.vault}/.$META$`)].map((e) => e.name)
      .filter((n) => n.includes("OLD@")).map((n) => read(this.vault, ".$META$", n)).sort();
  }

  [Symbol.dispose](): void {
    this.#dir[Symbol.dispose]();
  }
}

function twenty(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, `content ${i}`]));
}

Deno.test("each run checks a share, those never or longest ago checked first, until all were", async () => {
  using w = new World(twenty());
  await w.backup({ verifyShare: 0.25 });
  assertEquals(w.summary().files_verified, 0, "what a run wrote itself is not worth a look");
  for (let round = 1; round <= 4; round++) {
    await w.backup({ verifyShare: 0.25 });
    assertEquals(w.summary().files_verified, 5);
    const done = [...w.checked().values()].filter((c) => c !== null);
    assertEquals(done.length, 5 * round);
  }
  const first = new Map(w.checked());
  const oldest = Math.min(...first.values() as Iterable<number>);
  await w.backup({ verifyShare: 0.25 });
  const again = [...w.checked()].filter(([name, at]) => at !== first.get(name)).map(([n]) => n);
  assertEquals(again.length, 5);
  assert(again.every((n) => first.get(n) === oldest));
});

Deno.test("without a share nothing is checked, and nothing is said of it", async () => {
  using w = new World(twenty());
  await w.backup();
  await w.backup();
  assertEquals(w.summary().files_verified, undefined);
  assert([...w.checked().values()].every((c) => c === null));
});

Deno.test("rot anywhere in the vault is found within the runs that the share promises", async () => {
  using w = new World(twenty());
  await w.backup();
  const target = join(w.vault, "f13");
  const { mtime } = Deno.statSync(target);
  Deno.writeTextFileSync(target, "content !3");
  if (mtime !== null) Deno.utimeSync(target, mtime, mtime);
  let found = 0;
  for (let i = 1; i <= 10 && found === 0; i++) {
    const outcome = await w.backup({ verifyShare: 0.1 });
    if (outcome.errors > 0) found = i;
  }
  assert(found > 0, "ten runs of a tenth each see everything");
  const [error] = w.of("error");
  assertEquals([error?.path, error?.code, error?.during, error?.stored_as], [
    "f13",
    "damaged",
    "verify",
    "f13",
  ]);
  assertEquals([w.summary().files_damaged, w.summary().errors], [1, 1]);
  assertEquals(Deno.readTextFileSync(target), "content !3", "a check changes nothing");
});

Deno.test("damage is told again in each run until it is mended, and keeps no place of the share", async () => {
  using w = new World(twenty());
  await w.backup();
  Deno.writeTextFileSync(`${w.vault}/f3`, "content ?");
  Deno.writeTextFileSync(`${w.vault}/f4`, "content ?");
  await w.backup({ verifyShare: 1 });
  assertEquals(w.summary().files_damaged, 2);
  for (let i = 0; i < 3; i++) {
    const outcome = await w.backup({ verifyShare: 0.05 });
    assertEquals(outcome.errors, 1, "as many of the damaged as of the rest");
    assertEquals(w.summary().files_verified, 2);
  }
  Deno.writeTextFileSync(`${w.vault}/f3`, "content 3");
  Deno.writeTextFileSync(`${w.vault}/f4`, "content 4");
  assertEquals((await w.backup({ verifyShare: 0.2 })).errors, 0);
  assertEquals(w.summary().files_verified, 6);
});

Deno.test("past generations and links are checked too, and a missing one is damage", async () => {
  using w = new World({ a: "one" });
  Deno.symlinkSync("a", `${w.source}/link`);
  await w.backup();
  w.put({ a: "two!" });
  await w.backup();
  await w.backup({ verifyShare: 1 });
  assertEquals([w.summary().files_verified, w.summary().files_damaged], [3, 0]);
  const old = [...Deno.readDirSync(`${w.vault}/.$META$`)].find((e) => e.name.includes("OLD@"));
  Deno.removeSync(`${w.vault}/.$META$/${old?.name}`);
  const outcome = await w.backup({ verifyShare: 1 });
  assertEquals(outcome.errors, 1);
  assertEquals(w.of("error").map((e) => [e.path, e.code]), [["a", "damaged"]]);
});

Deno.test("the run itself is whole before the check: an interruption leaves a good snapshot", async () => {
  using w = new World(twenty());
  await w.backup();
  w.put({ f1: "changed content" });
  w.now += 60_000;
  const ports = w.ports();
  // the check is what reads the vault's own files
  let stop = false;
  const { open } = ports.fs;
  ports.fs = {
    ...ports.fs,
    open: (path, o) => (stop ||= path === join(w.vault, "f9"), open(path, o)),
  };
  ports.cancelled = () => stop;
  let id = "";
  try {
    await backup(ports, backupRequest(w.source, [w.vault], { verifyShare: 1 }));
  } catch (error) {
    id = String((error as { id?: string }).id);
  }
  assertEquals(id, "interrupted");
  assertEquals(w.summary().files_changed, 1);
  const [s] = status(w.ports(), { roots: [w.vault] });
  assertEquals(s?.last?.stamp, s?.good?.stamp);
  assertEquals(Deno.readTextFileSync(`${w.vault}/f1`), "changed content");
  assertEquals((await w.backup()).errors, 0);
});

Deno.test("status tells how fresh the check of the whole vault is", async () => {
  using w = new World(twenty());
  await w.backup();
  assertEquals(status(w.ports(), { roots: [w.vault] })[0]?.checked, {
    share: 0,
    oldest: null,
    damaged: 0,
  });
  await w.backup({ verifyShare: 0.25 });
  const first = w.now;
  await w.backup({ verifyShare: 0.5 });
  assertEquals(status(w.ports(), { roots: [w.vault] })[0]?.checked, {
    share: 0.75,
    oldest: first,
    damaged: 0,
  });
  dropIndex(w.vault);
  // the last record has it as of the run before
  assertEquals(status(w.ports(), { roots: [w.vault] })[0]?.checked?.share, 0.25);
});

Deno.test("a run that checks nothing has in its record what the run before it checked", async () => {
  using w = new World(twenty());
  await w.backup({ verifyShare: 0.5 });
  await w.backup({ verifyShare: 0.5 });
  const at = w.now;
  await w.backup();
  // another machine has no index, only the records
  dropIndex(w.vault);
  assertEquals(status(w.ports(), { roots: [w.vault] })[0]?.checked, {
    share: 0.5,
    oldest: at,
    damaged: 0,
  });
});

/** A report of a vault, as the command asks for it. */
function reportOf(root: string): ReportRequest {
  const rest = { job: null, rules: {}, rulesNote: "", most: 5, runs: false };
  return { root, given: root, windows: false, ...rest };
}

/** A check of a vault, as the command asks for it. */
function checkOf(root: string): VerifyRequest {
  return { root, given: root, repair: false, host: "", pid: 1, windows: false };
}

Deno.test("a new index knows what the last record has of checks, until this machine checks something", async () => {
  using w = new World(twenty());
  await w.backup({ verifyShare: 0.5 });
  await w.backup({ verifyShare: 0.5 });
  const before = { share: 0.5, oldest: w.now, damaged: 0 };
  await w.backup();
  const ask = (): unknown => status(w.ports(), { roots: [w.vault] })[0]?.checked;
  const recorded = (): unknown => {
    const runs = join(w.vault, ".$META$", "runs");
    const newest = [...Deno.readDirSync(runs)].map((e) => e.name).sort().at(-1) ?? "";
    return JSON.parse(read(runs, newest).trimEnd().split("\n").at(-1) ?? "")["checked"];
  };
  const asked = reportOf(w.vault);
  for (const share of [undefined, undefined, 0.1]) {
    dropIndex(w.vault);
    await w.backup(share === undefined ? {} : { verifyShare: share });
    assertEquals(recorded(), before);
    if (share === undefined) assertEquals(ask(), before);
    assertEquals((await report(w.ports(), asked)).checked?.share, share ?? 0.5);
  }
  assertEquals(ask(), { share: 0.1, oldest: w.now, damaged: 0 });
});

Deno.test("that what was checked is gone is known where it was checked: no record says otherwise", async () => {
  using w = new World({ dump: "one" });
  await w.backup();
  verify(w.ports(), checkOf(w.vault));
  for (const content of ["two!", "three!!"]) {
    w.put({ dump: content });
    await w.backup();
  }
  await w.prune(1);
  const none = { share: 0, oldest: null, damaged: 0 };
  assertEquals(status(w.ports(), { roots: [w.vault] })[0]?.checked, none);
});

Deno.test("verify leaves word of what it checked: for status, for the report, and for the next record", async () => {
  using w = new World(twenty());
  await w.backup();
  const ask = (): Line => status(w.ports(), { roots: [w.vault] })[0]?.checked as unknown as Line;
  assertEquals(ask()?.share ?? 0, 0);
  const check = checkOf(w.vault);
  const asked = reportOf(w.vault);
  const verified = verify(w.ports(), check);
  assertEquals(verified.files_checked, 20);
  const at = w.now;
  assertEquals(ask(), { share: 1, oldest: at, damaged: 0 } as Line);
  assertEquals((await report(w.ports(), asked)).checked?.share, 1);
  await w.backup();
  // another machine has no index, only the records
  dropIndex(w.vault);
  assertEquals(ask(), { share: 1, oldest: at, damaged: 0 } as Line);
  write(join(w.vault, "f1"), "rot");
  verify(
    w.ports(),
    { root: w.vault, given: w.vault, repair: false, host: "", pid: 1 } as VerifyRequest,
  );
  assertEquals(ask().damaged, 1);
});

Deno.test("content that changed while no time did is told as rot, and the good copy outlives every prune", async () => {
  using w = new World({ photo: "good bits", other: "x" });
  await w.backup();
  w.rot("photo", "evil bits");
  const quick = await w.backup();
  assertEquals([quick.errors, w.summary().files_changed], [0, 0], "times say that nothing changed");
  const outcome = await w.backup({ checksum: true });
  assertEquals(outcome.errors, 1);
  assertEquals(w.of("error").map((e) => [e.path, e.code]), [["photo", "rot"]]);
  assertEquals(w.summary().files_changed, 1);
  w.put({ other: "y!" });
  await w.backup();
  await w.prune(1);
  assertEquals(w.generations(), ["good bits"]);
  const kept = w.of("decision").filter((d) => d.path === "photo");
  assertEquals(kept, [], "what stays is no news");
  // an index that is made anew from the records knows it too
  dropIndex(w.vault);
  w.put({ other: "z?!" });
  await w.backup({ maxGenerations: 0 });
  await w.prune(1);
  assertEquals(w.generations(), ["good bits"]);
  assertEquals((await w.backup({ verifyShare: 1 })).errors, 0);
});

Deno.test("delete spares the good copy too, and the reason is told", async () => {
  using w = new World({ photo: "good bits" });
  const { stamp } = await w.backup();
  w.rot("photo", "evil bits");
  await w.backup({ checksum: true });
  w.now += 60_000;
  await deleteSnapshots(w.ports(), {
    root: w.vault,
    given: w.vault,
    host: "",
    pid: 1,
    dryRun: false,
    askPlugins: false,
    points: [String(stamp)],
  });
  assertEquals([w.summary().snapshots_removed, w.summary().versions_removed], [1, 0]);
  assertEquals(w.generations(), ["good bits"]);
  const [since, until] = ["20260101_000000" as Stamp, "20260102_000000" as Stamp];
  const version = { path: "photo", since, until, deleted: false };
  const told = (rot: boolean): readonly string[] =>
    [...decideVersions([{ ...version, rot }], [])].flatMap((d) => [String(d.keep), ...d.reasons]);
  assertEquals(told(true), ["true", "the source may have rotted"]);
  assertEquals(told(false), ["false", "no kept snapshot needs it"]);
});

Deno.test("rot is spared by --max-generations in the very run that finds it", async () => {
  using w = new World({ photo: "good bits" });
  await w.backup();
  w.rot("photo", "evil bits");
  await w.backup({ checksum: true, maxGenerations: 0 });
  assertEquals(w.generations(), ["good bits"]);
});

Deno.test("once the source has the good content again its copy is like any other", async () => {
  using w = new World({ photo: "good bits" });
  await w.backup();
  w.rot("photo", "evil bits");
  await w.backup({ checksum: true });
  w.frozen.clear();
  w.put({ photo: "good bits" });
  await w.backup();
  assertEquals(w.generations(), ["evil bits", "good bits"]);
  await w.prune(1);
  assertEquals(w.generations(), []);
});

Deno.test("rot is told once for several vaults, and is on record in each", async () => {
  using w = new World({ photo: "good bits" });
  const vaults = [w.vault, `${w.vault}2`];
  await w.backup({}, vaults);
  w.rot("photo", "evil bits");
  await w.backup({ checksum: true }, vaults);
  assertEquals(w.of("error").length, 1);
  for (const vault of vaults) {
    const runs = [...Deno.readDirSync(`${vault}/.$META$/runs`)].map((e) => e.name).sort();
    const text = read(vault, ".$META$", "runs", runs.at(-1) ?? "");
    assertStringIncludes(text, '"rot":true');
    assertStringIncludes(text, '"code":"rot"');
  }
});

Deno.test("a file that was written anew, or touched, is no rot", async () => {
  using w = new World({ a: "one", b: "two" });
  await w.backup();
  w.put({ a: "eno" });
  Deno.utimeSync(`${w.source}/b`, 1, 1);
  const outcome = await w.backup({ checksum: true });
  assertEquals([outcome.errors, w.summary().files_changed], [0, 1]);
});

Deno.test("an index that is made again keeps its own word of a check that no record has yet", async () => {
  using place = new Place({ a: "one", b: "two" });
  await place.backup();
  for (const command of ["verify", "reindex"]) {
    assertEquals((await run([command, place.vault, "--json"])).code, 0);
  }
  const runs = join(place.vault, ".$META$", "runs");
  await place.backup();
  const newest = [...Deno.readDirSync(runs)].map((e) => e.name).sort().at(-1) ?? "";
  const last = JSON.parse(read(runs, newest).trimEnd().split("\n").at(-1) ?? "");
  assertEquals(last["checked"]?.["share"], 1);
});

Deno.test("after a first run nothing of the content counts as checked, here and on another machine", async () => {
  using place = new Place({ a: "one", b: "two" });
  assertEquals((await place.backup("--verify-share", "1%")).summary.files_verified, 0);
  const runs = join(place.vault, ".$META$", "runs");
  const [first] = [...Deno.readDirSync(runs)].map((e) => e.name);
  const last = JSON.parse(read(runs, first ?? "").trimEnd().split("\n").at(-1) ?? "");
  assertEquals(last["checked"], undefined);
  const { json: [told] } = await run(["status", place.vault, "--json"]);
  assertEquals([told?.verified_share, told?.verified_oldest], [0, null]);
  const away = place.in("..", "another-state");
  const { json: [there] } = await run(["status", place.vault, "--json"], {
    env: { HIKAE_STATE_DIR: away },
  });
  assertEquals([there?.verified_share, there?.verified_oldest], [null, null]);
});

Deno.test("--verify-share, and a job's own share, on the command line", async () => {
  using place = new Place({ a: "one", b: "two" });
  await place.backup();
  assertEquals((await place.backup()).summary.files_verified, undefined);
  assertEquals((await place.backup("--verify-share", "50%")).summary.files_verified, 1);
  assertEquals((await place.backup("--verify-share", "0")).summary.files_verified, undefined);
  assertEquals((await place.try(["--verify-share", "none"])).code, 2);
  const config = `${place.path}/hikae.jsonc`;
  const job = async (rules: Line, ...flags: string[]): Promise<Line> => {
    const jobs = { docs: { source: place.source, vaults: [place.vault], ...rules } };
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    const r = await run(["backup", "docs", "--config", config, "--json", ...flags]);
    assertEquals(r.code, 0, r.stderr + r.stdout);
    return summary(r);
  };
  assertEquals((await job({})).files_verified, 1, "one of a hundred, and at least one");
  assertEquals((await job({ verifyShare: "100%" })).files_verified, 2);
  assertEquals((await job({ verifyShare: "0%" })).files_verified, undefined);
  assertEquals((await job({ verifyShare: "0%" }, "--verify-share", "100%")).files_verified, 2);
  Deno.writeTextFileSync(place.in("a"), "onE");
  const bad = await place.try(["--verify-share", "100%"]);
  assertEquals([bad.code, bad.summary.files_damaged], [3, 1]);
  assertEquals(errors(bad).map((e) => e.code), ["damaged"]);
  const said = (await run(["status", place.vault, "--json"])).json;
  const s = said.find((l) => l.message_type === "job_status");
  assertEquals([s?.verified_share, s?.verified_damaged], [0.5, 1]);
  assertEquals(typeof s?.verified_oldest, "string");
  const text = await run(["status", place.vault]);
  assertStringIncludes(text.stdout, "50% of the content checked since");
  assertStringIncludes(text.stdout, "1 damaged");
});
