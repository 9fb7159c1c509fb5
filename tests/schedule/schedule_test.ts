/** Schedules, drives, plans and what installing, removing and listing ask of the system. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import type { RunProgram, RunResult } from "../../src/base/process.ts";
import { safeName, unsafeName } from "../../src/base/safe_name.ts";
import { below, type SmallFiles, smallFiles } from "../../src/base/small_files.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { listCron, planCron, planCronRemove } from "../../src/schedule/cron.ts";
import { nextOfCron, nextOfLines } from "../../src/schedule/cron_next.ts";
import { isNetworkPath, parseDrives, toUnc } from "../../src/schedule/drives.ts";
import {
  applyPlan,
  type Plan,
  type ScheduleRequest,
  type SchedulerPlace,
} from "../../src/schedule/plan.ts";
import { quoteWindows } from "../../src/schedule/quote.ts";
import { PLAIN_OPTIONS } from "../../src/schedule/options.ts";
import {
  parseSchedule,
  type Schedule,
  type ScheduleFlags,
  type TimeOfDay,
  type Weekday,
} from "../../src/schedule/schedule.ts";
import {
  findScheduler,
  listInstalled,
  planInstall,
  readTable,
} from "../../src/schedule/schedulers.ts";
import { selfCommand } from "../../src/schedule/self_command.ts";
import { planSystemdRemove, renderTimer, unitName } from "../../src/schedule/systemd.ts";
import { planTask } from "../../src/schedule/task_scheduler.ts";

const place: SchedulerPlace = { home: "/home/me", user: "me", uid: 501, state: "/state", now: 0 };

function request(job: string): ScheduleRequest {
  return {
    job,
    schedule: { kind: "hourly" },
    command: { program: "/hikae", args: ["backup", job], workingDirectory: "/", env: {} },
    whetherLoggedOn: false,
    network: false,
    options: PLAIN_OPTIONS,
  };
}

/** Answers by the start of the command line; everything is recorded. */
function fakeRun(answers: Record<string, Partial<RunResult> | "missing"> = {}): {
  run: RunProgram;
  lines: string[];
} {
  const lines: string[] = [];
  const run: RunProgram = (program, args, options) => {
    const line = [program, ...args].join(" ");
    lines.push(options?.input === undefined ? line : `${line} <<< ${options.input}`);
    const key = Object.keys(answers).find((start) => line.startsWith(start));
    const answer = key === undefined ? {} : answers[key];
    if (answer === "missing") return Promise.reject(new Deno.errors.NotFound(program));
    return Promise.resolve({ code: 0, stdout: "", stderr: "", ...answer });
  };
  return { run, lines };
}

function memoryFiles(): SmallFiles & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    read: (path) => all.get(path),
    write: (path, data) => {
      all.set(path, typeof data === "string" ? data : new TextDecoder().decode(data));
    },
    append: (path, text) => void all.set(path, (all.get(path) ?? "") + text),
    remove: (path) => all.delete(path),
    dirs: () => [],
    list: (dir) =>
      [...all.keys()].filter((p) => p.startsWith(`${dir}/`)).map((p) => p.slice(dir.length + 1)),
  };
}

Deno.test("schedule: flags are read", () => {
  const at = (hour: number, minute: number): TimeOfDay => ({ hour, minute });
  const on = (days: Weekday[], ...times: TimeOfDay[]): Schedule => ({
    kind: "calendar",
    at: [{ days, times }],
  });
  const work: Weekday[] = ["mon", "tue", "wed", "thu", "fri"];
  const cases: [ScheduleFlags, Schedule][] = [
    [{ daily: ["21:00"] }, on([], at(21, 0))],
    [{ daily: ["7:05"] }, on([], at(7, 5))],
    [{ daily: ["21:00, 9:00,21:00"] }, on([], at(9, 0), at(21, 0))],
    [{ hourly: true }, { kind: "hourly" }],
    [{ weekly: ["sun 03:00"] }, on(["sun"], at(3, 0))],
    [{ weekly: ["Sun@03:00"] }, on(["sun"], at(3, 0))],
    [{ weekly: ["wednesday, 3:00"] }, on(["wed"], at(3, 0))],
    [{ weekly: ["friday,23:59"] }, on(["fri"], at(23, 59))],
    [{ weekly: ["mon-fri 12:00,18:00"] }, on(work, at(12, 0), at(18, 0))],
    [{ weekly: ["Tuesday thu,tue 1:00"] }, on(["tue", "thu"], at(1, 0))],
    [{ weekly: ["sat-mon 1:00"] }, on(["sun", "mon", "sat"], at(1, 0))],
    [{ weekly: ["sun 1:00", "wed 2:00"] }, {
      kind: "calendar",
      at: [{ days: ["sun"], times: [at(1, 0)] }, { days: ["wed"], times: [at(2, 0)] }],
    }],
    [{ every: "30m" }, { kind: "every", minutes: 30 }],
    [{ every: "1d" }, { kind: "every", minutes: 1440 }],
    [{ onLogin: true }, { kind: "onLogin" }],
    [{ onDrive: "My USB" }, { kind: "onDrive", drive: "My USB" }],
  ];
  for (const [flags, expected] of cases) assertEquals(parseSchedule(flags), expected);
});

