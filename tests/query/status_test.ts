/** `status` through the command line: vaults, jobs, their logs, and the dead man's switch. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Place } from "../conformance/fixture.ts";
import { run, type RunResult, tempDir } from "../helpers/cli_helper.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";
import { defined } from "../../src/base/defined.ts";
import { exitOfOne } from "../../src/cli/status/cmd_status.ts";
import { status } from "../../src/engine/query/status.ts";
import { answerText } from "../../src/report/answers.ts";

type Line = Record<string, unknown>;

function lines(r: RunResult): Line[] {
  return r.json.filter((m) => m.message_type === "job_status");
}

/** Moves the run of a vault into the past. */
function age(place: Place, stamp: string, time: string): void {
  const file = place.meta("runs", `${stamp}.jsonl`);
  const text = Deno.readTextFileSync(file);
  Deno.writeTextFileSync(file, text.replace(/"time":"[^"]*"/, `"time":"${time}"`));
}

Deno.test("status of a vault: its last good run, and what that did", async () => {
  using place = new Place({ a: "12345", b: "1" });
  await place.backup();
  place.put({ c: "1" });
  place.drop("b");
  const { stamp } = await place.backup();
  const r = await run(["status", place.vault, "--json"]);
  assertEquals(r.code, 0);
  const [one] = lines(r);
  assertEquals([one?.job, one?.vault, one?.result], [null, place.vault, "ok"]);
  assertEquals([one?.stamp, one?.last_run, one?.size], [stamp, stamp, 6]);
  assertEquals([one?.files_new, one?.files_changed, one?.files_deleted], [1, 0, 1]);
  assert(typeof one?.age === "number" && one.age >= 0 && one.age < 600);
  const text = await run(["status", place.vault]);
  assertStringIncludes(text.stdout, stamp);
});

Deno.test("--max-age is exceeded by an old run, and by no run at all", async () => {
  using place = new Place({ a: "1" });
  const { stamp } = await place.backup();
  assertEquals((await run(["status", place.vault, "--max-age", "36h"])).code, 0);
  age(place, stamp, "2020-01-01T00:00:00.000Z");
  const old = await run(["status", place.vault, "--max-age", "36h", "--json"]);
  assertEquals(old.code, 1);
  assertEquals(lines(old)[0]?.time, "2020-01-01T00:00:00.000Z");
  assertEquals(old.json.at(-1)?.code, "max_age");
  assertEquals((await run(["status", place.vault])).code, 0);
  assertEquals((await run(["status", place.vault, "--max-age", "soon"])).code, 2);
  using state = tempDir();
  const none = { env: { HIKAE_STATE_DIR: state.path }, cwd: place.path };
  assertEquals((await run(["status", "--max-age", "36h"], none)).code, 1);
  assertEquals((await run(["status"], none)).code, 0);
});

Deno.test("an interrupted run is told, and the last good one stays the last good one", async () => {
  using place = new Place({ a: "1" });
  const { stamp } = await place.backup();
  const head = Deno.readTextFileSync(place.meta("runs", `${stamp}.jsonl`)).split("\n")[0] ?? "";
  const broken = "20991231_000000";
  Deno.writeTextFileSync(
    place.meta("runs", `${broken}.jsonl`),
    `${JSON.stringify({ ...JSON.parse(head), stamp: broken })}\n`,
  );
  const [one] = lines(await run(["status", place.vault, "--json"]));
  assertEquals([one?.result, one?.stamp, one?.last_run], ["interrupted", stamp, broken]);
});

Deno.test("without a name: the jobs of the config, unplugged vaults and all", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const options = { env: { HIKAE_STATE_DIR: state.path }, cwd: place.path };
  const config = {
    jobs: {
      docs: { source: place.source, vaults: [place.vault, join(place.path, "unplugged")] },
      other: { source: place.source, vaults: [join(place.path, "second")] },
    },
  };
  Deno.writeTextFileSync(join(place.path, "hikae.jsonc"), JSON.stringify(config));
  await place.try([], options);
  const second = join(place.path, "second");
  assertEquals((await run(["backup", place.source, second], options)).code, 0);
  const r = await run(["status", "--json"], options);
  assertEquals(r.code, 3);
  assertEquals(lines(r).map((l) => [l.job, l.result]), [
    ["docs", "ok"],
    ["docs", "unreachable"],
    ["other", "ok"],
  ]);
  const other = await run(["status", "other", "--json", "--max-age", "1h"], options);
  assertEquals([other.code, lines(other).length], [0, 1]);
  assertEquals((await run(["status", "docs", "--max-age", "1h"], options)).code, 1);
  const chosen = await run(["status", "docs", "--vault", place.vault, "--json"], options);
  assertEquals([chosen.code, lines(chosen).length], [0, 1]);
  assertEquals((await run(["status", "./nope"], options)).code, 10);
  const both = await run(["status", "./nope", place.vault, "--json"], options);
  assertEquals([both.code, lines(both).map((l) => l.result)], [3, ["unreachable", "ok"]]);
  const late = await run(["status", place.vault, "./nope", "--max-age", "1h"], options);
  assertEquals(late.code, 1);
});

