/** `schedule install` and `remove` through the command line, with stand-ins of the system's programs. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  run,
  type RunOptions,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

interface Home {
  dir: TempDir;
  options: RunOptions;
  schedule(...words: string[]): Promise<RunResult>;
  table(): string;
}

/** A machine with cron alone, a config with two jobs, and a state directory. */
async function withCron(work: (home: Home) => Promise<void>): Promise<void> {
  using dir = tempDir();
  Deno.mkdirSync(dir.at("bin"));
  const program = (name: string, body: string): void =>
    Deno.writeTextFileSync(dir.at("bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  program("systemctl", "exit 1");
  program(
    "crontab",
    `if [ "$1" = -l ]; then cat '${dir.path}/table' 2>/dev/null || { echo no crontab for me >&2; exit 1; }
     else cat >'${dir.path}/table'; fi`,
  );
  Deno.mkdirSync(dir.at("a"));
  Deno.mkdirSync(dir.at("b"));
  const job = (name: string): unknown => ({ source: dir.at(name), vaults: [dir.at(`v-${name}`)] });
  const webhook = {
    path: "hikae:webhook",
    allow: { net: ["hooks.example.com"], env: ["HOOK"] },
    options: { urlEnv: "HOOK" },
  };
  Deno.writeTextFileSync(
    dir.at("hikae.jsonc"),
    JSON.stringify({ jobs: { a: { ...job("a") as object, plugins: [webhook] }, "b c": job("b") } }),
  );
  const env = {
    HOME: dir.path,
    HIKAE_STATE_DIR: dir.at("state"),
    PATH: `${dir.at("bin")}:${Deno.env.get("PATH")}`,
    HOOK: "https://hooks.example.com/secret",
  };
  const options: RunOptions = { env, cwd: dir.path };
  const schedule = (...words: string[]): Promise<RunResult> => run(["schedule", ...words], options);
  const table = (): string => Deno.readTextFileSync(dir.at("table"));
  await work({ dir, options, schedule, table });
}

const posix = { ignore: Deno.build.os === "windows" };

Deno.test(
  "schedule install --all installs every job, remove --all takes them out",
  posix,
  () =>
    withCron(async ({ schedule, table }) => {
      const done = await schedule("install", "--all", "--daily", "09:00,21:00");
      assertEquals(done.code, 0, done.stderr);
      assertMatch(done.stdout, /^a: every day at 09:00, 21:00 \(cron\)$/m);
      assertMatch(done.stdout, /^b c: every day at 09:00, 21:00 \(cron\)$/m);
      assertEquals(table().match(/^0 9 \* \* \* /gm)?.length, 2);
      assertEquals(table().match(/^0 21 \* \* \* /gm)?.length, 2);
      const listed = await schedule("list", "--json");
      assertEquals(listed.json.map((m) => m.job), ["a", "b c"]);
      assertMatch(String(listed.json[0]?.next), /^\d{4}-\d\d-\d\d (09|21):00$/);
      assertEquals((await schedule("remove", "--all")).code, 0);
      assertEquals(table(), "");
      assertEquals((await schedule("remove", "--all", "a")).code, 2);
    }),
);

Deno.test(
  "several days and times, quoted or not; what cron cannot do installs nothing",
  posix,
  () =>
    withCron(async ({ dir, schedule, table }) => {
      assertEquals((await schedule("install", "a", "--weekly", "mon,wed", "3:00")).code, 0);
      assertMatch(table(), /^0 3 \* \* 1,3 /m);
      assertEquals((await schedule("install", "a", "--weekly", "sat-sun 3:00,15:30")).code, 0);
      assertMatch(table(), /^30 15 \* \* 0,6 /m);
      const before = table();
      for (const flag of ["--only-idle", "--only-on-ac", "--wake", "--highest"]) {
        const refused = await schedule("install", "--all", "--daily", "1:00", flag);
        assertEquals(refused.code, 2, flag);
        assertStringIncludes(refused.stderr, `${flag}: cron cannot do this`);
      }
      const drive = await schedule("install", "a", "--on-drive", "USB");
      assertEquals(drive.code, 2);
      assertStringIncludes(drive.stderr, "--on-drive: cron cannot do this");
      assertEquals(table(), before);
      assertEquals((await schedule("install", "a", "b c", "--daily", "1:00")).code, 2);
      assertEquals((await schedule("install", "a", "--daily", "1:00", "--retry", "x")).code, 2);
      assertEquals((await schedule("install", "a", "--daily", "1:00", "--priority", "x")).code, 2);
      void dir;
    }),
);

Deno.test(
  "the installed line has the limits, and what cron has not itself",
  posix,
  () =>
    withCron(async ({ schedule, table }) => {
      const line = ["install", "a", "--daily", "1:00"];
      assertEquals((await schedule(...line)).code, 0);
      assertStringIncludes(table(), "--log --max-duration 3d --warn-after 3d");
      assertStringIncludes(table(), "nice -n 10 ");
      const more = ["--retry", "2", "--random-delay", "30m", "--priority", "normal"];
      const none = ["--max-duration", "0", "--warn-after", "0"];
      assertEquals((await schedule(...line, ...more, ...none)).code, 0);
      assertStringIncludes(table(), "--log --retry 2 --random-delay 30m");
      assert(!/nice|max-duration|warn-after/.test(table()), table());
    }),
);

Deno.test(
  "what a schedule tells by without its config is private, and in no process list",
  posix,
  () =>
    withCron(async ({ dir, schedule, table }) => {
      assertEquals((await schedule("install", "a", "--daily", "1:00")).code, 0);
      const file = dir.at("state", "schedule", "a.json");
      assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
      const booked = JSON.parse(Deno.readTextFileSync(file));
      assertEquals(booked.tellers[0].env, { HOOK: "https://hooks.example.com/secret" });
      assertEquals(booked.config, dir.at("hikae.jsonc"));
      assert(!table().includes("secret"));
      const printed = await schedule("install", "a", "--daily", "1:00", "--print");
      assert(!printed.stdout.includes("secret"));
      assertEquals((await schedule("remove", "a")).code, 0);
      assertEquals([...Deno.readDirSync(dir.at("state", "schedule"))], []);
    }),
);

Deno.test(
  "--print of a task writes the UTF-16 file that it names, and prints schtasks' line",
  posix,
  () =>
    withCron(async ({ dir, schedule }) => {
      const windows = ["--print", "--scheduler", "task-scheduler"];
      const r = await schedule("install", "a", "--daily", "21:00", ...windows);
      assertEquals(r.code, 0, r.stderr);
      const named = /schtasks \/Create \/TN "?\\hikae\\a"? \/XML (\S+) \/F/.exec(r.stdout)?.[1];
      assertEquals(named, dir.at("state", "schedule", "a.xml"));
      const text = new TextDecoder("utf-16le", { fatal: true }).decode(
        Deno.readFileSync(named ?? ""),
      );
      assertStringIncludes(text, "<Hidden>false</Hidden>");
      assertStringIncludes(text, "<ExecutionTimeLimit>PT4350M</ExecutionTimeLimit>");
    }),
);

Deno.test(
  "a config in a directory too long for a task is refused, and shown by --print",
  posix,
  () =>
    withCron(async ({ dir, schedule }) => {
      const deep = join(dir.path, ...Array.from({ length: 6 }, () => "d".repeat(50)));
      Deno.mkdirSync(deep, { recursive: true });
      const config = join(deep, "hikae.jsonc");
      Deno.copyFileSync(dir.at("hikae.jsonc"), config);
      const line = ["install", "a", "--daily", "21:00", "--scheduler", "task-scheduler"];
      const place = ["--config", config];
      const refused = await schedule(...line, ...place);
      assertEquals(refused.code, 2);
      assertStringIncludes(refused.stderr.replace(/\s+/g, " "), "longer than 260 characters");
      const shown = await schedule(...line, ...place, "--print");
      assertEquals(shown.code, 0);
      assertStringIncludes(shown.stdout, `<WorkingDirectory>${deep}</WorkingDirectory>`);
    }),
);

Deno.test({
  name: "root's schedule is refused where others may write what it starts, with where to put it",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: () =>
    withCron(async ({ dir, schedule }) => {
      const line = ["install", "a", "--daily", "1:00"];
      assertEquals((await schedule(...line)).code, 0);
      Deno.chmodSync(dir.at("hikae.jsonc"), 0o666);
      const open = await schedule(...line);
      assertEquals(open.code, 2);
      assertStringIncludes(open.stderr.replace(/\s+/g, " "), "can be changed by others");
      assertStringIncludes(open.stderr, "/etc/hikae");
      assertEquals((await schedule(...line, "--print")).code, 0);
      Deno.chmodSync(dir.at("hikae.jsonc"), 0o600);
      Deno.chmodSync(dir.path, 0o777);
      assertEquals((await schedule(...line)).code, 2);
      Deno.chmodSync(dir.path, 0o1777);
      assertEquals((await schedule(...line)).code, 0);
      Deno.chownSync(dir.at("hikae.jsonc"), 1234, 1234);
      assertEquals((await schedule(...line)).code, 2);
    }),
});

Deno.test(
  "advice carries the config that the line names",
  posix,
  () =>
    withCron(async ({ dir, schedule }) => {
      const config = ["--config", dir.at("hikae.jsonc")];
      const done = await schedule("install", "b c", "--daily", "1:00", ...config);
      assertStringIncludes(
        done.stderr.replace(/\n\s*/g, " "),
        `hikae schedule doctor 'b c' --config ${dir.at("hikae.jsonc")}`,
      );
    }),
);
