/** Runs that nobody watches: whatever keeps one from ending well stands in its log, and somebody is told. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Place } from "../conformance/fixture.ts";
import { run, type RunOptions, type RunResult, tempDir } from "../helpers/cli_helper.ts";

interface Watched {
  place: Place;
  state: string;
  config: string;
  options: RunOptions;
  /** Runs the line that a scheduler runs. */
  scheduled(...more: string[]): Promise<RunResult>;
  last(): Record<string, unknown>;
  writeConfig(text: string): void;
}

async function watched(work: (w: Watched) => Promise<void>): Promise<void> {
  using place = new Place({ a: "1" });
  using state = tempDir();
  const config = join(place.path, "hikae.jsonc");
  const options: RunOptions = { env: { HIKAE_STATE_DIR: state.path }, cwd: place.path };
  const w: Watched = {
    place,
    state: state.path,
    config,
    options,
    scheduled: (...more) => run(["backup", "docs", "--config", config, "--log", ...more], options),
    last: () => JSON.parse(Deno.readTextFileSync(join(state.path, "logs", "docs", "last.json"))),
    writeConfig: (text) => Deno.writeTextFileSync(config, text),
  };
  w.writeConfig(configOf(place));
  await work(w);
}

function configOf(place: Place, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    jobs: { docs: { source: place.source, vaults: [place.vault], ...more } },
  });
}

function jobLine(r: RunResult, job: string): Record<string, unknown> | undefined {
  return r.json.find((m) => m.message_type === "job_status" && m.job === job);
}

Deno.test("a scheduled run whose config is gone, broken or lost the job leaves a failed outcome", () =>
  watched(async (w) => {
    assertEquals((await w.scheduled()).code, 0);
    assertEquals([w.last().result, w.last().exit], ["ok", 0]);
    const good = w.last().last_good;
    Deno.renameSync(w.config, `${w.config}-away`);
    const gone = await w.scheduled();
    assertEquals([gone.code, w.last().result, w.last().exit], [2, "failed", 2]);
    assertStringIncludes(String(w.last().message), "read config");
    assertEquals([w.last().last_good, w.last().config], [good, w.config]);
    w.writeConfig("{ jobs: ");
    assertEquals([(await w.scheduled()).code, w.last().result], [2, "failed"]);
    assertStringIncludes(String(w.last().message), "read config");
    w.writeConfig(JSON.stringify({ jobs: { other: { source: w.place.source, vaults: ["./o"] } } }));
    const lost = await w.scheduled();
    assertEquals([lost.code, w.last().result], [2, "failed"]);
    // each of the four runs has a log of its own, and the newest says why it failed
    const dir = join(w.state, "logs", "docs");
    const logs = [...Deno.readDirSync(dir)].filter((e) => e.name.endsWith(".log"));
    assertEquals(logs.length, 4);
    assertStringIncludes(Deno.readTextFileSync(join(dir, String(w.last().log))), "end failed");
  }));

Deno.test("a scheduled run goes on with one log and one outcome, its rules' failure included", () =>
  watched(async (w) => {
    w.writeConfig(configOf(w.place, { keep: { last: 1 } }));
    assertEquals((await w.scheduled()).code, 0);
    const dir = join(w.state, "logs", "docs");
    const logs = (): string[] => [...Deno.readDirSync(dir)].map((e) => e.name).sort();
    assertEquals(logs(), [String(w.last().log), "last.json"]);
    assertEquals((w.last().summaries as unknown[]).length, 1);
    assertEquals(w.last().result, "ok");
  }));

Deno.test({
  name: "a run that hangs before it has read its config is ended by --max-duration, and told",
  ignore: Deno.build.os === "windows",
  fn: () =>
    watched(async (w) => {
      Deno.removeSync(w.config);
      assert(new Deno.Command("mkfifo", { args: [w.config] }).outputSync().success);
      const r = await w.scheduled("--max-duration", "2s", "--json");
      assertEquals([r.code, w.last().result, w.last().exit], [130, "interrupted", 130]);
      assertStringIncludes(String(w.last().message), "--max-duration");
      assertEquals(r.json.at(-1)?.code, "interrupted");
    }),
});