Deno.test("a job that never ran is new, and not a drive that is not there", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const options = { env: { HIKAE_STATE_DIR: state.path }, cwd: place.path };
  const config = { jobs: { docs: { source: place.source, vaults: [place.vault] } } };
  Deno.writeTextFileSync(join(place.path, "hikae.jsonc"), JSON.stringify(config));
  const fresh = await run(["status", "--json"], options);
  assertEquals([fresh.code, lines(fresh)[0]?.result], [0, "never"]);
  assertEquals((await run(["status", "--max-age", "1h"], options)).code, 1);
  assertEquals((await run(["backup", "docs"], options)).code, 0);
  Deno.renameSync(place.vault, `${place.vault}-away`);
  const away = await run(["status", "--json"], options);
  assertEquals([away.code, lines(away)[0]?.result], [3, "unreachable"]);
});

Deno.test("a vault that is away: good is its own last run, noted on this machine, not that of the job's other vault", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const options = { env: { HIKAE_STATE_DIR: state.path }, cwd: place.path };
  const second = join(place.path, "second");
  const write = (vaults: string[]): void =>
    Deno.writeTextFileSync(
      join(place.path, "hikae.jsonc"),
      JSON.stringify({ jobs: { docs: { source: place.source, vaults } } }),
    );
  const last = async (): Promise<Line | undefined> =>
    lines(await run(["status", "--json"], options)).at(-1);
  write([place.vault, second]);
  assertEquals((await run(["backup", "docs", "--log"], options)).code, 0);
  const stamp = place.newest;
  Deno.renameSync(second, `${second}-away`);
  const good = await last();
  assertEquals([good?.result, good?.stamp], ["unreachable", stamp]);
  // the log now calls a run incomplete that did not reach this vault
  assertEquals((await run(["backup", "docs", "--log"], options)).code, 3);
  const missed = await last();
  assertEquals([missed?.result, missed?.stamp], ["unreachable", stamp]);
  assertEquals((await run(["status", "--max-age", "1h"], options)).code, 3);
  assertStringIncludes((await run(["status"], options)).stdout, `unreachable  ${stamp}`);
  // without the note the log has nothing to say of this vault
  Deno.removeSync(join(state.path, "vaults.json"));
  const forgotten = await last();
  assertEquals([forgotten?.result, forgotten?.stamp, forgotten?.time], ["unreachable", null, null]);
  // of a job with one vault, the log knows the last good run however often the drive was missed since
  write([place.vault]);
  assertEquals((await run(["backup", "docs", "--log"], options)).code, 0);
  Deno.renameSync(place.vault, `${place.vault}-away`);
  assertEquals((await run(["backup", "docs", "--log"], options)).code, 4);
  const away = await last();
  const [result, kept] = [away?.result, away?.stamp];
  assertEquals([result, typeof kept, typeof away?.time], ["unreachable", "string", "string"]);
  assertEquals((await run(["status", "--max-age", "1h"], options)).code, 3);
});

Deno.test("a run that a guard stopped left no record; the job's log tells of it", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const options = { env: { HIKAE_STATE_DIR: state.path }, cwd: place.path };
  const config = { jobs: { docs: { source: place.source, vaults: [place.vault] } } };
  Deno.writeTextFileSync(join(place.path, "hikae.jsonc"), JSON.stringify(config));
  assertEquals((await run(["backup", "docs", "--log"], options)).code, 0);
  assertEquals(lines(await run(["status", "--json"], options))[0]?.result, "ok");
  place.drop("a");
  assertEquals((await run(["backup", "docs", "--log"], options)).code, 4);
  const r = await run(["status", "docs", "--json"], options);
  const [one] = lines(r);
  assertEquals([one?.result, one?.stamp], ["stopped", place.newest]);
});

Deno.test("without a config: the vaults that this machine has used", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const options = {
    env: { HIKAE_STATE_DIR: state.path, HOME: state.path, XDG_CONFIG_HOME: state.path },
  };
  await place.try([], options);
  const r = await run(["status", "--json"], { ...options, cwd: place.path });
  assertEquals([r.code, lines(r).map((l) => l.vault)], [0, [place.vault]]);
});

Deno.test("a config that cannot be read is the word about jobs: nothing says that there are none", async () => {
  using state = tempDir();
  Deno.writeTextFileSync(join(state.path, "hikae.jsonc"), '{"jobs": {"docs": {');
  const options = { env: { HIKAE_STATE_DIR: state.path }, cwd: state.path };
  const r = await run(["status"], options);
  assertEquals([r.code, r.stderr.includes("hikae.jsonc"), r.stderr.includes("no job")], [
    2,
    true,
    false,
  ]);
});