Deno.test("schedule: wrong flags are wrong usage, with what to write", () => {
  const wrong: ScheduleFlags[] = [
    {},
    { hourly: true, onLogin: true },
    { daily: ["21:00"], weekly: ["sun 3:00"] },
    { daily: ["24:00"] },
    { daily: ["9"] },
    { daily: [""] },
    { daily: ["21:60"] },
    { daily: ["21:00,9"] },
    { weekly: ["sun"] },
    { weekly: ["03:00"] },
    { weekly: ["someday 03:00"] },
    { weekly: ["mon- 03:00"] },
    { weekly: ["mon-tue-wed 03:00"] },
    { weekly: ["mon 03:00 tue"] },
    { weekly: ["sun 25:00"] },
    { every: "30" },
    { every: "30s" },
    { every: "90s" },
    { every: "1mo" },
    { every: "32d" },
    { onDrive: "" },
    { onDrive: "-x" },
    { onDrive: "a\nb" },
  ];
  for (const flags of wrong) {
    const error = assertThrows(() => parseSchedule(flags), HikaeError);
    assertEquals(error.id, "usage");
    assert(error.hint !== undefined, JSON.stringify(flags));
  }
});

Deno.test("schedule: a job's name as a file name goes there and back", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const file = safeName(name);
    assert(!/[\s/\\:*?"<>|$'`]/.test(file) && !/^\.|\.$/.test(file), file);
    assertEquals(unsafeName(file), name.isWellFormed() ? name : name.toWellFormed());
  }));
  assertEquals(safeName("写真 2026"), "写真%202026");
  assertEquals(safeName("con"), "%63on");
  assertEquals(safeName("nul.x"), "%6Eul.x");
  assertEquals(safeName(".."), "%2E%2E");
});

Deno.test("schedule: arguments for Windows programs come apart as CommandLineToArgvW does it", () => {
  assertEquals(quoteWindows("plain"), "plain");
  assertEquals(quoteWindows(""), '""');
  assertEquals(quoteWindows("a b"), '"a b"');
  assertEquals(quoteWindows("a b\\"), '"a b\\\\"');
  assertEquals(quoteWindows('a"b'), '"a\\"b"');
  assertEquals(quoteWindows('a\\"b'), '"a\\\\\\"b"');
  assertEquals(quoteWindows("C:\\x\\"), "C:\\x\\");
});

Deno.test("schedule: mapped drives are written as shares", () => {
  const drives = parseDrives(
    "\r\nHKEY_CURRENT_USER\\Network\\Z\r\n    ConnectFlags    REG_DWORD    0x0\r\n" +
      "    RemotePath    REG_SZ    \\\\nas\\my share\r\n\r\nHKEY_CURRENT_USER\\Network\\y\r\n" +
      "    RemotePath    REG_SZ    \\\\nas\\y\\\r\n",
  );
  assertEquals([...drives], [["Z:", "\\\\nas\\my share"], ["Y:", "\\\\nas\\y\\"]]);
  assertEquals(toUnc("z:/a/b", drives), "\\\\nas\\my share\\a\\b");
  assertEquals(toUnc("Y:\\a", drives), "\\\\nas\\y\\a");
  assertEquals(toUnc("C:\\a", drives), "C:\\a");
  assert(isNetworkPath("Z:\\a", drives) && isNetworkPath("//nas/x", drives));
  assert(isNetworkPath("\\\\?\\UNC\\nas\\x", drives));
  assert(!isNetworkPath("C:\\a", drives) && !isNetworkPath("\\\\?\\C:\\a", drives));
  assert(!isNetworkPath("/home/me", drives));
});