Deno.test({
  name: "a run that is killed leaves a failed outcome, not one that runs for ever",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    watched(async (w) => {
      Deno.removeSync(w.config);
      assert(new Deno.Command("mkfifo", { args: [w.config] }).outputSync().success);
      const scheduled = w.scheduled();
      const child = await childOf("--log-as", w.config);
      Deno.kill(child, "SIGKILL");
      const r = await scheduled;
      assertEquals([r.code, w.last().result, w.last().exit], [137, "failed", 137]);
      assertStringIncludes(String(w.last().message), "137");
    }),
});

/** The process whose command line holds the words, as soon as there is one. */
async function childOf(...words: string[]): Promise<number> {
  for (;;) {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const line = Deno.readTextFileSync(`/proc/${name}/cmdline`);
        if (words.every((w) => line.includes(w))) return Number(name);
      } catch {
        // it has ended meanwhile
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test({
  name: "a last good run that is too old is told on the desktop, once, whatever the config says",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    watched(async (w) => {
      const bin = join(w.place.path, "bin");
      Deno.mkdirSync(bin);
      for (const program of ["notify-send", "logger"]) {
        const script =
          `#!/bin/sh\nprintf '%s|' ${program} "$@" >>'${bin}/told'; echo >>'${bin}/told'\n`;
        Deno.writeTextFileSync(join(bin, program), script, { mode: 0o755 });
      }
      const env = { PATH: `${bin}:${Deno.env.get("PATH")}`, JOURNAL_STREAM: "" };
      Object.assign(w.options.env ?? {}, env);
      assertEquals((await w.scheduled("--warn-after", "3d")).code, 0);
      const last = join(w.state, "logs", "docs", "last.json");
      const told = (): string[] => {
        try {
          return Deno.readTextFileSync(`${bin}/told`).trim().split("\n");
        } catch {
          return [];
        }
      };
      assertEquals(told(), []);
      w.writeConfig("broken");
      assertEquals((await w.scheduled("--warn-after", "3d")).code, 2);
      // young enough: the log of the system alone is told
      assertEquals(told().map((l) => l.split("|")[0]), ["logger"]);
      assertStringIncludes(told()[0] ?? "", "backup of docs failed (exit code 2): read config");
      Deno.writeTextFileSync(last, JSON.stringify({ ...w.last(), last_good: "20200101_000000" }));
      assertEquals((await w.scheduled("--warn-after", "3d")).code, 2);
      assertEquals((await w.scheduled("--warn-after", "3d")).code, 2);
      const shown = told().filter((l) => l.startsWith("notify-send"));
      assertEquals(shown.length, 1);
      assertStringIncludes(shown[0] ?? "", "No backup of docs for");
    }),
});

Deno.test("--max-duration and --warn-after want a length of time", async () => {
  using place = new Place({ a: "1" });
  const line = ["backup", place.source, place.vault];
  assertEquals((await run([...line, "--max-duration", "soon"])).code, 2);
  assertEquals((await run([...line, "--max-duration", "1mo"])).code, 2);
  assertEquals((await run([...line, "--max-duration", "1h"])).code, 0);
  assertEquals((await run([...line, "--max-duration", "0"])).code, 0);
});

Deno.test("status says of a job whose scheduled run failed why it failed", () =>
  watched(async (w) => {
    assertEquals((await w.scheduled()).code, 0);
    const good = Deno.readTextFileSync(w.config);
    w.writeConfig("{");
    assertEquals((await w.scheduled()).code, 2);
    w.writeConfig(good);
    const one = jobLine(await run(["status", "--json"], w.options), "docs");
    assertEquals(one?.result, "failed");
    assertStringIncludes(String(one?.message), "config");
  }));

Deno.test("status names jobs that no config has any more, and why; one that is asked for by name too", () =>
  watched(async (w) => {
    assertEquals((await w.scheduled()).code, 0);
    assertEquals((await run(["status", "--json"], w.options)).json.length, 1);
    const good = Deno.readTextFileSync(w.config);
    const other = { jobs: { other: { source: w.place.source, vaults: ["./o"] } } };
    w.writeConfig(JSON.stringify(other));
    const lost = await run(["status", "--json"], w.options);
    assertEquals([lost.code, lost.json.map((m) => m.job)], [0, ["other", "docs"]]);
    const one = jobLine(lost, "docs");
    assertEquals([one?.result, one?.vault], ["ok", w.place.vault]);
    assertStringIncludes(String(one?.message), "no such job any more");
    assertStringIncludes(String(one?.message), `remove its logs: ${join(w.state, "logs", "docs")}`);
    // nobody expects it to run: its age is no alarm
    assertEquals((await run(["status", "docs", "--max-age", "1s"], w.options)).code, 0);
    // a config that is broken says so, and what is known without it is told all the same
    w.writeConfig("{");
    const broken = await run(["status", "--json"], w.options);
    assertEquals(broken.code, 2);
    assertStringIncludes(String(jobLine(broken, "docs")?.message), "read config");
    assertEquals(broken.json.at(-1)?.code, "config");
    w.writeConfig(good);
    // a job of another config that is there is that config's affair
    const elsewhere = join(w.place.path, "elsewhere.jsonc");
    Deno.writeTextFileSync(elsewhere, JSON.stringify(other));
    const two = await run(["status", "--json", "--config", elsewhere], w.options);
    assertEquals(two.json.map((m) => m.job), ["other"]);
  }));

Deno.test("status elsewhere knows that the config which a job was found in has it still", () =>
  watched(async (w) => {
    assertEquals((await run(["backup", "docs", "--log"], w.options)).code, 0);
    assertEquals(w.last().config, w.config);
    const elsewhere = { ...w.options, cwd: w.state };
    assertEquals((await run(["status", "--json"], elsewhere)).json.map((m) => m.message ?? ""), [
      "",
    ]);
  }));

Deno.test({
  name: "status names a schedule whose config is gone: it fails, and --max-age says so",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    watched(async (w) => {
      const bin = join(w.place.path, "bin");
      Deno.mkdirSync(bin);
      const cron =
        `if [ "$1" = -l ]; then cat '${bin}/table' 2>/dev/null || { echo no crontab for me >&2; exit 1; }; else cat >'${bin}/table'; fi`;
      for (const [name, body] of [["systemctl", "exit 1"], ["crontab", cron]]) {
        Deno.writeTextFileSync(join(bin, name ?? ""), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      }
      Object.assign(w.options.env ?? {}, { PATH: `${bin}:${Deno.env.get("PATH")}` });
      const line = ["schedule", "install", "docs", "--daily", "21:00", "--config", w.config];
      assertEquals((await run(line, w.options)).code, 0);
      assertEquals((await w.scheduled()).code, 0);
      Deno.removeSync(w.config);
      const one = jobLine(await run(["status", "--json"], w.options), "docs");
      assertEquals([one?.result, typeof one?.next], ["failed", "string"]);
      assertStringIncludes(String(one?.message), "does not exist");
      assertStringIncludes(String(one?.message), "hikae schedule remove docs");
      await new Promise((resolve) => setTimeout(resolve, 1100));
      assertEquals((await run(["status", "--max-age", "1s"], w.options)).code, 1);
      assertEquals((await run(["schedule", "remove", "docs"], w.options)).code, 0);
      assertEquals((await run(["status", "--max-age", "36h"], w.options)).code, 0);
    }),
});