Deno.test("a vault that cannot be read is one: its exit code is that of a look into it, and people see no number of the system", () => {
  const ids = ["internal", "bad_vault", "no_vault", undefined] as const;
  assertEquals(ids.map((problemId) => exitOfOne(defined({ problemId }))), [1, 13, 10, 10]);
  const message = "no permission (Permission denied (os error 13): readdir 'x')";
  const said = answerText({ message_type: "job_status", vault: "v", message }, true);
  assertStringIncludes(said ?? "", "no permission (Permission denied: readdir 'x')");
});

Deno.test("a vault of a newer format is refused with the code of its own", async () => {
  using place = new Place({ a: "1" });
  await place.backup();
  const file = place.meta("vault.json");
  const newer = { ...JSON.parse(Deno.readTextFileSync(file)), format: 3 };
  Deno.writeTextFileSync(file, JSON.stringify(newer));
  assertEquals((await run(["status", place.vault])).code, 13);
});

Deno.test("a run by hand that was stopped or failed is told, until the next good one", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const env = { HIKAE_STATE_DIR: state.path };
  const jobs = { docs: { source: place.source, vaults: [place.vault] } };
  Deno.writeTextFileSync(state.at("c.jsonc"), JSON.stringify({ jobs }));
  const config = ["--config", state.at("c.jsonc")];
  const told = async (): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for (const line of [[place.vault], ["docs", ...config]]) {
      const [one] = lines(await run(["status", ...line, "--json"], { env }));
      seen.push(one?.result, one?.message);
    }
    return seen;
  };
  const back = async (...words: string[]): Promise<number> =>
    (await run(["backup", ...words], { env })).code;
  assertEquals(await back(place.source, place.vault), 0);
  assertEquals(await told(), ["ok", undefined, "ok", undefined]);
  place.drop("a");
  for (const line of [[place.source, place.vault], ["docs", ...config]]) {
    assertEquals(await back(...line), 4);
    const [result, message, ...job] = await told();
    assertEquals([result, ...job], ["stopped", "stopped", message]);
    assertStringIncludes(String(message), "the source is empty");
    place.put({ a: "1" });
    assertEquals(await back(place.source, place.vault), 0);
    assertEquals(await told(), ["ok", undefined, "ok", undefined]);
    place.drop("a");
  }
  Deno.removeSync(place.source);
  assertEquals(await back("docs", ...config), 1);
  assertEquals((await told())[0], "failed");
  // a dry run is no run
  place.put({ a: "1" });
  assertEquals(await back(place.source, place.vault), 0);
  place.drop("a");
  Deno.removeSync(place.source);
  assertEquals(await back(place.source, place.vault, "--dry-run"), 1);
  assertEquals((await told())[0], "ok");
});

Deno.test("of two vaults the one that was stopped says so, and a vault that was never made", async () => {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const env = { HIKAE_STATE_DIR: state.path, HOME: state.path, USERPROFILE: state.path };
  const other = join(place.path, "no", "drive", "docs");
  const jobs = { docs: { source: place.source, vaults: [other] } };
  Deno.writeTextFileSync(state.at("c.jsonc"), JSON.stringify({ jobs }));
  assertEquals((await run(["backup", place.source, place.vault, other], { env })).code, 3);
  const r = await run(["status", "docs", "--config", state.at("c.jsonc"), "--json"], { env });
  assertEquals(lines(r).map((l) => l.result), ["stopped"]);
  const good = await run(["status", place.vault, "--json"], { env });
  assertEquals(lines(good).map((l) => l.result), ["ok"]);
});

Deno.test("status names the source that a whole record of the newest run names, and doubts where nothing tells which is right", async () => {
  using g = new Grown();
  g.put({ a: "1" });
  const stamp = await g.backup();
  const file = g.in(META, "vault.json");
  const record = g.in(META, "runs", `${stamp}.jsonl`);
  const asked = (): unknown[] => {
    const [one] = status(enginePorts(), { roots: [g.vault] });
    return [one?.source, one?.unproven === true];
  };
  assertEquals(asked(), [g.source, false]);
  const rotted = (path: string): void =>
    Deno.writeTextFileSync(
      path,
      Deno.readTextFileSync(path).replace(/("source": ?"[^"]*)e"/, '$1f"'),
    );
  rotted(file);
  assertEquals(asked(), [g.source, false]);
  Deno.writeTextFileSync(
    file,
    Deno.readTextFileSync(file).replace(/("source": ?"[^"]*)f"/, '$1e"'),
  );
  rotted(record);
  assertEquals(asked(), [g.source, true]);
});