Deno.test("schedule: the command line is the program's own, with the job", () => {
  const tail = ["backup", "docs", "--config", "/c/hikae.jsonc", "--log"];
  const rest = { job: "docs", config: "/c/hikae.jsonc", workingDirectory: "/c", env: {} };
  const binary = selfCommand({ self: { program: "/bin/hikae", args: [] }, ...rest });
  assertEquals([binary.program, ...binary.args], ["/bin/hikae", ...tail]);
  const checkout = selfCommand({
    self: { program: "/deno", args: ["run", "/co/main.ts"] },
    ...rest,
  });
  assertEquals([checkout.program, ...checkout.args], ["/deno", "run", "/co/main.ts", ...tail]);
});

Deno.test("schedule: control characters and %NAME% are refused", () => {
  const bad = request("docs");
  const withPath = (dir: string): ScheduleRequest => ({
    ...bad,
    command: { ...bad.command, workingDirectory: dir },
  });
  assertThrows(() => planTask(withPath("C:\\a\nb"), place), HikaeError, "control character");
  assertThrows(() => planTask(withPath("C:\\%TEMP%\\b"), place), HikaeError, "%TEMP%");
  assertThrows(() => planCron(withPath("/a\nb"), ""), HikaeError, "control character");
});

Deno.test("schedule: a plan stops at a step that fails, and says what the program said", async () => {
  const files = memoryFiles();
  const { run, lines } = fakeRun({
    "systemctl --user enable": { code: 1, stderr: "Failed to connect to bus\n" },
  });
  const plan = await planInstall("systemd", request("docs"), place, run);
  const error = await assertRejects(() => applyPlan(plan, { run, files }), HikaeError);
  assertEquals(
    error.message,
    "systemctl --user enable hikae-docs.timer: exit code 1: Failed to connect to bus",
  );
  assertEquals(lines, [
    "systemctl --user daemon-reload",
    "systemctl --user enable hikae-docs.timer",
  ]);
  assertEquals([...files.all.keys()], [
    "/home/me/.config/systemd/user/hikae-docs.service",
    "/home/me/.config/systemd/user/hikae-docs.timer",
  ]);
});

Deno.test("schedule: removing what is not there goes through; a missing program does not", async () => {
  const files = memoryFiles();
  const { run } = fakeRun({ "systemctl --user disable": { code: 1, stderr: "not loaded" } });
  await applyPlan(planSystemdRemove("docs", place), { run, files });
  const none = fakeRun({ systemctl: "missing" });
  const plan: Plan = {
    scheduler: "systemd",
    steps: [{ kind: "run", program: "systemctl", args: [] }],
    notes: [],
  };
  const error = await assertRejects(() => applyPlan(plan, { run: none.run, files }), HikaeError);
  assert(error.hint?.includes("--scheduler"));
});

Deno.test("schedule: systemd lists what was installed, by its true name", async () => {
  const files = memoryFiles();
  const { run } = fakeRun({
    "systemctl --user show": {
      stdout: "NextElapseUSecRealtime=Sun 2026-11-22 03:00:00 UTC\nActiveState=active\n",
    },
  });
  const job = "写真/a b%";
  await applyPlan(await planInstall("systemd", request(job), place, run), { run, files });
  files.write("/home/me/.config/systemd/user/other.timer", "");
  assertEquals(await listInstalled("systemd", [], place, { run, files }), [
    { job, scheduler: "systemd", next: "Sun 2026-11-22 03:00:00 UTC", state: "active" },
  ]);
  assertThrows(() => unitName("x".repeat(300)), HikaeError, "too long");
});

Deno.test("schedule: launchd and the Task Scheduler list what they have", async () => {
  const files = memoryFiles();
  const mac = fakeRun({ "launchctl print": { stdout: "x = {\n\tstate = not running\n}" } });
  await applyPlan(await planInstall("launchd", request("a b"), place, mac.run), {
    run: mac.run,
    files,
  });
  assertEquals(await listInstalled("launchd", [], place, { run: mac.run, files }), [
    { job: "a b", scheduler: "launchd", next: "", state: "not running" },
  ]);
  const csv =
    '"\\Microsoft\\X","N/A","Ready"\r\n"\\hikae\\docs","11/22/2026 9:00:00 PM","Ready"\r\n' +
    '"\\hikae\\??","N/A","Ready"\r\n';
  const win = fakeRun({
    "schtasks /Query /FO": { stdout: csv },
    "schtasks /Query /TN \\hikae\\写真": { stdout: '"\\hikae\\??","soon","Running"\r\n' },
    "schtasks /Query /TN": { code: 1, stderr: "ERROR" },
  });
  assertEquals(
    await listInstalled("task-scheduler", ["docs", "写真", "動画"], place, { run: win.run, files }),
    [
      { job: "docs", scheduler: "task-scheduler", next: "11/22/2026 9:00:00 PM", state: "Ready" },
      { job: "写真", scheduler: "task-scheduler", next: "soon", state: "Running" },
    ],
  );
});

Deno.test("schedule: a crontab keeps every other line as it was", () => {
  const tableOf = (plan: Plan): string => {
    const [step] = plan.steps;
    return step?.kind === "run" ? step.input ?? "" : "";
  };
  const mine = "MAILTO=me\n\n# a comment\n5 4 * * * mine # hikae:begin x\n";
  const one = tableOf(planCron(request("a b"), mine));
  const two = tableOf(planCron(request("docs"), one));
  assertEquals(tableOf(planCron(request("docs"), two)), two);
  assertEquals(listCron(two).map((i) => [i.job, i.next]), [
    ["a b", "0 * * * *"],
    ["docs", "0 * * * *"],
  ]);
  assertEquals(tableOf(planCronRemove("docs", tableOf(planCronRemove("a b", two)))), mine);
  assertThrows(() => planCronRemove("docs", "# hikae:begin docs\n* * * * * x\n"), HikaeError);
});

Deno.test("schedule: a crontab that cannot be read is never written over", async () => {
  const none = fakeRun({ "crontab -l": { code: 1, stderr: "no crontab for me" } });
  assertEquals(await readTable(none.run), "");
  const denied = fakeRun({ "crontab -l": { code: 1, stderr: "You (me) are not allowed" } });
  await assertRejects(() => planInstall("cron", request("docs"), place, denied.run), HikaeError);
  assertEquals(denied.lines, ["crontab -l"]);
});

Deno.test("schedule: each system has its scheduler, cron comes last", async () => {
  const none = fakeRun({ systemctl: "missing", crontab: "missing" });
  assertEquals(await findScheduler("windows", none.run), "task-scheduler");
  assertEquals(await findScheduler("darwin", none.run), "launchd");
  await assertRejects(() => findScheduler("linux", none.run), HikaeError, "neither");
  assertEquals(await findScheduler("linux", fakeRun().run), "systemd");
  const noBus = fakeRun({ systemctl: { code: 1 }, "crontab -l": { code: 1 } });
  assertEquals(await findScheduler("linux", noBus.run), "cron");
});

Deno.test("schedule: an interval of the calendar is made up when missed, another counts on", () => {
  const timer = (minutes: number): string =>
    renderTimer({ ...request("d"), schedule: { kind: "every", minutes } });
  assert(timer(15).includes("OnCalendar=*-*-* *:00/15:00\nPersistent=true"));
  assert(timer(360).includes("OnCalendar=*-*-* 00/6:00:00\nPersistent=true"));
  assert(timer(1440).includes("OnCalendar=*-*-* 00:00:00\nPersistent=true"));
  assert(timer(45).includes("OnUnitActiveSec=45min"));
});

Deno.test("small files: written whole, appended, listed, missing ones are no error", () => {
  const root = Deno.makeTempDirSync({ dir: "/tmp" });
  const files = smallFiles(denoFs);
  const path = below(root, "a", "b", "x.txt");
  assertEquals(files.read(path), undefined);
  assertEquals(files.list(below(root, "a")), []);
  assertEquals(files.remove(path), false);
  files.write(path, "日本");
  files.append(path, "語");
  files.append(below(root, "a", "b", "y.txt"), "new");
  assertEquals(files.read(path), "日本語");
  files.write(path, "short");
  assertEquals(files.read(path), "short");
  assertEquals(files.list(below(root, "a", "b")), ["x.txt", "y.txt"]);
  assertEquals(files.remove(path), true);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("cron: when a line is due next, for each line that hikae writes", () => {
  // a Saturday
  const now = new Date(2026, 10, 21, 12, 0, 30).getTime();
  const cases: [string, string | undefined][] = [
    ["0 21 * * *", "2026-11-21 21:00"],
    ["0 9 * * 1,3", "2026-11-23 09:00"],
    ["0 12 * * *", "2026-11-22 12:00"],
    ["0 3 * * 0", "2026-11-22 03:00"],
    ["30 11 * * 6", "2026-11-28 11:30"],
    ["0 * * * *", "2026-11-21 13:00"],
    ["*/15 * * * *", "2026-11-21 12:15"],
    ["0 */6 * * *", "2026-11-21 18:00"],
    ["@reboot", undefined],
    ["0 0 1 * *", undefined],
    ["", undefined],
  ];
  for (const [line, next] of cases) assertEquals(nextOfCron(line, now), next, line);
  assertEquals(nextOfLines("0 21 * * *\n30 12 * * *", now), "2026-11-21 12:30");
  assertEquals(nextOfLines("0 21 * * *\n@reboot", now), undefined);
});
